"""The page of a run, which many people may follow at the same time."""

from dataclasses import dataclass

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from centers.scope import Scope, scope_of
from dentalhub.access import Right, right_required
from dentalhub.live_pages import render_live_page
from dentalhub.milestones import Heard
from dentalhub.shared_answers import SharedAnswers
from extraction.enums import RunState
from extraction.leases import WORKER_WAIT, abandoned_since
from extraction.models import ExtractionRun
from extraction.row_changes import RowChanges
from extraction.run_changes import changes_of
from extraction.run_progress import CENTERS_PER_PAGE, PartFilter, counts_of, refusals, with_run
from extraction.run_scope import is_whole

MOST_PAGES = 10_000


@dataclass(frozen=True, slots=True)
class RunNumbers:
    """What all who see the same regions are shown of a run; `again`: how many centers could be tried once more."""

    html: SafeString
    again: int
    finished: int
    all: int


_shared = SharedAnswers[RunNumbers]()


@require_safe
@right_required(Right.READ_RUNS)
def run_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One run with a page of the centers that the person sees; htmx asks for its progress until it has ended."""
    scope = scope_of(request.user)
    run = get_object_or_404(ExtractionRun.objects.in_scope(scope).select_related("requested_by"), pk=pk)
    wanted, page = PartFilter.of(request.GET), _page(request)
    # The end is shown as it is at once.
    seconds = 0 if run.is_finished else settings.SHARED_ANSWER_SECONDS
    key = (run.pk, run.is_finished, scope, wanted, page, get_language())
    numbers = _shared.get(key, lambda: _numbers(run, scope, wanted, page), seconds)
    no_worker_since = run.requested_at if _waits_for_worker(run) else abandoned_since(run)
    heard = Heard.at(numbers.finished, numbers.all, waits=no_worker_since is not None)
    context = {
        "run": run,
        "is_whole": is_whole(run, scope),
        "numbers": numbers,
        "filter": wanted,
        "page": page,
        "no_worker_since": no_worker_since,
    }
    templates = "extraction/run_detail.html", "extraction/_run_progress.html"
    return render_live_page(request, *templates, context, is_finished=run.is_finished, heard=heard)


def _numbers(run: ExtractionRun, scope: Scope, wanted: PartFilter, page: int) -> RunNumbers:
    """Nothing in it may depend on who asks, but for the regions and the language."""
    page_obj = Paginator(wanted.parts(run, scope), CENTERS_PER_PAGE).get_page(page)
    parts = with_run(page_obj.object_list, run)
    counts = counts_of(run, scope)
    changes = changes_of(run, scope, [part.center_id for part in parts])
    context = {
        "run": run,
        "counts": counts,
        "left_alone": refusals(run, scope, counts),
        "page_obj": page_obj,
        "filter": wanted,
        "parts": [(part, changes.get(part.center_id)) for part in parts],
        "has_changes": bool(changes),
        "changed_rows": sum((found.rows for found in changes.values()), RowChanges()),
    }
    html = render_to_string("extraction/_run_numbers.html", context)
    return RunNumbers(html, counts.again, counts.finished, counts.all)


def _page(request: HttpRequest) -> int:
    asked = request.GET.get("page", "")
    return min(int(asked), MOST_PAGES) if asked.isascii() and asked.isdecimal() and len(asked) < 9 else 1


def _waits_for_worker(run: ExtractionRun) -> bool:
    return run.state == RunState.QUEUED and timezone.now() - run.requested_at > WORKER_WAIT
