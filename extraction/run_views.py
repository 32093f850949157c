"""Pages about runs: the list, the start, and what is done with one."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from centers.scope import Scope, scope_of
from dentalhub.access import Right, right_required
from dentalhub.htmx import render_page, wants_fragment
from dentalhub.list_csv import csv_answer, in_pieces
from extraction.breaker_reset import left_alone
from extraction.enums import RunMode, RunState, Trigger
from extraction.exceptions import RunRequestError
from extraction.list_columns import RUNS
from extraction.list_lines import headings, run_line
from extraction.list_searches import runs_matching
from extraction.models import ExtractionRun
from extraction.resuming import resume
from extraction.run_forms import RunForm
from extraction.run_plans import RunPlan
from extraction.run_requests import request_run
from extraction.run_scope import is_whole
from extraction.runs import cancel
from extraction.tasks import dispatch

RUNS_PER_PAGE = 50
# So many centers are listed with their days before a run is started.
MOST_LISTED = 100


@require_safe
@right_required(Right.READ_RUNS)
def run_list(request: HttpRequest) -> HttpResponseBase:
    """The runs that read a center of the person's regions; the address narrows and sorts, `format=csv` makes a file."""
    asked, scope = RUNS.asked(request), scope_of(request.user)
    state, search = request.GET.get("state", ""), request.GET.get("q", "").strip()
    runs = runs_matching(ExtractionRun.objects.in_scope(scope), search)
    if state in RunState.values:
        runs = runs.filter(state=state)
    runs = RUNS.ordered(runs, asked.sort)
    if asked.wants_csv:
        return csv_answer(request, asked, headings(RUNS), map(run_line, in_pieces(_keys(runs), _counted(scope))))
    page = Paginator(_keys(runs), RUNS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "runs": _counted(scope)(list(page.object_list)),
        "state": state,
        "search": search,
        "states": RunState.choices,
        "asked": asked,
    }
    return render_page(request, "extraction/run_list.html", "extraction/_run_table.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(Right.WRITE_RUNS)
def run_start(request: HttpRequest) -> HttpResponse:
    """Say exactly what would run, and start it."""
    if request.method == "POST":
        form = RunForm(request.POST, person=request.user)
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
    form = RunForm(data, person=request.user)
    return _start_page(request, form, form.plan())


@require_POST
@right_required(Right.WRITE_RUNS)
def run_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a run to end; what has landed stays."""
    run = _whole_run(request, pk)
    if cancel(run, cast("User", request.user)):
        messages.info(request, _("The run ends now. What has landed is kept."))
    else:
        messages.info(request, _("The run had ended already."))
    return redirect(run)


@require_POST
@right_required(Right.WRITE_RUNS)
def run_resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Try the failed and cancelled centers of a run once more."""
    run = _whole_run(request, pk)
    count = resume(run, cast("User", request.user))
    if not count:
        messages.info(request, _("There is nothing to try again."))
        return redirect(run)
    dispatch(run)
    text = ngettext("%(count)s center is tried again.", "%(count)s centers are tried again.", count)
    messages.info(request, text % {"count": count})
    return redirect(run)


def _whole_run(request: HttpRequest, pk: int) -> ExtractionRun:
    """The run, all of whose centers the person sees: 403 for one that reads other regions too."""
    scope = scope_of(request.user)
    run = get_object_or_404(ExtractionRun.objects.in_scope(scope), pk=pk)
    if not is_whole(run, scope):
        raise PermissionDenied
    return run


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
        # Instead of the fields that choose centers; None where those are shown.
        "listed_centers": form.chosen_centers() if planned and form.cleaned_data["batch"] else None,
        "plan": planned,
        "listed": MOST_LISTED,
        "left_alone": sum(found.pk in shut.centers or found.server_id in shut.servers for found in reading),
    }
    if wants_fragment(request):
        return render(request, "extraction/_run_plan.html", context, status=200)
    return render(request, "extraction/run_start.html", context, status=status)


def _keys(runs: QuerySet[ExtractionRun]) -> QuerySet[ExtractionRun, int]:
    return runs.values_list("pk", flat=True)


def _counted(scope: Scope) -> Callable[[list[int]], list[Any]]:
    """Makes of keys the runs in that order, with numbers of their centers in `scope`."""

    def fetch(keys: list[int]) -> list[Any]:
        # Counted for one page only: all center runs of all runs are millions.
        own = scope.q("center_runs__center__server__region")
        runs = ExtractionRun.objects.filter(pk__in=keys).select_related("requested_by")
        counted = runs.annotate(
            center_count=Count("center_runs", filter=own),
            succeeded_count=Count("center_runs", filter=own & Q(center_runs__state=RunState.SUCCEEDED)),
            failed_count=Count("center_runs", filter=own & Q(center_runs__state=RunState.FAILED)),
        )
        found = {run.pk: run for run in counted.order_by()}
        return [found[key] for key in keys if key in found]

    return fetch
