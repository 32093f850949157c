"""How a command shows long work: a bar on a terminal, a plain line per step elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.core.management.base import OutputWrapper

Advance = Callable[[str], None]


@contextmanager
def shown_progress(title: str, total: int, output: OutputWrapper, *, quiet: bool = False) -> Iterator[Advance]:
    """A function to call with one line for each of `total` steps that has ended.

    The bar goes to standard error, so that what a command prints can be redirected; lines go to `output`.
    """
    if quiet:
        yield lambda line: None
    elif sys.stderr.isatty():
        # A tenth of a second that a timer's run has no use for.
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True)) as bar:
            task = bar.add_task(title, total=total)
            yield lambda line: bar.advance(task)
    else:
        yield lambda line: output.write(line)
