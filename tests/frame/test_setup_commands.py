"""The Makefile, set-up's own command line and CI's script."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy import steps

ROOT = Path(__file__).resolve().parents[2]
OLD_PYTHON = """
import runpy, sys
sys.version_info = (3, 9, 2)
runpy.run_module("deploy.setup_environment", run_name="__main__")
"""


def _make(*words: str) -> str:
    # Without what `make test` and its caller set for the make that runs these tests.
    outer = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "MAKEOVERRIDES", "ARGS", "ONESHOT", "PYTHON")
    environment = {name: value for name, value in os.environ.items() if name not in outer}
    command = ["make", "--no-print-directory", *words]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout


def _refuse_skips(tmp_path: Path, *lines: str) -> subprocess.CompletedProcess[str]:
    log = tmp_path / "log"
    log.write_text("\n".join(lines))
    return subprocess.run([ROOT / ".ci" / "refuse-silent-skips", log], capture_output=True, text=True, check=False)


def test_make_alone_lists_the_targets() -> None:
    listed = {line.split()[1] for line in _make().splitlines()}
    assert {"setup", "demo", "run", "test", "lint", "lock", "clean"} <= listed


@pytest.mark.parametrize(("oneshot", "expected"), [("1", True), ("0", False), ("", False)])
def test_make_demo_passes_oneshot_on(oneshot: str, expected: bool) -> None:
    assert ("demo --oneshot" in _make("-n", "demo", f"ONESHOT={oneshot}")) is expected


def test_make_setup_takes_another_python() -> None:
    assert _make("-n", "setup", "PYTHON=python3.12").strip() == "python3.12 -m deploy.setup_environment"


def test_make_test_installs_what_tests_need_first() -> None:
    first, second = _make("-n", "test", "PYTHON=python3").strip().splitlines()
    assert (first, second.split()[1:3]) == ("python3 -m deploy.setup_environment --dev", ["-m", "pytest"])


def test_make_test_passes_arguments_on_behind_its_own() -> None:
    assert _make("-n", "test", "ARGS=tests/frame -n0").strip().endswith(" tests/frame -n0")


def test_setup_with_an_old_python_is_one_sentence() -> None:
    old = subprocess.run([sys.executable, "-c", OLD_PYTHON], cwd=ROOT, capture_output=True, text=True, check=False)
    assert old.returncode == 2
    assert old.stderr == (
        "setup: Python 3.11 or newer is needed: install it, then name it: `make setup PYTHON=python3.12`.\n"
    )


def test_run_of_a_program_that_is_not_there_is_false(tmp_path: Path) -> None:
    assert steps.run(["no-such-program-here"], log=tmp_path / "log") is False


def test_run_hands_on_each_line_and_logs_it(tmp_path: Path) -> None:
    lines: list[str] = []
    assert steps.run(["printf", "one\\ntwo\\n"], log=tmp_path / "log", on_line=lines.append) is True
    assert lines == ["one\n", "two\n"]
    assert (tmp_path / "log").read_text().splitlines()[1:] == ["one", "two"]


def test_ci_accepts_a_skip_for_an_allowed_reason(tmp_path: Path) -> None:
    line = "SKIPPED [3] tests/sandbox/test_x.py:10: DENTALHUB_TEST_SERVER is not set"
    assert _refuse_skips(tmp_path, line, "= 5 passed, 3 skipped in 0.1s =").returncode == 0


def test_ci_refuses_any_other_skip(tmp_path: Path) -> None:
    line = "SKIPPED [1] tests/browser/test_x.py:10: no Chromium"
    refused = _refuse_skips(tmp_path, line, "= 5 passed, 1 skipped in 0.1s =")
    assert refused.returncode == 1
    assert line in refused.stderr
