"""The page that shows every center on every business date of a range."""

from dataclasses import replace

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dentalhub.access import Right, right_required
from dentalhub.compressed import compressed
from dentalhub.htmx import render_page
from extraction.matrix import matrix_of, region_parts
from extraction.matrix_cells import SIGNS, matrix_lines
from extraction.matrix_forms import MatrixForm
from extraction.slice_grid import slice_grid
from extraction.slice_states import SLICE_STATE_LABELS

# A screen has room for forty; what is open stands on the first page anyway.
CENTERS_PER_PAGE = 100


@require_safe
@right_required(Right.READ_SLICES)
@compressed
def matrix(request: HttpRequest) -> HttpResponse:
    """Dates and centers; `date_from`, `date_to`, `region`, `order`, `open` and `page` in the address choose which.

    A constant number of queries. Counts only, no patient's data: every role may look.
    """
    form = MatrixForm(MatrixForm.filled(request.GET), person=request.user)
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        chosen = form.cleaned_data
        grid = slice_grid(chosen["date_from"], chosen["date_to"], form.centers())
        shown = matrix_of(grid, failing_first=chosen["order"] != MatrixForm.BY_ID, open_only=chosen["open"])
        page = Paginator(shown.rows, CENTERS_PER_PAGE).get_page(request.GET.get("page"))
        context |= {
            "matrix": shown,
            "page_obj": page,
            "lines": matrix_lines(replace(shown, rows=tuple(page.object_list))),
            "legend": [
                {"state": state.value, "sign": SIGNS[state], "label": label, "count": shown.totals[state]}
                for state, label in SLICE_STATE_LABELS.items()
            ],
            "regions": region_parts(shown.rows),
            "query": _query(request, "region", "page"),
            "page_query": _query(request, "page"),
        }
    return render_page(request, "extraction/matrix.html", "extraction/_matrix.html", context)


def _query(request: HttpRequest, *left_out: str) -> str:
    """What the address asks for, without the names `left_out`, which a link gives anew."""
    query = request.GET.copy()
    for name in left_out:
        query.pop(name, None)
    return query.urlencode()
