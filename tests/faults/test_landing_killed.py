"""A process that dies at any statement of a landing leaves the old slices or the new ones, never a mixture."""

import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.secret_key import SECRET_KEY

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Killed:
    """What `tests.faults.killed_landings` found; ``steps`` has each statement and the state after dying before it."""

    before: str
    after: str
    steps: list[tuple[str, str]]
    untrue_manifests: list[str]
    held: int


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Killed:
    """Landings of three centers, killed at each statement until one survives."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DENTALHUB_")}
    kept.pop("DATABASE_URL", None)
    environment = kept | {
        "DENTALHUB_ENV_FILE": os.devnull,
        "DENTALHUB_DATA_DIR": str(tmp_path_factory.mktemp("landing")),
        "DENTALHUB_SECRET_KEY": SECRET_KEY,
        "DJANGO_SETTINGS_MODULE": "dentalhub.settings",
    }
    command = [sys.executable, "-m", "tests.faults.killed_landings"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return Killed(**json.loads(done.stdout))


def test_landing_was_killed_at_each_of_its_statements(killed: Killed) -> None:
    words = [statement.split(" ", 1)[0] for statement, _state in killed.steps]
    assert (words[0], words[-2:]) == ("BEGIN", ["COMMIT", ""])
    assert {"DELETE", "INSERT", "UPDATE"} <= set(words)
    # The eight rows two by two, what their slices consist of and what changed, and the slice that is held.
    filled = Counter(statement.split('"')[1] for statement, _state in killed.steps if statement.startswith("INSERT"))
    assert filled == {
        "extraction_chartentry": 4,
        "extraction_slicefigures": 1,
        "extraction_slicechange": 1,
        "extraction_heldslice": 1,
    }


def test_death_before_the_commit_leaves_the_old_slices(killed: Killed) -> None:
    changed = [statement for statement, state in killed.steps[:-1] if state != killed.before]
    assert changed == []


def test_survivor_lands_the_new_slices_with_true_manifests(killed: Killed) -> None:
    assert killed.after != killed.before
    assert killed.steps[-1][1] == killed.after
    assert (killed.untrue_manifests, killed.held) == ([], 1)
