"""How much time of the processor a process has used, with its children that have ended (Linux; elsewhere nothing)."""

import os
from pathlib import Path


def processor_seconds(process: int) -> float:
    """Seconds; 0 where the system does not say."""
    try:
        text = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    except OSError:
        return 0.0
    # The name of the program, in parentheses, may hold anything.
    fields = text.rpartition(")")[2].split()
    return sum(int(ticks) for ticks in fields[11:15]) / os.sysconf("SC_CLK_TCK")
