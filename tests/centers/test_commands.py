import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from centers.centers_export import export_centers
from centers.connection_report import ConnectionReport, Outcome, Step, StepResult
from centers.management.commands import test_connection
from centers.models import Center
from centers.server_spec import ServerSpec
from tests.centers.makers import make_center

pytestmark = pytest.mark.django_db

TEXT = (
    'database: {host: localhost, port: 1434, user: u, password: "env:IVORIS_PASSWORD"}\n'
    "centers:\n  - {id: c1, name: Anna, database: D1}\n"
)


def run(name: str, *arguments: str) -> str:
    out = StringIO()
    call_command(name, *arguments, stdout=out)
    return out.getvalue()


def failure_of(name: str, *arguments: str) -> tuple[int, str]:
    with pytest.raises(CommandError) as caught:
        run(name, *arguments)
    return caught.value.returncode, str(caught.value)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "centers.yml"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_import_centers_says_what_it_did(file: Path) -> None:
    assert run("import_centers", str(file)).splitlines() == [
        "created    region  default",
        "created    server  default",
        "created    center  c1",
        "Centers: 1 created, 0 changed, 0 unchanged.",
    ]
    assert run("import_centers", str(file)).splitlines() == ["Centers: 0 created, 0 changed, 1 unchanged."]


def test_import_centers_dry_run_changes_nothing(file: Path) -> None:
    plan = json.loads(run("import_centers", str(file), "--dry-run", "--json"))
    assert plan["dry_run"] is True
    assert plan["centers"] == {"created": 1, "changed": 0, "unchanged": 0}
    assert [item["code"] for item in plan["objects"]] == ["default", "default", "c1"]
    assert Center.objects.count() == 0


def test_import_centers_of_a_wrong_file_ends_with_two(file: Path) -> None:
    file.write_text(TEXT.replace("name: Anna, ", ""), encoding="utf-8")
    assert failure_of("import_centers", str(file)) == (
        2,
        f"{file}:3:5: The key name is missing.\nNothing was imported.",
    )


def test_import_centers_without_a_file_ends_with_two(tmp_path: Path) -> None:
    path = tmp_path / "nope.yml"
    assert failure_of("import_centers", str(path)) == (2, f"{path} cannot be read.")


def test_import_centers_of_a_template_renders_it(tmp_path: Path) -> None:
    path = tmp_path / "centers.yml.j2"
    path.write_text(TEXT.replace("c1", "{{ 'c' ~ 7 }}"), encoding="utf-8")
    run("import_centers", str(path))
    assert Center.objects.get().center_id == "c7"


def test_export_centers_writes_to_a_file(tmp_path: Path) -> None:
    make_center()
    path = tmp_path / "out.yml"
    run("export_centers", "--output", str(path))
    assert path.read_text(encoding="utf-8") == export_centers() == run("export_centers")


def test_list_centers_as_json_and_as_table() -> None:
    make_center("c1", "Anna", city="Bonn")
    assert json.loads(run("list_centers", "--json")) == [
        {
            "id": "c1",
            "name": "Anna",
            "city": "Bonn",
            "region": "germany",
            "server": "berlin",
            "database": "DB_c1",
            "software": "ivoris",
            "state": "active",
        }
    ]
    assert run("list_centers").splitlines()[1].split() == [
        *("c1", "Anna", "Bonn", "germany", "berlin", "DB_c1", "ivoris", "active"),
    ]


@pytest.fixture
def reports(monkeypatch: pytest.MonkeyPatch) -> dict[str, Outcome]:
    """The outcome for each database; the command takes its reports from here."""
    outcomes: dict[str, Outcome] = {}

    def climb(spec: ServerSpec, database: str) -> ConnectionReport:
        return ConnectionReport((StepResult(Step.DNS, outcomes[database], 1, "text"),))

    monkeypatch.setattr(test_connection, "climb", climb)
    return outcomes


def test_test_connection_that_works_for_all(reports: dict[str, Outcome]) -> None:
    make_center("c1")
    paused = make_center("c2")
    Center.objects.filter(pk=paused.pk).update(state="paused")
    reports["DB_c1"] = Outcome.OK
    assert run("test_connection", "--all").splitlines()[0] == "c1  ok"


def test_test_connection_that_fails_ends_with_one(reports: dict[str, Outcome]) -> None:
    make_center("c1")
    make_center("c2")
    reports.update({"DB_c1": Outcome.OK, "DB_c2": Outcome.FAILED})
    out = StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("test_connection", "-c", "c1", "c2", "--json", stdout=out)
    assert (caught.value.returncode, str(caught.value)) == (1, "1 center failed.")
    answer: list[dict[str, Any]] = json.loads(out.getvalue())
    assert [(item["center"], item["passed"]) for item in answer] == [("c1", True), ("c2", False)]


def test_test_connection_of_an_unknown_center_ends_with_two() -> None:
    make_center("center_31")
    assert failure_of("test_connection", "-c", "centre_31") == (
        2,
        "There is no center centre_31. Close names: center_31.",
    )


def test_import_centers_of_a_file_too_large_ends_with_two(tmp_path: Path) -> None:
    path = tmp_path / "centers.yml"
    path.write_text("x" * 2_000_001, encoding="utf-8")
    assert failure_of("import_centers", str(path)) == (2, "The file is larger than 2 MB.")
