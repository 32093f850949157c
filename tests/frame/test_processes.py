"""Children that live and die together."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dentalhub.processes import ProcessGroup


def alive(pid: int) -> bool:
    """True while the process runs; an orphan that only waits for its new parent counts as ended."""
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs /proc")
def test_stop_ends_children_and_grandchildren_that_ignore_it(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    stubborn = (
        "import os, signal, subprocess, sys, time, pathlib\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"pathlib.Path({str(pid_file)!r}).write_text(str(child.pid))\n"
        "time.sleep(60)\n"
    )
    with ProcessGroup() as group:
        group.start("stubborn", [sys.executable, "-c", stubborn])
        deadline = time.monotonic() + 20
        while not (pid_file.exists() and pid_file.read_text()) and time.monotonic() < deadline:
            time.sleep(0.02)
        leader, grandchild = group.children["stubborn"].pid, int(pid_file.read_text())
        assert os.getpgid(grandchild) == leader
    assert group.children["stubborn"].returncode is not None
    while alive(grandchild) and time.monotonic() < deadline:  # the kernel takes a moment after the signal
        time.sleep(0.02)
    assert not alive(grandchild)


def test_wait_names_the_child_that_ended() -> None:
    with ProcessGroup() as group:
        group.start("long", [sys.executable, "-c", "import time; time.sleep(60)"])
        group.start("short", [sys.executable, "-c", "pass"])
        assert group.wait() == "short"


def test_console_script_takes_hyphens() -> None:
    code = "from dentalhub.cli import main; main(['dentalhub', 'show-urls-of-nothing'])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert "There is no command show_urls_of_nothing." in result.stderr
