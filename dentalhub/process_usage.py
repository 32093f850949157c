"""What child processes use of the machine: memory and processor time (Linux; elsewhere both are 0)."""

import os
import resource
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

# Looking costs processor time that the child then lacks.
SAMPLE_SECONDS = 0.05
_PEAK = "VmHWM"


@dataclass(frozen=True, slots=True)
class Usage:
    """A child with its own children: `wall` seconds from its start to its end, `cpu` seconds, peak memory in MB.

    The peak is the sum of each process's own, as if all had needed it at once; `output` is what the child printed.
    """

    exit_code: int
    output: str
    wall: float
    cpu: float
    megabytes: float


def run_measured(command: Sequence[str], environment: Mapping[str, str], given: str = "") -> Usage:
    """Start `command` with exec, give it `given` to read, and wait for it. Its errors go where this process's go."""
    kilobytes: dict[int, int] = {}
    with tempfile.TemporaryFile("w+", encoding="utf-8") as asked, tempfile.TemporaryFile("w+b") as output:
        asked.write(given)
        asked.seek(0)
        started = time.monotonic()
        child = subprocess.Popen(command, stdin=asked, stdout=output, env=dict(environment))
        try:
            while (ended := _ended(child)) is None:
                for pid in family(child.pid):
                    kilobytes[pid] = max(kilobytes.get(pid, 0), peak_kilobytes(pid))
                time.sleep(SAMPLE_SECONDS)
        except BaseException:
            child.kill()
            child.wait()
            raise
        wall = time.monotonic() - started
        output.seek(0)
        text = output.read().decode("utf-8", errors="replace")
    return Usage(child.returncode, text, wall, ended.ru_utime + ended.ru_stime, sum(kilobytes.values()) / 1024)


def _ended(child: subprocess.Popen[bytes]) -> resource.struct_rusage | None:
    """What the child used, with the children that it waited for; None while it runs."""
    pid, status, usage = os.wait4(child.pid, os.WNOHANG)
    if pid == 0:
        return None
    child.returncode = os.waitstatus_to_exitcode(status)
    return usage


def family(pid: int) -> list[int]:
    """A process with its children and theirs, as far as they live."""
    found = [pid]
    for one in found:
        try:
            children = "".join(file.read_text() for file in Path(f"/proc/{one}/task").glob("*/children"))
        except OSError:
            continue
        found += [int(child) for child in children.split()]
    return found


def peak_kilobytes(pid: int) -> int:
    """The most memory that the process ever held, not shared with its parent as `ru_maxrss` may be after a fork."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(_PEAK)), 0)


def cpu_seconds(pid: int, *, with_ended_children: bool = False) -> float:
    """Processor seconds of a process; 0 where the system does not say."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return 0.0
    # The name of the program, in parentheses, may hold anything.
    fields = text.rpartition(")")[2].split()
    return sum(int(ticks) for ticks in fields[11 : 15 if with_ended_children else 13]) / os.sysconf("SC_CLK_TCK")
