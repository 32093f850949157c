"""The figures of a benchmark for people. *Pure*."""

from django.utils.translation import gettext as _

from dentalhub.benchmark_figures import PHASES, Figures, SideFigures


def lines(found: Figures) -> list[str]:
    """What was measured, the most important first."""
    head = _("%(engine)s, %(workers)s workers: %(centers)s centers (%(failed)s failed), %(entries)s entries") % {
        "engine": found.engine,
        "workers": found.workers,
        "centers": found.centers,
        "failed": found.failed,
        "entries": found.entries,
    }
    text = [head, _side(_("extraction"), found.extraction)]
    if found.bare_loop is not None:
        text.append(_side(_("bare loop"), found.bare_loop))
        text.append(
            "  "
            + _("ratio %(ratio).2f, with the start of the processes %(started).2f, of processor seconds %(cpu).2f")
            % {"ratio": found.ratio, "started": found.ratio_with_start, "cpu": found.ratio_of_cpu}
        )
        text.append(
            "  "
            + _("the sandbox used %(share).0f %% of all processor seconds while it was extracted from")
            % {"share": found.extraction.sandbox_share * 100}
        )
    text.append(f"  {_('milliseconds'):12} {_('all threads'):>12} {'p50':>8} {'p95':>8}")
    for name in PHASES:
        phase = found.phases[name]
        text.append(f"  {name:12} {phase.sum * 1000:12.0f} {phase.p50 * 1000:8.1f} {phase.p95 * 1000:8.1f}")
    return text


def _side(name: str, side: SideFigures) -> str:
    text = _(
        "%(name)s: %(seconds).2f s (%(fastest).2f to %(slowest).2f), %(wall).2f s with the start of its process,"
        " %(cpu).2f s of processor, %(megabytes).0f MB"
    )
    return "  " + text % {
        "name": name,
        "seconds": side.seconds,
        "fastest": side.fastest,
        "slowest": side.slowest,
        "wall": side.wall,
        "cpu": side.cpu,
        "megabytes": side.megabytes,
    }
