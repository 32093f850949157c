"""For load balancers and containers: is the process alive, and what keeps it from serving pages?"""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers."""
    return JsonResponse({"status": "ok"})


def obstacle() -> dict[str, object]:
    """Why pages cannot be served: no database, or migrations that it lacks; empty when they can."""
    try:
        executor = MigrationExecutor(connection)
        pending = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError:
        return {"database": "no answer"}
    return {"migrations_pending": pending} if pending else {}
