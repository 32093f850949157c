"""Runs: the list, the start, one of them with its centers, and its end."""

from typing import cast

from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query, Router
from ninja.responses import Status

from centers.scope import Scope, scope_of
from dentalhub.access import Right
from dentalhub.api_frame import QuerySchema
from dentalhub.problems import ProblemCode, ProblemError
from dentalhub.token_auth import needs
from extraction.api.cursors import LARGEST_KEY, number_cursor, read_number_cursor, read_text_cursor, text_cursor
from extraction.api.idempotency import IdempotencyKey
from extraction.api.parameters import Cursor, Limit
from extraction.api.run_schemas import (
    CenterRunPage,
    RunOut,
    RunPage,
    center_run_out,
    runs_out,
)
from extraction.api.run_start import RunStart, start
from extraction.enums import RunState
from extraction.models import CenterRun, ExtractionRun
from extraction.run_scope import is_whole
from extraction.runs import cancel

router = Router(tags=["runs"])


class RunQuery(QuerySchema):
    """Which runs."""

    state: RunState | None = None
    cursor: Cursor = None
    limit: Limit = 50


@router.get("/runs", response=RunPage, operation_id="list_runs", **needs(Right.READ_RUNS))
def list_runs(request: HttpRequest, query: Query[RunQuery]) -> RunPage:
    """All runs, the latest first."""
    scope = scope_of(request.user)
    found = ExtractionRun.objects.in_scope(scope).select_related("requested_by").order_by("-pk")
    if query.state:
        found = found.filter(state=query.state)
    after = read_number_cursor("runs", query.cursor)
    if after is not None:
        found = found.filter(pk__lt=after)
    runs = list(found[: query.limit + 1])
    shown = runs[: query.limit]
    more = number_cursor("runs", shown[-1].pk) if len(runs) > len(shown) else None
    return RunPage(items=runs_out(shown, scope), next_cursor=more)


@router.post(
    "/runs",
    response={201: RunOut, 200: RunOut},
    operation_id="start_run",
    **needs(Right.WRITE_RUNS, ProblemCode.KEY_USED),
)
def start_run(
    request: HttpRequest, response: HttpResponse, payload: RunStart, idempotency_key: IdempotencyKey
) -> Status[RunOut]:
    """Start a run. The same key and body again answer 200 with the run that is there; another body 409."""
    asked = start(payload, idempotency_key, cast("User", request.user))
    response.headers["Location"] = f"/api/v1/runs/{asked.run.pk}"
    return Status(201 if asked.is_new else 200, runs_out([asked.run], scope_of(request.user))[0])


@router.get("/runs/{int:run_id}", response=RunOut, operation_id="get_run", **needs(Right.READ_RUNS))
def get_run(request: HttpRequest, run_id: int) -> RunOut:
    """Where a run stands."""
    scope = scope_of(request.user)
    return runs_out([_run(run_id, scope)], scope)[0]


class CenterRunQuery(QuerySchema):
    """Which parts of a run."""

    state: RunState | None = None
    cursor: Cursor = None
    limit: Limit = 100


@router.get(
    "/runs/{int:run_id}/centers", response=CenterRunPage, operation_id="list_center_runs", **needs(Right.READ_RUNS)
)
def list_center_runs(request: HttpRequest, run_id: int, query: Query[CenterRunQuery]) -> CenterRunPage:
    """A run's part for each center, with the reason where it did not succeed."""
    scope = scope_of(request.user)
    parts = CenterRun.objects.in_scope(scope).filter(run=_run(run_id, scope))
    parts = parts.select_related("center", "mapping").defer("mapping__content")
    if query.state:
        parts = parts.filter(state=query.state)
    after = read_text_cursor("center_runs", query.cursor)
    if after is not None:
        parts = parts.filter(center__center_id__gt=after)
    found = list(parts.order_by("center__center_id")[: query.limit + 1])
    shown = found[: query.limit]
    more = text_cursor("center_runs", shown[-1].center.center_id) if len(found) > len(shown) else None
    return CenterRunPage(items=[center_run_out(part) for part in shown], next_cursor=more)


@router.post(
    "/runs/{int:run_id}/cancel",
    response=RunOut,
    operation_id="cancel_run",
    **needs(Right.WRITE_RUNS, ProblemCode.RUN_ENDED),
)
def cancel_run(request: HttpRequest, run_id: int) -> RunOut:
    """Ask a run to end; what has landed stays. 409 when it had ended already, 403 when it reads other regions too."""
    scope = scope_of(request.user)
    run = _run(run_id, scope)
    if not is_whole(run, scope):
        raise ProblemError(ProblemCode.REGION_MISSING)
    if not cancel(run, cast("User", request.user)):
        raise ProblemError(ProblemCode.RUN_ENDED)
    return runs_out([_run(run_id, scope)], scope)[0]


def _run(run_id: int, scope: Scope) -> ExtractionRun:
    if run_id > LARGEST_KEY:
        raise Http404
    run = ExtractionRun.objects.in_scope(scope).select_related("requested_by").filter(pk=run_id).first()
    if run is None:
        raise Http404
    return run
