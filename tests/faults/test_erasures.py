"""Patients who were erased are nowhere, whatever is extracted afterwards and meanwhile."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("count", [12, pytest.param(200, marks=pytest.mark.storm)])
def test_no_row_of_an_erased_patient_returns(tmp_path: Path, count: int) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DENTALHUB_")}
    environment = kept | {"DENTALHUB_ENV_FILE": os.devnull, "DENTALHUB_SECRET_KEY": "only for tests"}
    command = [sys.executable, "-m", "tests.faults.erasure_trial", str(tmp_path), str(count)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["patients"], found["landed_again"], found["seen_in_files"]) == (count, [], [])
    # All of them were there before, those of other patients still are, and each was suppressed when read again.
    assert (found["seen_before"], found["others_left"]) == (found["tokens"], True)
    assert found["suppressed_rows"] == found["tokens"] > count
    assert found["erased"]["files"] == 2
