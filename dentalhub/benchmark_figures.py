"""The figures of a benchmark: from the rounds of both sides to what is printed. *Pure*."""

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

PHASES = ("login", "query", "fetch", "convert", "land")


@dataclass(frozen=True, slots=True)
class Round:
    """One measured process. Seconds, MB.

    `seconds` is the work itself: from `extract` called until everything has landed, or of the bare loop; `wall` that
    with the start of the process. `cpu` and `megabytes` are those of the process and all its children, `sandbox_cpu`
    what the sandbox used meanwhile. `phases`: of each center.
    """

    seconds: float
    wall: float
    cpu: float
    sandbox_cpu: float
    megabytes: float
    centers: int = 0
    failed: int = 0
    entries: int = 0
    phases: tuple[Mapping[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class PhaseFigures:
    """`sum` over all centers and so over all threads; `p50` and `p95` of single centers. Seconds."""

    sum: float
    p50: float
    p95: float


@dataclass(frozen=True, slots=True)
class SideFigures:
    """Medians of the rounds; memory is the most that any round needed. `sandbox_share`: of all processor seconds."""

    rounds: int
    seconds: float
    fastest: float
    slowest: float
    wall: float
    cpu: float
    sandbox_cpu: float
    sandbox_share: float
    megabytes: float


@dataclass(frozen=True, slots=True)
class Figures:
    """One engine with one number of workers; `ratio` and what follows only where there is a bare loop."""

    engine: str
    workers: int
    centers: int
    failed: int
    entries: int
    extraction: SideFigures
    phases: Mapping[str, PhaseFigures]
    bare_loop: SideFigures | None = None
    ratio: float | None = None
    ratio_with_start: float | None = None
    ratio_of_cpu: float | None = None


def figures(engine: str, workers: int, own: Sequence[Round], bare: Sequence[Round]) -> Figures:
    """What the rounds say; `bare` may be empty."""
    mine, other = _side(own), _side(bare) if bare else None
    return Figures(
        engine=engine,
        workers=workers,
        centers=own[-1].centers,
        failed=max(one.failed for one in own),
        entries=own[-1].entries,
        extraction=mine,
        phases={name: _phase(name, own) for name in PHASES},
        bare_loop=other,
        ratio=_ratio(mine.seconds, other.seconds) if other else None,
        ratio_with_start=_ratio(mine.wall, other.wall) if other else None,
        ratio_of_cpu=_ratio(mine.cpu, other.cpu) if other else None,
    )


def as_document(found: Iterable[Figures]) -> list[dict[str, Any]]:
    """For JSON, rounded to what was measured."""
    return [_rounded(asdict(one)) for one in found]


def percentile(values: Sequence[float], percent: int) -> float:
    """The smallest value that so many percent of `values` do not exceed; 0 of none."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)] if ordered else 0.0


def _side(rounds: Sequence[Round]) -> SideFigures:
    cpu, sandbox = (statistics.median(getattr(one, name) for one in rounds) for name in ("cpu", "sandbox_cpu"))
    seconds = [one.seconds for one in rounds]
    return SideFigures(
        rounds=len(rounds),
        seconds=statistics.median(seconds),
        fastest=min(seconds),
        slowest=max(seconds),
        wall=statistics.median(one.wall for one in rounds),
        cpu=cpu,
        sandbox_cpu=sandbox,
        sandbox_share=_ratio(sandbox, sandbox + cpu),
        megabytes=max(one.megabytes for one in rounds),
    )


def _phase(name: str, rounds: Sequence[Round]) -> PhaseFigures:
    values = [center[name] for one in rounds for center in one.phases]
    return PhaseFigures(sum(values) / len(rounds), percentile(values, 50), percentile(values, 95))


def _ratio(one: float, other: float) -> float:
    return one / other if other else 0.0


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {name: _rounded(one) for name, one in value.items()}
    return value
