"""The API with all its operations, and its addresses."""

from dentalhub.api_frame import HubAPI, api_patterns
from extraction.api import center_operations, entry_operations, export_operations, run_operations, slice_operations

DESCRIPTION = "Centers, runs, slices and chart entries, under the same rights as the pages. See docs/api.md."

api = HubAPI(title="dentalhub", version="1", description=DESCRIPTION, docs_url=None, urls_namespace="api")
for operations in (center_operations, run_operations, slice_operations, entry_operations, export_operations):
    api.add_router("", operations.router)

app_name = "api"
urlpatterns = list(api_patterns(api))
