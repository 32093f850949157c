"""The commands: what they print, and their exit codes."""

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from centers.models import Center
from extraction import runner, storing
from extraction.enums import RunState, Trigger
from extraction.models import Breaker, CenterRun, Export, ExtractionRun
from extraction.reader import CenterResult, CenterTask
from extraction.reveal_reasons import Why
from extraction.run_requests import request_run, yesterday
from mappings.models import Mapping
from tests.extraction.builders import FRIDAY, center, entry, failure, success

DAY = FRIDAY.isoformat()


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Readers without a source; centers in the set fail."""
    failing: set[str] = set()

    def read(task: CenterTask) -> Iterator[CenterResult]:
        yield failure(task) if task.center_id in failing else success(task, entry())

    defaults = dict(runner.execute.__kwdefaults__ or {})
    monkeypatch.setattr(runner.execute, "__kwdefaults__", {**defaults, "read_center": read})
    return failing


def _call(name: str, *arguments: str) -> tuple[int, str]:
    output = StringIO()
    try:
        call_command(name, *arguments, stdout=output)
    except CommandError as error:
        return error.returncode, output.getvalue() + str(error)
    return 0, output.getvalue()


def test_extract_of_all_centers(centers: list[Center], reads: set[str]) -> None:
    code, text = _call("extract", "--date", DAY, "--workers", "2")
    run = ExtractionRun.objects.get()
    assert code == 0
    assert (run.state, run.trigger, run.date_from, run.workers) == (RunState.SUCCEEDED, Trigger.COMMAND, FRIDAY, 2)
    assert "center_02: 1 entries" in text
    assert "3 of 3 centers, 3 entries" in text


def test_extract_without_a_date_is_yesterday(centers: list[Center], reads: set[str]) -> None:
    assert _call("extract")[0] == 0
    assert ExtractionRun.objects.get().date_from == yesterday()


def test_extract_names_each_failed_center(centers: list[Center], reads: set[str]) -> None:
    reads.add("center_02")
    code, text = _call("extract", "--date", DAY)
    assert code == 1
    assert "center_02 failed: The login was refused." in text
    assert "2 of 3 centers" in text


def test_extract_lists_skipped_centers(centers: list[Center], reads: set[str]) -> None:
    center(4)
    code, text = _call("extract", "--date", DAY)
    assert code == 0
    assert "center_04 skipped: The center has no approved mapping." in text


def test_extract_of_a_center_on_hold_is_no_success(centers: list[Center], reads: set[str]) -> None:
    Mapping.objects.filter(center__center_id="center_02").update(hold="gone:KARTEI.DATUM")
    code, text = _call("extract", "--date", DAY)
    assert (code, ExtractionRun.objects.get().state) == (1, RunState.SUCCEEDED)
    assert "center_02 skipped: Schema changed: KARTEI.DATUM is gone." in text
    assert "2 of 3 centers" in text


def test_extract_stopped_by_a_person_leaves_no_open_run(
    centers: list[Center], reads: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(storing, "land", interrupt)
    assert _call("extract", "--date", DAY)[0] == 1
    assert ExtractionRun.objects.get().state == RunState.FAILED
    assert set(CenterRun.objects.values_list("error_kind", flat=True)) == {"cancelled"}


def test_extract_of_one_unmapped_center(reads: set[str], db: None) -> None:
    center(4)
    assert _call("extract", "--date", DAY, "-c", "center_04")[0] == 1


def test_extract_of_an_unknown_center_gives_close_names(centers: list[Center], reads: set[str]) -> None:
    code, text = _call("extract", "-c", "center_1")
    assert code == 2
    assert "center_01" in text
    assert not ExtractionRun.objects.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("--date", DAY, "--from", DAY, "--to", DAY),
        ("--from", DAY),
        ("--from", "2026-11-20", "--to", "2026-11-16"),
        ("--workers", "0"),
        ("--date", "20.11.2026"),
        ("--format", "xml"),
    ],
)
def test_extract_with_bad_usage(arguments: tuple[str, ...], centers: list[Center], reads: set[str]) -> None:
    code, _text = _call("extract", *arguments)
    assert code in {1, 2}
    assert not ExtractionRun.objects.exists()


def test_extract_writes_files(centers: list[Center], reads: set[str], tmp_path: Path) -> None:
    reads.add("center_02")
    arguments = ("--from", "2026-11-19", "--to", DAY, "-c", "center_01", "-c", "center_02")
    code, text = _call("extract", *arguments, "--format", "both", "--output", str(tmp_path))
    assert code == 1
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "chart_entries_2026-11-19_2026-11-20.csv",
        "chart_entries_2026-11-19_2026-11-20.json",
    ]
    document = json.loads((tmp_path / "chart_entries_2026-11-19_2026-11-20.json").read_text(encoding="utf-8"))
    assert [center["error"] for center in document["centers"]] == [None, "The login was refused."]
    assert str(tmp_path) in text


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ((), Why("operation")),
        (("--reason", "billing"), Why("billing")),
        (("--reason", "other", "--note", " x "), Why("other", "x")),
    ],
)
def test_files_of_extract_have_a_reason(
    arguments: tuple[str, ...], why: Why, centers: list[Center], reads: set[str], tmp_path: Path
) -> None:
    assert _call("extract", "--date", DAY, "--format", "csv", "--output", str(tmp_path), *arguments)[0] == 0
    assert Export.objects.get().why == why


@pytest.mark.parametrize(
    "arguments",
    [
        ("--reason", "billing"),
        ("--note", "x"),
        ("--format", "csv", "--reason", "other"),
        ("--format", "csv", "--note", "x" * 201),
    ],
)
def test_extract_with_a_reason_that_is_none(arguments: tuple[str, ...], centers: list[Center], reads: set[str]) -> None:
    assert _call("extract", "--date", DAY, *arguments)[0] == 2
    assert not ExtractionRun.objects.exists()


def test_extract_into_an_impossible_folder(centers: list[Center], reads: set[str], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert _call("extract", "--date", DAY, "--output", str(tmp_path / "file" / "x"))[0] == 2


def test_extract_as_json(centers: list[Center], reads: set[str]) -> None:
    code, text = _call("extract", "--date", DAY, "--json")
    document = json.loads(text)
    assert (code, document["state"]) == (0, "succeeded")
    phases = ["login", "query", "fetch", "convert", "land"]
    assert [list(item["phases"]) for item in document["centers"]] == [phases] * 3
    assert all(item["phases"]["land"] > 0.0 for item in document["centers"])
    assert [(item["id"], item["count"], item["error"]) for item in document["centers"]] == [
        ("center_01", 1, None),
        ("center_02", 1, None),
        ("center_03", 1, None),
    ]


def test_verify(centers: list[Center], reads: set[str]) -> None:
    reads.add("center_02")
    _call("extract", "--date", DAY)
    code, text = _call("verify", "--date", DAY)
    assert code == 1
    assert text.splitlines()[:3] == [
        "center_01 landed: 1 entry",
        "center_02 failed: The login was refused.",
        "center_03 landed: 1 entry",
    ]
    reads.clear()
    Breaker.objects.all().delete()
    _call("extract", "--date", DAY, "-c", "center_02")
    assert _call("verify", "--date", DAY)[0] == 0


def test_verify_as_json(centers: list[Center]) -> None:
    output = StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("verify", "--date", DAY, "--json", stdout=output)
    document = json.loads(output.getvalue())
    assert caught.value.returncode == 1
    assert (document["complete"], [item["state"] for item in document["centers"]]) == (False, ["missing"] * 3)


def test_verify_of_a_holiday_misses_nothing(centers: list[Center]) -> None:
    Center.objects.update(holiday_area="DE-BY")
    assert _call("verify", "--date", "2026-01-06") == (
        0,
        "".join(f"center_{number:02} closed: public holiday: Epiphany\n" for number in (1, 2, 3)),
    )
    Center.objects.filter(center_id="center_02").update(holiday_area="CH-ZH")
    code, text = _call("verify", "--date", "2026-01-06")
    assert (code, text.splitlines()[1]) == (1, "center_02 missing: not extracted yet")


def test_verify_of_a_day_long_ago_is_bad_usage() -> None:
    assert _call("verify", "--date", "0001-01-01")[0] == 2


def test_execute_shard_does_the_work_once(centers: list[Center], reads: set[str]) -> None:
    run = request_run(centers, FRIDAY).run
    shard = run.shards.get()
    call_command("execute_shard", str(shard.pk), "--token", "t")
    run.refresh_from_db()
    shard.refresh_from_db()
    assert (run.state, shard.state, shard.lease_token) == (RunState.SUCCEEDED, RunState.SUCCEEDED, "t")
    call_command("execute_shard", str(shard.pk))
    assert set(CenterRun.objects.values_list("attempts", flat=True)) == {1}


def test_extract_of_what_is_missing(centers: list[Center], reads: set[str]) -> None:
    reads.add("center_02")
    assert _call("extract", "--date", DAY)[0] == 1
    assert _call("extract", "--date", DAY, "--failed")[0] == 1
    reads.clear()
    Breaker.objects.all().delete()
    code, text = _call("extract", "--date", DAY, "--missing", "--json")
    document = json.loads(text)
    assert (code, document["mode"], [part["id"] for part in document["centers"]]) == (0, "missing", ["center_02"])
    assert [(part["days"], part["landed_days"]) for part in document["centers"]] == [(1, 1)]


def test_extract_of_what_is_missing_ends_well_when_nothing_is(centers: list[Center], reads: set[str]) -> None:
    assert _call("extract", "--date", DAY)[0] == 0
    assert _call("extract", "--date", DAY, "--missing") == (0, "There is nothing to read.\n")
    assert _call("extract", "--date", DAY, "--failed", "--json") == (0, '{\n  "run": null,\n  "centers": []\n}\n')
    assert ExtractionRun.objects.count() == 1


def test_extract_of_what_is_missing_is_no_success_while_a_center_cannot_be_read(
    centers: list[Center], reads: set[str]
) -> None:
    assert _call("extract", "--date", DAY)[0] == 0
    center(4)
    code, text = _call("extract", "--date", DAY, "--missing")
    assert (code, text) == (1, "Nothing to read: what is missing belongs to centers that cannot be read now.")
    Center.objects.filter(center_id="center_04").update(state="paused")
    assert _call("extract", "--date", DAY, "--missing")[0] == 0


def test_extract_of_closed_days(centers: list[Center], reads: set[str]) -> None:
    assert _call("extract", "--date", "2026-11-22", "--missing") == (0, "There is nothing to read.\n")
    code, text = _call("extract", "--date", "2026-11-22", "--missing", "--closed", "--json")
    assert (code, len(json.loads(text)["centers"])) == (0, 3)


@pytest.mark.parametrize(
    "arguments",
    [("--closed",), ("--failed", "--closed"), ("--missing", "--format", "csv"), ("--failed", "--output", "x")],
)
def test_extract_with_options_that_do_not_go_together(
    arguments: tuple[str, ...], centers: list[Center], reads: set[str]
) -> None:
    assert _call("extract", "--date", DAY, *arguments)[0] == 2
    assert not ExtractionRun.objects.exists()
