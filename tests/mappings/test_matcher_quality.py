"""Proposals for the development set stay as good as they must be (`make score` says the same)."""

import gzip
import json
import operator
import re
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.benchmarks.matcher.date_forms import DateForm, date_forms
from tests.benchmarks.matcher.dev_set import DEV, REQUIRED, SCHEMAS, dev_centers
from tests.benchmarks.matcher.scoring import Figures, Outcome, figures

_COMPARISONS = {">=": operator.ge, "<=": operator.le}


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> list[Outcome]:
    """What the command writes for each center of the set."""
    target = tmp_path_factory.mktemp("proposals")
    call_command("propose_from_files", str(DEV), str(target))
    return [
        Outcome(center, json.loads((target / f"{center.center_id}.json").read_text(encoding="utf-8")))
        for center in dev_centers()
    ]


@pytest.fixture(scope="module")
def by_zone(outcomes: list[Outcome]) -> dict[str, Figures]:
    return figures(outcomes)


@pytest.mark.parametrize("required", REQUIRED)
def test_figure_is_reached(required: str, by_zone: dict[str, Figures]) -> None:
    parts = re.fullmatch(r"(\w+)\.(\w+)(>=|<=)([\d.]+)", required)
    assert parts is not None
    zone, name, comparison, bound = parts.groups()
    value = by_zone[zone][name]
    assert value is not None
    assert _COMPARISONS[comparison](value, float(bound)), f"{required}: {value:.4f}"


def test_date_form_is_right_wherever_its_column_is(outcomes: list[Outcome]) -> None:
    found: list[DateForm] = []
    for item in outcomes:
        truth = {name: vars(entry) for name, entry in item.center.truth.items()}
        found += date_forms(item.center.center_id, truth, item.prediction)
    assert len(found) > len(outcomes)
    assert [item for item in found if not item.right] == []


def test_make_asks_for_the_same_figures() -> None:
    text = (SCHEMAS.parents[2] / "Makefile").read_text(encoding="utf-8")
    named = re.search(r"^REQUIRED := ((?:.*\\\n)*.*)$", text, re.MULTILINE)
    assert named is not None
    assert tuple(re.findall(r"'([^']+)'", named[1])) == REQUIRED


def test_truth_is_not_read(tmp_path: Path) -> None:
    """A document without `zone`, `traits` and `truth` gets the same proposal."""
    data = json.loads(gzip.decompress((DEV / "d015.json.gz").read_bytes()))
    stripped = {key: value for key, value in data.items() if key not in {"zone", "traits", "truth"}}
    (tmp_path / "with").mkdir()
    (tmp_path / "without").mkdir()
    (tmp_path / "with" / "a.json").write_text(json.dumps(data), encoding="utf-8")
    (tmp_path / "without" / "a.json").write_text(json.dumps(stripped), encoding="utf-8")
    for name in ("with", "without"):
        call_command("propose_from_files", str(tmp_path / name), str(tmp_path / f"{name}_out"))
    first, second = ((tmp_path / f"{name}_out" / "d015.json").read_text("utf-8") for name in ("with", "without"))
    assert first == second
