"""How much of a processor this process wants: what it has had, and what its threads waited for."""

import time
from pathlib import Path

_TASKS = Path("/proc/self/task")
_NANO = 1e-9


def wanted_processor_seconds() -> float:
    """Seconds of a core that this process has had since its start, and that its present threads waited for.

    On a machine that others keep busy the second part is the larger. Without Linux's schedstat there is only the first.
    """
    return time.process_time() + sum(_waited(task) for task in _TASKS.glob("*/schedstat"))


def _waited(schedstat: Path) -> float:
    try:
        return int(schedstat.read_text().split()[1]) * _NANO
    except (OSError, ValueError, IndexError):
        # The thread has ended, or the kernel counts nothing.
        return 0.0
