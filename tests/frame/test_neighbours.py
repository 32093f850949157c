"""Tests of one file that stand beside each other stay together, and those that others come between do not."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.neighbours import runs

ROOT = Path(__file__).resolve().parents[2]
# Small files without a database.
FILES = ("tests/centers/test_validators.py", "tests/centers/test_tcp_probe.py", "tests/mappings/test_quality.py")


def test_runs_are_neighbours_of_one_file() -> None:
    found = runs(["a.py::one", "a.py::two[x::y]", "b.py::one", "a.py::three", "a.py::four"])
    assert found["a.py::one"] == found["a.py::two[x::y]"]
    assert found["a.py::three"] == found["a.py::four"]
    assert len(set(found.values())) == 3


def test_each_file_is_run_by_one_process_as_make_test_calls_it() -> None:
    """A distribution that means something else in another version of pytest or xdist shows here."""
    options = re.findall(r"--(?:dist|no-loadscope)\S+", (ROOT / "Makefile").read_text(encoding="utf-8"))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    command = [sys.executable, "-m", "pytest", "-v", "-n", "2", "-p", "no:cacheprovider", *options, *FILES]
    printed = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout
    pairs = set(re.findall(r"^\[(gw\d)\].* (tests/\S+\.py)::", printed, re.MULTILINE))
    assert sorted(file for _process, file in pairs) == sorted(FILES)
    assert len({process for process, _file in pairs}) == 2
