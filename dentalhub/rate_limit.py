"""How often something may happen, counted in the cache that all processes share: whole minutes, each with its count."""

import time

from django.core.cache import cache

WINDOW_SECONDS = 60


def seconds_to_wait(name: str, most: int) -> int:
    """Count one event of `name`; 0 when at most `most` of them fell into this minute, else the seconds left of it."""
    now = time.time()
    count = _count(f"rate:{name}:{int(now // WINDOW_SECONDS)}")
    return 0 if count <= most else WINDOW_SECONDS - int(now % WINDOW_SECONDS)


def _count(key: str) -> int:
    """Count one event in one step, so that events at the same time count as many."""
    # Longer than the window, so that a count never vanishes within it.
    for _attempt in range(2):
        try:
            return int(cache.incr(key))
        except ValueError:
            if cache.add(key, 1, timeout=2 * WINDOW_SECONDS):
                return 1
    # Thrown out by a full cache between the two calls: nobody is refused for that.
    return 0
