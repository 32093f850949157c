"""Which center is read next, so that no server holds up the centers of the others. *Pure*."""

from collections import deque
from dataclasses import dataclass, field

from centers.server_spec import ServerSpec
from extraction.reader import CenterTask

# So many centers of a server are begun before one of them has succeeded; each success doubles the number.
FIRST_AT_ONCE = 8


@dataclass(slots=True)
class _Lane:
    """The centers of one server that wait, and how many of its centers are being read."""

    limit: int
    allowed: int
    waiting: deque[CenterTask] = field(default_factory=deque)
    reading: int = 0


class Lanes:
    """The waiting tasks by server, taken in turns.

    A server that does not answer binds FIRST_AT_ONCE threads at most, and one that answers no more than the connections
    it allows: a thread that would only wait for a connection takes another server's center.
    """

    def __init__(self) -> None:
        self._lanes: dict[ServerSpec, _Lane] = {}
        self.waiting = 0

    def add(self, task: CenterTask, *, is_alone: bool = False) -> None:
        """Put a task at the end of its lane. `is_alone`: the first center of its server goes alone, as a try."""
        server = task.source.server
        if server not in self._lanes:
            limit = max(1, server.max_connections)
            self._lanes[server] = _Lane(limit, 1 if is_alone else min(limit, FIRST_AT_ONCE))
        self._lanes[server].waiting.append(task)
        self.waiting += 1

    def pick(self, count: int) -> list[CenterTask]:
        """At most `count` tasks that may begin now, one from each server in turn."""
        picked: list[CenterTask] = []
        ready = [lane for lane in self._lanes.values() if lane.waiting]
        while ready and len(picked) < count:
            for lane in ready:
                if len(picked) < count and lane.waiting and lane.reading < lane.allowed:
                    picked.append(lane.waiting.popleft())
                    lane.reading += 1
            ready = [lane for lane in ready if lane.waiting and lane.reading < lane.allowed]
        self.waiting -= len(picked)
        return picked

    def ended(self, task: CenterTask, *, is_success: bool) -> None:
        """A picked task is no longer read."""
        lane = self._lanes[task.source.server]
        lane.reading -= 1
        if is_success:
            lane.allowed = min(lane.limit, lane.allowed * 2)
