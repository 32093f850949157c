import sys
from pathlib import Path

import pytest

from dentalhub import child_process
from dentalhub.child_process import run_child


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


@pytest.mark.parametrize("code", [0, 3])
def test_exit_code_is_returned(code: int, tmp_path: Path) -> None:
    assert run_child(python(f"raise SystemExit({code})"), tmp_path, 30) == code


def test_child_runs_in_its_directory(tmp_path: Path) -> None:
    assert run_child(python("open('here', 'w').close()"), tmp_path, 30) == 0
    assert (tmp_path / "here").exists()


def test_child_past_its_deadline_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child_process, "TERMINATE_SECONDS", 0.2)
    stubborn = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
    assert run_child(python(stubborn), tmp_path, 0.5) is None
