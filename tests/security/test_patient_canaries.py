"""Patients' values are in results, held days and exports, and nowhere else, whatever happens.

One installation with real processes goes through everything (`canary_scene`); its sources are full of values that
occur nowhere else (`canaries`). That the search would find them is the business of `test_canary_search`.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from dentalhub.sandbox.options import NetworkOptions
from tests.security import canary_failures
from tests.security.canaries import LANDS, PATIENTS, STEM
from tests.security.canary_failures import CENTERS
from tests.security.canary_installation import Answer, installation
from tests.security.canary_scene import DAYS, Scene
from tests.security.canary_search import canaries_in, canaries_in_files, canaries_in_tables

RESULTS = {
    *(f"extraction_chartentry.{name}" for name in ("patient_id", "chart_entry", "search_text", "service_codes")),
    *("extraction_chartentry.insurance_name", "extraction_slicefigures.codes", "extraction_heldslice.content"),
}
EXPORTS = re.compile(r"data/exports/files/\d+-[0-9a-f]{32}\.(csv|json|jsonl|xlsx)|delivered/[\w-]+\.(csv|json)")
# Who reads them may see texts, insurers and codes there, and patient ids where `+` stands.
PAGES = {
    "GET /results/": "tic",
    "GET /results/entries/center_N/N-N-N/N/": "tic",
    "GET /results/figures/": "c",
    "GET /results/exports/N/file/": "tic",
    "POST /results/reveal/": "tic+",
    "POST /results/export/": "tic+",
    "POST /results/patients/record/": "tic+",
    "GET /api/v1/entries": "tic",
    "POST /api/v1/entries/search": "tic+",
    # Forms that show what was typed into them once more.
    "POST /results/": "t+",
    "POST /results/patients/erase/": "+",
    "POST /accounts/login/": "t",
}


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """All has happened, and the processes still run."""
    options = NetworkOptions(
        until=DAYS[-1], centers=CENTERS, servers=CENTERS, days=2, one_server_per_center=True, rows_per_day=30
    )
    with installation(tmp_path_factory.mktemp("canaries"), options) as site:
        found = Scene(site)
        found.onboard()
        assert found.wait(found.run()) == "succeeded"
        canary_failures.fail_in_every_way(found)
        assert found.decide_held_days() > 1
        assert found.alert() > 0
        found.browse()
        found.ask_the_api()
        found.export()
        canary_failures.break_stored_values(found)
        canary_failures.fail_in_our_database(found)
        canary_failures.meet_errors(found)
        found.watch()
        yield found


def query(scene: Scene, text: str) -> list[tuple[object, ...]]:
    """What dentalhub's own database says."""
    with closing(sqlite3.connect(scene.site.database)) as database:
        return database.execute(text).fetchall()


def test_scene_has_seen_every_failure(scene: Scene) -> None:
    """Otherwise that nothing was found would say nothing."""
    causes = {cause for (cause,) in query(scene, "SELECT DISTINCT error_kind FROM extraction_centerrun")}
    expected = {"login_failed", "schema_changed", "connection_lost", "protocol", "incomplete", "deadlock", "tls"}
    assert (expected | {"permission_denied", "conflict", "other"}) - causes == set()
    assert causes & {"hung", "timeout"}
    states = {state for (state,) in query(scene, "SELECT DISTINCT state FROM extraction_export")}
    assert {"complete", "failed", "aborted", "delivering"} <= states
    assert query(scene, "SELECT count(*) > 0 FROM extraction_shard WHERE attempts > 1") == [(1,)]
    assert query(scene, "SELECT count(*) > 0 FROM django_q_task WHERE NOT success") == [(1,)]
    assert {200, 302, 400, 403, 404, 422, 500} <= {answer.status for answer in scene.site.answers}
    assert len({answer.url for answer in scene.site.answers}) > 150


def test_tables_hold_canaries_as_results_only(scene: Scene) -> None:
    found = canaries_in_tables(scene.site.database)
    assert found.keys() == RESULTS
    kinds = {_kind(canary) for canaries in found.values() for canary in canaries}
    assert kinds == {*LANDS - {"p"}, "+"}


def test_files_hold_canaries_as_exports_only(scene: Scene) -> None:
    folders = ("data", "tmp", "home", "delivered", "closed")
    found = {f"{name}/{file}" for name in folders for file in canaries_in_files(scene.site.folder / name)}
    assert {name for name in found if not EXPORTS.fullmatch(name)} == set()
    assert len(found) > 20


def test_logs_hold_none_at_debug(scene: Scene) -> None:
    """Web server, workers, extracting processes and commands, with what they print when they fail."""
    log = scene.site.log
    assert canaries_in(log) == set()
    said = (b" DEBUG ", b"ended with JSONDecodeError", b"IntegrityError", b"the task write_export failed")
    assert [part in log for part in said] == [True] * len(said)


def test_addresses_and_headers_hold_none(scene: Scene) -> None:
    sent = [answer for answer in scene.site.answers if "cursor=" not in answer.url]
    assert [answer.url for answer in sent if canaries_in(answer.url)] == []
    assert [answer.headers for answer in scene.site.answers if canaries_in(answer.headers)] == []


def test_only_pages_of_results_show_them(scene: Scene) -> None:
    shown: dict[str, set[str]] = {}
    for answer in scene.site.answers:
        kinds = {_kind(canary) for canary in canaries_in(answer.body)}
        if kinds:
            shown.setdefault(_route(answer), set()).update(kinds)
    assert {(route, kind) for route, kinds in shown.items() for kind in kinds - set(PAGES.get(route, ""))} == set()
    assert shown.keys() == PAGES.keys()


def test_pages_that_fail_show_none(scene: Scene) -> None:
    failed = [answer for answer in scene.site.answers if answer.status in {400, 403, 404, 405, 409, 429, 500}]
    assert [(answer.url, answer.status) for answer in failed if canaries_in(answer.body)] == []
    assert len(failed) > 10


def test_answers_with_canaries_stay_in_no_cache(scene: Scene) -> None:
    shown = [answer for answer in scene.site.answers if canaries_in(answer.body)]
    assert [answer.url for answer in shown if "no-store" not in answer.headers] == []


def test_planted_canaries_are_where_they_may_be(scene: Scene) -> None:
    """What lands is found: the same search over the same places, and it does find."""
    csv = next(path for path in (scene.site.folder / "delivered").iterdir() if path.suffix == ".csv")
    assert {_kind(canary) for canary in canaries_in(csv.read_bytes())} == {"t", "i", "c", "+"}
    (scene.site.folder / "tmp" / "planted").write_text(f"{STEM}t4711 {PATIENTS + 4711}")
    found = canaries_in_files(scene.site.folder / "tmp")
    Path(scene.site.folder / "tmp" / "planted").unlink()
    assert found == {"planted": {f"{STEM}t4711", str(PATIENTS + 4711)}}


def _kind(canary: str) -> str:
    """The letter of a canary's kind, `+` for a patient's id."""
    return "+" if canary.isdigit() or canary[len(STEM) :][:1] == "p" else canary[len(STEM) :][:1]


def _route(answer: Answer) -> str:
    path = "/" + answer.url.split("/", 3)[3].partition("?")[0]
    return f"{answer.method} {path if path.startswith('/api/') else re.sub(r'[0-9]+', 'N', path)}"
