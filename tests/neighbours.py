"""How several processes share the tests: each takes the neighbours of one file together and in their order.

Files have fixtures of their own, which would be made once more in each process. `--dist=loadfile` would take whole
files, but tests that empty the database come behind all others that use it, also those of other files; and the groups
of `--dist=loadgroup` count for nothing with pytest 9.2 (xdist 3.8 writes them into names that nobody reads).
"""

from itertools import groupby

from xdist.scheduler import LoadScopeScheduling


class NeighbourScheduling(LoadScopeScheduling):  # type: ignore[misc]
    """Hands out runs of tests that stand beside each other in the order of the collection and come from one file."""

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)
        self._runs: dict[str, str] = {}

    def _split_scope(self, nodeid: str) -> str:
        if not self._runs:
            self._runs = runs(self.collection or [])
        return self._runs[nodeid]


def runs(nodeids: list[str]) -> dict[str, str]:
    """The name of the run of each test, in the order in which they come."""
    found: dict[str, str] = {}
    for number, (file, neighbours) in enumerate(groupby(nodeids, key=lambda nodeid: nodeid.split("::")[0])):
        found |= dict.fromkeys(neighbours, f"{number}, {file}")
    return found
