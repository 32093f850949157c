"""Keeps Python's search for reference cycles from looking at rows, which have none, again and again."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# New objects between two searches; Python's own number, 700, is a few hundred rows.
NEW_OBJECTS = 20_000


@contextmanager
def rare_collections() -> Iterator[None]:
    """Search rarely, and not at all among what is there already: for a process that has little else to do."""
    thresholds = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, *thresholds[1:])
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()
