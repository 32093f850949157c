"""One text for what threads and an event loop do alike. *Pure*.

What reads a source is written as coroutines. Threads run them with `run_now`, where nothing that they await ever waits:
the driver's calls block the thread instead. An event loop awaits the same coroutines.
"""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")
# Makes one call of the driver, and gives its result.
Call = Callable[..., Awaitable[Any]]


def run_now(work: Coroutine[Any, Any, Result]) -> Result:
    """The result of `work`, or its error. Raises RuntimeError when it waits for something, which only a loop can do."""
    try:
        work.send(None)
    except StopIteration as end:
        result: Result = end.value
        return result
    work.close()
    raise RuntimeError("This coroutine needs an event loop.")


async def call_now(function: Callable[..., Any], *arguments: Any) -> Any:
    """A call that blocks this thread."""
    return function(*arguments)
