"""`benchmark` on a network of its own, and over the centers that are there."""

import json
import os
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from centers.models import Center
from dentalhub.management.commands import benchmark
from dentalhub.process_usage import Usage
from tests.extraction.builders import center

PHASES = {"login": 0.1, "query": 0.2, "fetch": 0.0, "convert": 0.0, "land": 0.0}


def _benchmark(*arguments: str) -> tuple[int, str]:
    output = StringIO()
    try:
        call_command("benchmark", *arguments, stdout=output)
    except CommandError as error:
        return error.returncode, output.getvalue() + str(error)
    return 0, output.getvalue()


def test_benchmark_of_one_server_for_each_center_measures_both_sides(tmp_path: Path) -> None:
    options = ["--centers", "4", "--servers", "4", "--workers", "4", "--rounds", "1", "--rows-per-day", "20"]
    code, text = _benchmark(*options, "--directory", str(tmp_path / "network"), "--json")
    (found,) = json.loads(text)
    assert (code, found["centers"], found["failed"], found["workers"]) == (0, 4, 0, 4)
    truths = [json.loads(file.read_text(encoding="utf-8")) for file in (tmp_path / "network" / "truth").iterdir()]
    assert found["entries"] == sum(len(truth["entries"].get("2026-11-20", [])) for truth in truths) > 0
    assert found["ratio"] > 0.0
    assert all(found["phases"][name]["p95"] > 0.0 for name in PHASES)
    assert found["bare_loop"]["sandbox_cpu"] + found["extraction"]["sandbox_cpu"] >= 0.0
    assert 0.0 < found["bare_loop"]["megabytes"] < found["extraction"]["megabytes"]


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[str], Mapping[str, str]]]:
    """The processes that were asked for; each pretends that its second center failed."""
    calls: list[tuple[list[str], Mapping[str, str]]] = []

    def run(command: list[str], environment: Mapping[str, str], given: str = "") -> Usage:
        calls.append((command, environment))
        centers: list[dict[str, Any]] = [
            {"state": "succeeded", "count": 5, "phases": PHASES},
            {"state": "failed", "count": 0, "phases": None},
        ]
        return Usage(1, json.dumps({"seconds": 1.0, "centers": centers}), 2.0, 0.5, 90.0)

    monkeypatch.setattr(benchmark, "run_measured", run)
    return calls


@pytest.mark.django_db
def test_installed_centers_are_extracted_as_they_are_and_nothing_else(
    called: list[tuple[list[str], Mapping[str, str]]],
) -> None:
    for number in (1, 2, 3):
        center(number)
    code, text = _benchmark("--installed", "--centers", "2", "--rounds", "1", "--from", "2026-11-19", "--to=2026-11-20")
    assert code == 1
    assert "2 centers (1 failed), 5 entries" in text
    ((command, environment),) = called
    assert command[3:] == [
        *("extract", "--from", "2026-11-19", "--to", "2026-11-20"),
        *("--center=center_01", "--center=center_02", "--workers", "50", "--json"),
    ]
    assert environment.get("DATABASE_URL") == os.environ.get("DATABASE_URL")
    assert Center.objects.count() == 3


@pytest.mark.parametrize(
    "options", [["--centers", "3", "--servers", "4"], ["--from", "2026-11-20"], ["--installed", "--from", "x"]]
)
def test_what_cannot_be_measured_ends_with_two(options: list[str]) -> None:
    assert _benchmark(*options)[0] != 0
