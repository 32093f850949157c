"""The command that verifies the audit trail, with anchors in a file."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from dentalhub.audit import record
from tests.frame.test_audit_triggers import guarded as guarded  # a fixture


def test_anchors_gather_in_the_file(guarded: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "anchors.jsonl"
    call_command("verify_audit", "--anchor", str(file))
    record(None, "run.requested", "run 9")
    call_command("verify_audit", "--anchor", str(file))
    assert len(file.read_text(encoding="utf-8").splitlines()) == 2
    assert capsys.readouterr().out.count("events are as they were written") == 2


def test_anchor_that_cannot_be_written_is_said(guarded: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"The file cannot be written: No such file or directory") as caught:
        call_command("verify_audit", "--anchor", str(tmp_path / "nowhere" / "anchors.jsonl"))
    assert caught.value.returncode == 2
