"""How a command shows a run: a bar on a terminal, a plain line per center elsewhere."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import OutputWrapper
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from extraction.runner import CenterProgress, Observer


@contextmanager
def shown_progress(total: int, output: OutputWrapper, *, quiet: bool) -> Iterator[Observer]:
    """An observer that tells how far `total` centers are; the bar goes to standard error, lines go to `output`."""
    if quiet:
        yield lambda progress: None
    elif sys.stderr.isatty():
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True)) as bar:
            task = bar.add_task(_("Centers"), total=total)
            yield lambda progress: bar.advance(task)
    else:
        yield lambda progress: output.write(line(progress))


def line(progress: CenterProgress) -> str:
    """One center's end, as a line."""
    if progress.error:
        return _("%(center)s failed: %(reason)s") % {"center": progress.center_id, "reason": progress.error}
    return _("%(center)s: %(count)s entries in %(seconds).2f s") % {
        "center": progress.center_id,
        "count": progress.entry_count,
        "seconds": progress.duration_ms / 1000,
    }
