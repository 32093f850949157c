"""A package that nobody could judge is not a package without vulnerabilities."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from deploy.audit_packages import Answer, main, read

SAFE = {"name": "good", "version": "1.0", "vulns": []}
VULNERABLE = {"name": "bad", "version": "2.0", "vulns": [{"id": "PYSEC-1"}, {"id": "PYSEC-2"}]}
SKIPPED = {"name": "unknown", "skip_reason": "Dependency not found"}


@pytest.mark.parametrize(
    ("packages", "expected", "code"),
    [
        ([SAFE], Answer(1, 0, ()), 0),
        ([SAFE, VULNERABLE], Answer(2, 0, ("bad 2.0: PYSEC-1, PYSEC-2",)), 1),
        ([SAFE, SKIPPED], Answer(1, 1, ()), 3),
        ([VULNERABLE, SKIPPED], Answer(1, 1, ("bad 2.0: PYSEC-1, PYSEC-2",)), 1),
        ([SKIPPED], Answer(0, 1, ()), 3),
        ([], Answer(0, 0, ()), 3),
    ],
)
def test_answer_is_counted(packages: list[dict[str, Any]], expected: Answer, code: int) -> None:
    answer = read(json.dumps({"dependencies": packages}))
    assert (answer, answer.exit_code) == (expected, code)


def test_service_that_cannot_be_reached_is_said_loudly(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def unreachable(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, 1, "", "ConnectionError")

    monkeypatch.setattr("subprocess.run", unreachable)
    assert main(tmp_path) == 3
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["audit: pypi cannot be reached.", "audit: osv cannot be reached."]
    assert lines[2].startswith("audit: NOT PROVEN: only 0 packages of requirements-dev.lock were judged.")
