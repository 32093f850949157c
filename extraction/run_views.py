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

from dentalhub.access import Role, role_required
from dentalhub.htmx import render_page, wants_fragment
from extraction.breaker_words import refusal_groups
from extraction.enums import RunState, Trigger
from extraction.forms import RunForm
from extraction.leases import abandoned_since
from extraction.models import CenterRun, ExtractionRun
from extraction.resuming import resume
from extraction.row_changes import RowChanges
from extraction.run_changes import changes_of
from extraction.run_requests import RunPlan, plan, request_run
from extraction.runs import cancel
from extraction.tasks import dispatch

RUNS_PER_PAGE = 50
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


@require_safe
@role_required(*Role)
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
@role_required(*Role)
def run_start(request: HttpRequest) -> HttpResponse:
    """Say exactly what would run, and start it."""
    if request.method == "POST":
        form = RunForm(request.POST)
        if not form.is_valid():
            return _start_page(request, form, 422)
        # Without JavaScript a button of its own asks what would run.
        if "check" in request.POST or not form.chosen_centers():
            return _start_page(request, form)
        return _start(request, form)
    data = request.GET.copy()
    for name, value in RunForm.defaults().items():
        data.setdefault(name, value)
    return _start_page(request, RunForm(data))


@require_safe
@role_required(*Role)
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
@role_required(*Role)
def run_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a run to end; what has landed stays."""
    run = get_object_or_404(ExtractionRun, pk=pk)
    if cancel(run, cast("User", request.user)):
        messages.info(request, _("The run ends now. What has landed is kept."))
    else:
        messages.info(request, _("The run had ended already."))
    return redirect(run)


@require_POST
@role_required(*Role)
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


def _start(request: HttpRequest, form: RunForm) -> HttpResponse:
    asked = request_run(
        form.chosen_centers(),
        form.cleaned_data["date_from"],
        form.cleaned_data["date_to"],
        trigger=Trigger.PERSON,
        user=cast("User", request.user),
        idempotency_key=form.cleaned_data["idempotency_key"],
    )
    if asked.is_new:
        dispatch(asked.run)
    return redirect(asked.run)


def _start_page(request: HttpRequest, form: RunForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "plan": _plan(form)}
    if wants_fragment(request):
        return render(request, "extraction/_run_plan.html", context, status=200)
    return render(request, "extraction/run_start.html", context, status=status)


def _plan(form: RunForm) -> RunPlan | None:
    if not form.is_valid():
        return None
    return plan(form.chosen_centers(), form.cleaned_data["date_from"], form.cleaned_data["date_to"])


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
    )


def _waits_for_worker(run: ExtractionRun) -> bool:
    return run.state == RunState.QUEUED and timezone.now() - run.requested_at > WORKER_WAIT
