"""Cuts the centers of a run into shards: what one process claims and works on. *Pure*."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Placed:
    """A center run by its key, the server of its center, and the queue whose workers may read it."""

    key: int
    server_pk: int
    queue: str


@dataclass(frozen=True, slots=True)
class Cut:
    """The center runs of one shard, all of one queue."""

    queue: str
    members: tuple[int, ...]


def cut(centers: Iterable[Placed], size: int) -> list[Cut]:
    """At most `size` centers in a shard, and the centers of one server together while they fit.

    One process can then keep a server's limit of connections by itself. A server with more centers than `size` is cut
    into pieces that differ by one center at most.
    """
    by_queue: defaultdict[str, defaultdict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for center in centers:
        by_queue[center.queue][center.server_pk].append(center.key)
    found = []
    for queue in sorted(by_queue):
        packed: list[int] = []
        for members in by_queue[queue].values():
            for piece in _pieces(members, size):
                if packed and len(packed) + len(piece) > size:
                    found.append(Cut(queue, tuple(packed)))
                    packed = []
                packed += piece
        found.append(Cut(queue, tuple(packed)))
    return found


def _pieces(members: Sequence[int], size: int) -> list[Sequence[int]]:
    count = -(-len(members) // size)
    base, longer = divmod(len(members), count)
    pieces, start = [], 0
    for number in range(count):
        end = start + base + (number < longer)
        pieces.append(members[start:end])
        start = end
    return pieces
