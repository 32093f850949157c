"""The cells of the matrix as HTML: forty-five thousand of them are too many for a template. *Pure*."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from extraction.matrix import Matrix
from extraction.slice_grid import CenterRow
from extraction.slice_states import OPEN_STATES, SLICE_STATE_LABELS, SliceState

# What stands in a cell; landed and unusual ones show their count.
SIGNS = {
    SliceState.FAILED: "✕",
    SliceState.HELD: "H",
    SliceState.UNUSUAL: "!",
    SliceState.MISSING: "?",
    SliceState.RUNNING: "…",
    SliceState.EMPTY: "0",
    SliceState.LANDED: "",
    SliceState.CLOSED: "·",
    SliceState.PAUSED: "–",
    SliceState.DELETED: "×",
}


@dataclass(frozen=True, slots=True)
class MatrixLine:
    """One center with its cells, each a link to its slice."""

    row: CenterRow
    cells: SafeString


def matrix_lines(matrix: Matrix) -> Iterator[MatrixLine]:
    """A line per center.

    Only open slices are tab stops: the arrow keys go everywhere, and the pages of the days list the others. The links
    are relative to the matrix, which makes the page a megabyte smaller.
    """
    # Everything that cells have in common is made once. The numbers are ours, and so nothing in a cell needs escaping.
    opening = {state: _opening(state) for state in SliceState}
    closing = {state: _closing(state) for state in SliceState}
    columns = [(number, f"/{day.isoformat()}/") for number, day in zip(matrix.numbers, matrix.days, strict=True)]
    counted = frozenset({SliceState.LANDED, SliceState.UNUSUAL})
    for row in matrix.rows:
        states, counts, center = row.states, row.counts, str(escape(row.center.center_id))
        parts = []
        for number, day in columns:
            state = states[number]
            count = counts[number] if state in counted else ""
            parts.append(f"{opening[state]}{center}{day}{closing[state]}{count}</a></td>")
        yield MatrixLine(row, mark_safe("".join(parts)))  # noqa: S308  # nosec B308 B703


def _opening(state: SliceState) -> str:
    return f'<td class="m-{state.value}"><a href="../slices/'


def _closing(state: SliceState) -> str:
    stop = "" if state in OPEN_STATES else ' tabindex="-1"'
    # A count that landed speaks for itself; for any other state the title is the name, and the sign is drawn only.
    if state is SliceState.LANDED:
        return f'"{stop}>'
    return f'"{stop} title="{escape(SLICE_STATE_LABELS[state])}"><span aria-hidden="true">{SIGNS[state]}</span>'
