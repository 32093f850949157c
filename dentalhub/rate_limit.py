"""How often something may happen, counted in Django's cache: whole minutes, each with its own count."""

import time

from django.core.cache import cache

WINDOW_SECONDS = 60


def seconds_to_wait(name: str, most: int) -> int:
    """Count one event of `name`; 0 when at most `most` of them fell into this minute, else the seconds left of it."""
    now = time.time()
    key = f"rate:{name}:{int(now // WINDOW_SECONDS)}"
    # Longer than the window, so that a count never vanishes within it.
    cache.add(key, 0, timeout=2 * WINDOW_SECONDS)
    try:
        count = cache.incr(key)
    except ValueError:
        # Thrown out by a full cache between the two calls: nobody is refused for that.
        return 0
    return 0 if count <= most else WINDOW_SECONDS - int(now % WINDOW_SECONDS)
