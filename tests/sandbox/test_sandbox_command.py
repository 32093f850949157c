"""The management command."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

ROOT = Path(__file__).resolve().parents[2]


def test_command_builds_serves_and_ends(tmp_path: Path) -> None:
    directory = tmp_path / "network"
    command = [sys.executable, "manage.py", "sandbox", "--directory", str(directory)]
    command += ["--centers", "2", "--servers", "1", "--days", "1", "--fault", "center_02=hang"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, text=True, env=environment) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(5)]
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
    assert lines[0].startswith("sandbox-germany: localhost,")
    assert str(directory / "centers.yml") in lines[1]
    assert (directory / "centers.yml").is_file()
    assert (directory / "password").read_text(encoding="utf-8") not in "".join(lines)


@pytest.mark.parametrize(
    ("option", "value"),
    [("fault", ["center_01=sulk"]), ("fault", ["center_99=hang"]), ("centers", 0), ("port", 70_000)],
)
def test_bad_options_end_with_2(tmp_path: Path, option: str, value: object) -> None:
    given = {"centers": 1, "days": 1, "directory": tmp_path / "network", option: value}
    with pytest.raises(CommandError) as caught:
        call_command("sandbox", **given)
    assert caught.value.returncode == 2
