"""Pages about runs: the list, the start, one run with its progress."""

import datetime as dt
from dataclasses import dataclass
from typing import cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dentalhub.access import Right, right_required
from dentalhub.htmx import render_page, wants_fragment
from extraction.breaker_reset import left_alone
from extraction.breaker_words import refusal_groups
from extraction.enums import RunMode, RunState, Trigger
from extraction.exceptions import RunRequestError
from extraction.leases import abandoned_since
from extraction.models import CenterRun, ExtractionRun
from extraction.resuming import resume
from extraction.row_changes import RowChanges
from extraction.run_changes import changes_of
from extraction.run_forms import RunForm
from extraction.run_plans import RunPlan
from extraction.run_requests import request_run
from extraction.runs import cancel
from extraction.tasks import dispatch

RUNS_PER_PAGE = 50
# So many centers are listed with their days before a run is started.
MOST_LISTED = 100
# A worker that is there takes a run within a second.
WORKER_WAIT = dt.timedelta(seconds=20)
# htmx swaps this answer in and stops polling.
STOP_POLLING = 286


@dataclass(frozen=True, slots=True)
class RunCounts:
    """How many parts of a run stand where."""

    all: int
    finished: int
    succeeded: int
    failed: int
    skipped: int
    running: int
    again: int
    entries: int
    # Slices that have landed, and all that are to be read.
    slices: int
    wanted: int


@require_safe
@right_required(Right.READ_RUNS)
def run_list(request: HttpRequest) -> HttpResponse:
    """All runs, the latest first; `state` in the address narrows them."""
    state = request.GET.get("state", "")
    runs = _with_counts(ExtractionRun.objects.select_related("requested_by")).order_by("-pk")
    if state in RunState.values:
        runs = runs.filter(state=state)
    page = Paginator(runs, RUNS_PER_PAGE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "state": state, "states": RunState.choices}
    return render_page(request, "extraction/run_list.html", "extraction/_run_table.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(Right.WRITE_RUNS)
def run_start(request: HttpRequest) -> HttpResponse:
    """Say exactly what would run, and start it."""
    if request.method == "POST":
        form = RunForm(request.POST)
        planned = form.plan()
        if planned is None:
            return _start_page(request, form, planned, 422)
        # Without JavaScript a button of its own asks what would run.
        if "check" in request.POST:
            return _start_page(request, form, planned)
        return _start(request, form, planned)
    data = request.GET.copy()
    for name, value in RunForm.defaults().items():
        data.setdefault(name, value)
    form = RunForm(data)
    return _start_page(request, form, form.plan())


@require_safe
@right_required(Right.READ_RUNS)
def run_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One run; htmx asks for its progress every two seconds until it has ended."""
    run = get_object_or_404(ExtractionRun.objects.select_related("requested_by"), pk=pk)
    parts = list(run.center_runs.select_related("center"))
    cause = request.GET.get("cause", "")
    changes = changes_of(run)
    context = {
        "run": run,
        "counts": _counts(parts),
        "left_alone": refusal_groups(parts),
        "parts": [(part, changes.get(part.center_id)) for part in parts if not cause or part.error_kind == cause],
        "has_changes": bool(changes),
        "changed_rows": sum((found.rows for found in changes.values()), RowChanges()),
        "no_worker_since": run.requested_at if _waits_for_worker(run) else abandoned_since(run),
        "is_fragment": wants_fragment(request),
    }
    status = STOP_POLLING if wants_fragment(request) and run.is_finished else 200
    return render_page(request, "extraction/run_detail.html", "extraction/_run_progress.html", context, status)


@require_POST
@right_required(Right.WRITE_RUNS)
def run_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a run to end; what has landed stays."""
    run = get_object_or_404(ExtractionRun, pk=pk)
    if cancel(run, cast("User", request.user)):
        messages.info(request, _("The run ends now. What has landed is kept."))
    else:
        messages.info(request, _("The run had ended already."))
    return redirect(run)


@require_POST
@right_required(Right.WRITE_RUNS)
def run_resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Try the failed and cancelled centers of a run once more."""
    run = get_object_or_404(ExtractionRun, pk=pk)
    count = resume(run, cast("User", request.user))
    if not count:
        messages.info(request, _("There is nothing to try again."))
        return redirect(run)
    dispatch(run)
    text = ngettext("%(count)s center is tried again.", "%(count)s centers are tried again.", count)
    messages.info(request, text % {"count": count})
    return redirect(run)


def _start(request: HttpRequest, form: RunForm, planned: RunPlan) -> HttpResponse:
    data = form.cleaned_data
    made = ExtractionRun.objects.filter(idempotency_key=data["idempotency_key"]).first()
    if made is not None:
        # The second half of a double click: what it asks for is being read by now.
        return redirect(made)
    if data["expected"] is not None and data["expected"] != planned.to_read:
        # Nothing starts that nobody has seen.
        messages.warning(request, _("Something else would run than what was shown. Look at it, then start."))
        return _start_page(request, form, planned)
    try:
        asked = request_run(
            form.chosen_centers(),
            data["date_from"],
            data["date_to"],
            mode=RunMode(data["mode"]),
            with_closed=data["with_closed"],
            trigger=Trigger.PERSON,
            user=cast("User", request.user),
            idempotency_key=data["idempotency_key"],
        )
    except RunRequestError as error:
        messages.info(request, str(error))
        return _start_page(request, form, planned)
    if asked.is_new:
        dispatch(asked.run)
    return redirect(asked.run)


def _start_page(request: HttpRequest, form: RunForm, planned: RunPlan | None, status: int = 200) -> HttpResponse:
    shut = left_alone()
    reading = [part.center for part in planned.reading] if planned else []
    context = {
        "form": form,
        "plan": planned,
        "listed": MOST_LISTED,
        "left_alone": sum(found.pk in shut.centers or found.server_id in shut.servers for found in reading),
    }
    if wants_fragment(request):
        return render(request, "extraction/_run_plan.html", context, status=200)
    return render(request, "extraction/run_start.html", context, status=status)


def _with_counts(runs: QuerySet[ExtractionRun]) -> QuerySet[ExtractionRun]:
    return runs.annotate(
        center_count=Count("center_runs"),
        succeeded_count=Count("center_runs", filter=Q(center_runs__state=RunState.SUCCEEDED)),
        failed_count=Count("center_runs", filter=Q(center_runs__state=RunState.FAILED)),
    )


def _counts(parts: list[CenterRun]) -> RunCounts:
    states = [part.state for part in parts]
    unfinished = states.count(RunState.QUEUED) + states.count(RunState.RUNNING)
    return RunCounts(
        all=len(parts),
        finished=len(parts) - unfinished,
        succeeded=states.count(RunState.SUCCEEDED),
        failed=states.count(RunState.FAILED),
        skipped=states.count(RunState.SKIPPED),
        running=states.count(RunState.RUNNING),
        again=states.count(RunState.FAILED) + states.count(RunState.CANCELLED),
        entries=sum(part.entry_count for part in parts),
        slices=sum(part.slice_count for part in parts),
        wanted=sum(part.day_count for part in parts if part.state != RunState.SKIPPED),
    )


def _waits_for_worker(run: ExtractionRun) -> bool:
    return run.state == RunState.QUEUED and timezone.now() - run.requested_at > WORKER_WAIT
