"""What children use is measured, theirs too."""

import os
import subprocess
import sys
import time

import pytest

from dentalhub.process_usage import cpu_seconds, run_measured

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Other systems do not tell.")
HOLD = "block = bytearray(60_000_000); import time; time.sleep(0.4)"
NEST = f"import subprocess, sys; {HOLD}; subprocess.run([sys.executable, '-c', {HOLD!r}])"


def _python(program: str, given: str = "") -> tuple[int, str, float, float, float]:
    found = run_measured([sys.executable, "-c", program], os.environ, given)
    return found.exit_code, found.output, found.wall, found.cpu, found.megabytes


def test_child_gets_what_it_reads_and_says_how_it_ended() -> None:
    code, output, *_rest = _python("import sys; print(input() + ' Ä'); sys.exit(3)", "given")
    assert (code, output) == (3, "given Ä\n")


def test_memory_is_that_of_the_child_and_of_its_own() -> None:
    one, both = _python(HOLD)[4], _python(NEST)[4]
    assert 60.0 < one < 100.0
    assert 120.0 < both < 200.0


def test_processor_time_counts_work_and_not_waiting() -> None:
    idle = _python("import time; time.sleep(0.6)")
    busy = _python("import time\nwhile time.process_time() < 0.6: pass")
    assert idle[2] >= 0.6
    assert idle[3] < 0.5 < busy[3]


def test_processor_time_of_a_running_process() -> None:
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as child:
        deadline = time.monotonic() + 20.0
        while cpu_seconds(child.pid) < 0.1 and time.monotonic() < deadline:
            time.sleep(0.05)
        found = cpu_seconds(child.pid)
        child.kill()
    assert found >= 0.1
    assert cpu_seconds(child.pid) == 0.0
