"""Measure the matcher on the development set:

.venv/bin/python -m tests.benchmarks.matcher                           print everything
.venv/bin/python -m tests.benchmarks.matcher --only plain held_out     print some parts
.venv/bin/python -m tests.benchmarks.matcher --write docs/matcher.md   put them in the document, draw its plot
.venv/bin/python -m tests.benchmarks.matcher --fit                     fit the confidence anew, into weights.yml
"""

import argparse
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dentalhub.settings")

from tests.benchmarks.matcher import report
from tests.benchmarks.matcher.calibration_plot import picture
from tests.benchmarks.matcher.dev_set import dev_centers
from tests.benchmarks.matcher.fitting import fit, write_confidence
from tests.benchmarks.matcher.held_out import FoldOutcome, held_out, with_less

PLOT = "matcher_calibration.svg"
_CAPTION = "Held-out centers: their names were new to the matcher. As they are, without names, and without values."


@cache
def _folds() -> tuple[FoldOutcome, ...]:
    return tuple(held_out(dev_centers(), fit))


PARTS: dict[str, Callable[[], str]] = {
    "plain": lambda: report.plain(dev_centers()),
    "held_out": lambda: report.unseen(_folds()),
    "ablation": lambda: report.evidence(dev_centers()),
    "calibration": lambda: report.calibrated(report.held_out_bins(_folds())),
    "learning": lambda: report.lessons(dev_centers()),
    "speed": lambda: report.speed(dev_centers()),
}


def main() -> None:
    """Measure what was asked for; print or write it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--write", type=Path, metavar="DOCUMENT")
    parser.add_argument("--fit", action="store_true", help="fit the confidence anew and write it into weights.yml")
    chosen = parser.parse_args()
    if chosen.fit:
        write_confidence(fit([*dev_centers(), *with_less(dev_centers())]))
        return
    parts = {}
    for name in chosen.only:
        parts[name] = PARTS[name]()
        print(f"## {name}\n\n{parts[name]}\n", flush=True)
    if chosen.write is None:
        return
    text = chosen.write.read_text(encoding="utf-8")
    chosen.write.write_text(report.put_in(text, parts), encoding="utf-8")
    if "calibration" in parts:
        plot = picture(report.held_out_bins(_folds()), _CAPTION)
        chosen.write.with_name(PLOT).write_text(plot, encoding="utf-8")


if __name__ == "__main__":
    main()
