"""From measured rounds to what a benchmark says."""

import pytest

from dentalhub.benchmark_figures import Round, as_document, figures, percentile
from dentalhub.benchmark_lines import lines


def _round(seconds: float, *, megabytes: float = 100.0, failed: int = 0, login: float = 0.0) -> Round:
    phases = ({"login": login, "query": 0.2, "fetch": 0.0, "convert": 0.0, "land": 0.1},)
    return Round(seconds, seconds + 1.0, 3.0, 1.0, megabytes, 1, failed, 7, phases)


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [([], 50, 0.0), ([3.0], 95, 3.0), ([4.0, 1.0, 2.0, 3.0], 50, 2.0), ([float(n) for n in range(1, 101)], 95, 95.0)],
)
def test_percentile(values: list[float], percent: int, expected: float) -> None:
    assert percentile(values, percent) == expected


def test_figures_are_medians_of_the_rounds_and_the_most_memory() -> None:
    own = [_round(1.0, megabytes=90.0), _round(9.0, megabytes=120.0), _round(3.0, failed=1)]
    found = figures("threads", 50, own, [_round(2.0), _round(2.0), _round(4.0)])
    assert (found.extraction.seconds, found.extraction.fastest, found.extraction.slowest) == (3.0, 1.0, 9.0)
    assert (found.extraction.megabytes, found.extraction.sandbox_share, found.failed) == (120.0, 0.25, 1)
    assert (found.ratio, found.ratio_with_start, found.ratio_of_cpu) == (1.5, 4.0 / 3.0, 1.0)


def test_phases_are_summed_per_round_and_ranked_per_center() -> None:
    found = figures("threads", 1, [_round(1.0, login=0.25), _round(1.0, login=0.75)], [])
    login = found.phases["login"]
    assert (login.sum, login.p50, login.p95) == (0.5, 0.25, 0.75)
    assert (found.bare_loop, found.ratio) == (None, None)


def test_document_is_rounded_and_names_everything() -> None:
    document = as_document([figures("threads", 50, [_round(1.23456789)], [_round(1.0)])])[0]
    assert (document["extraction"]["seconds"], document["ratio"]) == (1.2346, 1.2346)
    assert list(document["phases"]) == ["login", "query", "fetch", "convert", "land"]


def test_lines_without_a_bare_loop_have_no_ratio() -> None:
    alone = "\n".join(lines(figures("threads", 50, [_round(1.0)], [])))
    both = "\n".join(lines(figures("threads", 50, [_round(1.5)], [_round(1.0)])))
    assert ("ratio" in alone, "ratio 1.50" in both, "25 % of all processor seconds" in both) == (False, True, True)
