"""How many centers are read at once: one session more helps only while the processor has room. *Pure*."""

# So many readers begin at once; a run that is allowed more gets them when it turns out that they can help.
FIRST_READERS = 50
# Seconds over which the processor is looked at; shorter ones see single logins.
LOOK_SECONDS = 0.3
# The part of one core. Python's threads share one, so that readers which use this much would bring it to its limit with
# the next two doublings; at 0.4 and more, 100 readers took as long as 50 or longer in `manage.py benchmark`.
ROOM = 0.25
# A single look may fall on a moment in which every server is slow at once.
FREE_LOOKS = 2


class ReaderGrowth:
    """From FIRST_READERS to `most`, doubled whenever the process left its core free for FREE_LOOKS looks in a row.

    `now` is in seconds of a monotonic clock, `wanted` in seconds that the process has had
    of any core or waited for since its start.
    """

    def __init__(self, most: int, now: float, wanted: float) -> None:
        self._most = most
        self.size = min(most, FIRST_READERS)
        self._now = now
        self._wanted = wanted
        self._free_looks = 0

    def is_due(self, now: float) -> bool:
        """Whether `look` has something to decide."""
        return self.size < self._most and now - self._now >= LOOK_SECONDS

    def look(self, now: float, wanted: float) -> int:
        """The number of readers from now on."""
        has_room = wanted - self._wanted < ROOM * (now - self._now)
        self._free_looks = self._free_looks + 1 if has_room else 0
        if self._free_looks == FREE_LOOKS:
            self.size, self._free_looks = min(self._most, 2 * self.size), 0
        self._now, self._wanted = now, wanted
        return self.size
