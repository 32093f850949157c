"""The same work on many things in threads, whose results come in batches as they are ready."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

# For so long more results may come in before the caller gets those that are there, in seconds.
GATHERING = 0.05
# Items that are under way or wait for the caller, for each thread.
_AHEAD = 2


def in_batches(
    work: Callable[[Item], Result], items: Iterable[Item], threads: int, most: int, *, name: str = ""
) -> Iterator[list[tuple[Item, Future[Result]]]]:
    """Each item with the future of what `work` makes of it, which is done; at most `most` at a time.

    `items` are asked for in the caller's thread, and not far ahead of it: hundreds of results do not pile up.
    """
    waiting, pending = iter(items), dict[Future[Result], Item]()
    with ThreadPoolExecutor(max_workers=max(1, threads), thread_name_prefix=name) as pool:
        while True:
            for item in islice(waiting, max(0, threads * _AHEAD - len(pending))):
                pending[pool.submit(work, item)] = item
            if not pending:
                return
            wait(pending, return_when=FIRST_COMPLETED)
            done = list(islice(wait(pending, timeout=GATHERING).done, most))
            yield [(pending.pop(future), future) for future in done]
