"""The parts of docs/matcher.md that are measured, as Markdown; and the document with them put in."""

import re
from collections.abc import Callable, Mapping, Sequence

from tests.benchmarks.matcher.ablation import ablation
from tests.benchmarks.matcher.calibration import Bin, bins, calibration_error
from tests.benchmarks.matcher.date_forms import DateForm, date_forms
from tests.benchmarks.matcher.held_out import FoldOutcome
from tests.benchmarks.matcher.learning import learning, learning_from_nothing
from tests.benchmarks.matcher.scoring import Outcome, figures, judged, outcome
from tests.benchmarks.matcher.speed import TABLES, measure
from tests.benchmarks.matcher.tables import (
    ablation_table,
    calibration_table,
    fold_table,
    forgotten_list,
    learning_table,
    zone_table,
)
from tests.benchmarks.matcher.views import TrueCenter, without_values

Part = Callable[[Sequence[TrueCenter]], str]
SPEED_CENTERS = 500
_MARKED = re.compile(r"(<!-- measured: (\w+) -->\n).*?(<!-- /measured -->)", re.DOTALL)


def plain(centers: Sequence[TrueCenter]) -> str:
    """As `make score` prints it."""
    outcomes = [outcome(center) for center in centers]
    return f"{zone_table(figures(outcomes))}\n\n{_date_line(outcomes)}"


def unseen(found: Sequence[FoldOutcome]) -> str:
    """Held out, per zone and per vocabulary."""
    outcomes = [item for fold in found for item in fold.outcomes]
    zones = f"{zone_table(figures(outcomes))}\n\n{_date_line(outcomes)}"
    return f"{zones}\n\n{fold_table(found)}\n\nForgotten words:\n\n{forgotten_list(found)}"


def held_out_bins(found: Sequence[FoldOutcome]) -> list[Bin]:
    """How sure the matcher was where it did not know the names, and how often right; where it knew even less, too."""
    return bins(column for fold in found for item in (*fold.outcomes, *fold.with_less) for column in judged(item))


def calibrated(found: Sequence[Bin]) -> str:
    """The bins, and how far they are off."""
    return f"{calibration_table(found)}\n\nExpected calibration error: {calibration_error(found):.3f}."


def evidence(centers: Sequence[TrueCenter]) -> str:
    """The ablation table."""
    return ablation_table(ablation(centers))


def lessons(centers: Sequence[TrueCenter]) -> str:
    """Learning with the lexicon, with one that knows none of the set's names, and where no row may be looked at."""
    closed = [without_values(center) for center in centers]
    tables = {
        "The lexicon as it is": learning(centers),
        "A lexicon that knows canonical names only": learning_from_nothing(centers),
        "The same, and no center lets anybody look at its rows": learning_from_nothing(closed),
    }
    return "\n\n".join(f"{title}:\n\n{learning_table(found)}" for title, found in tables.items())


def speed(centers: Sequence[TrueCenter]) -> str:
    """One sentence; the figures are those of the machine that wrote them."""
    found = measure(centers, SPEED_CENTERS)
    everything = f"{found.wall:.0f} s ({found.processor:.0f} s of processor time)"
    single = f"median {found.median * 1000:.0f} ms, slowest {found.slowest * 1000:.0f} ms"
    return f"{found.centers} centers of {TABLES} tables on one core: {everything}. A single center: {single}."


def put_in(text: str, parts: Mapping[str, str]) -> str:
    """`text` with each part between its marks `<!-- measured: NAME -->` and `<!-- /measured -->`.

    A mark without a part keeps what it holds; raises KeyError where a part has no marks.
    """
    missing = set(parts) - {match[2] for match in _MARKED.finditer(text)}
    if missing:
        raise KeyError(f"no marks for {', '.join(sorted(missing))}")
    return _MARKED.sub(
        lambda match: f"{match[1]}{parts[match[2]]}\n{match[3]}" if match[2] in parts else match[0], text
    )


def _date_line(outcomes: Sequence[Outcome]) -> str:
    found = [form for item in outcomes for form in _date_forms(item)]
    right = sum(form.right for form in found)
    return f"Form of the dates right: {right} of {len(found)} rightly found columns."


def _date_forms(item: Outcome) -> list[DateForm]:
    truth = {
        name: {"table": entry.table, "columns": entry.columns, "notes": entry.notes}
        for name, entry in item.center.truth.items()
    }
    return date_forms(item.center.center_id, truth, item.prediction)
