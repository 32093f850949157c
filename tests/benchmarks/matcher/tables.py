"""Figures as Markdown tables."""

from collections.abc import Iterable, Mapping, Sequence

from tests.benchmarks.matcher.calibration import Bin
from tests.benchmarks.matcher.held_out import FoldOutcome
from tests.benchmarks.matcher.learning import Lessons
from tests.benchmarks.matcher.scoring import Figures, figures

_HEADS = {
    "f1": "F1",
    "precision": "precision",
    "recall": "recall",
    "tables": "tables",
    "auto_precision": "auto_precision",
    "coverage": "coverage",
    "wrong_auto": "wrong_auto",
    "full": "full",
    "brier": "brier",
    "polarity": "polarity",
}
_ALL = ("F1 ALL", "auto_precision", "coverage", "wrong_auto")
_SHORT = ("f1", "auto_precision", "coverage", "wrong_auto")


def zone_table(found: Mapping[str, Figures]) -> str:
    """One line for each zone."""
    rows = [[zone, _count(of["centers"]), *(_number(of[name]) for name in _HEADS)] for zone, of in found.items()]
    return _table(["zone", "centers", *_HEADS.values()], rows)


def ablation_table(found: Mapping[str, Mapping[str, Figures]]) -> str:
    """One line for each kind of evidence that was taken away: F1 per zone, then what would be taken without a look."""
    zones = [zone for zone in next(iter(found.values())) if zone != "ALL"]
    rows = [
        [name, *(_number(of[zone]["f1"]) for zone in zones), *(_number(of["ALL"][figure]) for figure in _SHORT)]
        for name, of in found.items()
    ]
    return _table(["evidence", *(f"F1 {zone}" for zone in zones), *_ALL], rows)


def fold_table(found: Sequence[FoldOutcome]) -> str:
    """One line for each vocabulary."""
    rows = []
    for item in found:
        of = figures(item.outcomes)["ALL"]
        sizes = [_count(len(item.fold.tested)), _count(len(item.fold.training)), _count(len(item.fold.forgotten))]
        rows.append([item.fold.vocabulary, *sizes, *(_number(of[name]) for name in _SHORT)])
    heads = ["vocabulary", "tested", "fitted on", "words forgotten", *(_HEADS[name] for name in _SHORT)]
    return _table(heads, rows)


def forgotten_list(found: Sequence[FoldOutcome]) -> str:
    """The words that the lexicon lost in each fold."""
    return "\n".join(f"- {item.fold.vocabulary}: {', '.join(sorted(item.fold.forgotten)) or 'none'}" for item in found)


def learning_table(found: Sequence[Lessons]) -> str:
    """One line for each number of approved centers."""
    rows = [
        [item.half, _count(item.approved), _count(item.names), *(_number(item.figures[name]) for name in _SHORT)]
        for item in found
    ]
    return _table(["proposed half", "approved", "names learned", *(_HEADS[name] for name in _SHORT)], rows)


def calibration_table(found: Sequence[Bin]) -> str:
    """One line for each bin."""
    rows = [
        [f"{item.low:.2f} to {item.high:.2f}", _count(item.count), _number(item.sure), _number(item.share)]
        for item in found
    ]
    return _table(["confidence", "columns", "mean confidence", "share right"], rows)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---", *("---:" for _ in heads[1:])], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _number(value: float | None) -> str:
    return "–" if value is None else str(value) if isinstance(value, int) else f"{value:.3f}"


def _count(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}"
