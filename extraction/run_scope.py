"""A run may read centers of several regions: who may end it or take it up again."""

from centers.scope import Scope
from extraction.models import CenterRun, ExtractionRun


def is_whole(run: ExtractionRun, scope: Scope) -> bool:
    """True when every center of `run` is in `scope`. One query, none for who sees all regions."""
    if scope.all_regions:
        return True
    return not CenterRun.objects.filter(run=run).exclude(scope.q(*CenterRun.region_paths)).exists()
