"""The page that shows every center on every business date of a range."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dentalhub.access import Right, right_required
from dentalhub.htmx import render_page
from extraction.matrix import matrix_of, region_parts
from extraction.matrix_cells import SIGNS, matrix_lines
from extraction.matrix_forms import MatrixForm
from extraction.slice_grid import slice_grid
from extraction.slice_states import SLICE_STATE_LABELS


@require_safe
@right_required(Right.READ_SLICES)
def matrix(request: HttpRequest) -> HttpResponse:
    """Dates and centers; `date_from`, `date_to`, `region`, `order` and `open` in the address choose which.

    A constant number of queries. Counts only, no patient's data: every role may look.
    """
    form = MatrixForm(MatrixForm.filled(request.GET))
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        chosen = form.cleaned_data
        grid = slice_grid(chosen["date_from"], chosen["date_to"], form.centers())
        shown = matrix_of(grid, failing_first=chosen["order"] != MatrixForm.BY_ID, open_only=chosen["open"])
        context |= {
            "matrix": shown,
            "lines": matrix_lines(shown),
            "legend": [
                {"state": state.value, "sign": SIGNS[state], "label": label, "count": shown.totals[state]}
                for state, label in SLICE_STATE_LABELS.items()
            ],
            "regions": region_parts(shown.rows),
            "query": _query(request),
        }
    return render_page(request, "extraction/matrix.html", "extraction/_matrix.html", context)


def _query(request: HttpRequest) -> str:
    """The address without its region, for the links that zoom."""
    query = request.GET.copy()
    query.pop("region", None)
    return query.urlencode()
