"""What changed since a day first landed, on the pages and for scripts."""

import json
from collections.abc import Callable, Iterator
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from centers.models import Center
from extraction import runner
from extraction.landing import land
from extraction.leases import Lease
from extraction.models import ExtractionRun
from extraction.reader import CenterResult, CenterTask
from extraction.rows import EntryRow
from tests.extraction.builders import FRIDAY, entry, success
from tests.extraction.conftest import TaskOf

ClientOf = Callable[[User], Client]
SLICE = "/results/slices/center_01/2026-11-20/"
OLD = (entry("4711", "Geheim", row="1"), entry("4712", row="2"))
NEW = (entry("4711", "Geheimer", row="1"), entry("4713", row="3"), entry("4713", row="4"))


@pytest.fixture
def landed(run: ExtractionRun, lease: Lease, task_of: TaskOf) -> Callable[..., ExtractionRun]:
    """Lands entries on Friday of the first center, and gives the run."""
    task = task_of(run.center_runs.select_related("center")[0])

    def again(*entries: EntryRow) -> ExtractionRun:
        assert land([success(task, *entries)], {lease.shard_id: lease}) == set()
        return run

    return again


def _page(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_slice_page_tells_its_history(
    landed: Callable[..., ExtractionRun], reviewer: User, client_of: ClientOf
) -> None:
    client = client_of(reviewer)
    assert "What changed since" not in _page(client, SLICE)
    landed(*OLD)
    assert "Nothing: every later reading found the same rows." in _page(client, SLICE)
    landed(*NEW)
    text = _page(client, SLICE)
    cells = [f'<td class="num">{count}</td>' for count in (2, 3, 2, 1, 1)]
    assert "".join(cells) in text.replace("\n      ", "")
    assert "every later reading found the same rows" not in text
    assert [word for word in ("Geheim", "4711", "4713") if word in text] == []


def test_run_page_sums_up_and_lists_the_days(
    landed: Callable[..., ExtractionRun], reviewer: User, client_of: ClientOf
) -> None:
    client, run = client_of(reviewer), landed(*OLD)
    assert "Changed since" not in _page(client, run.get_absolute_url())
    landed(*NEW)
    text = _page(client, run.get_absolute_url())
    assert text.count("2 added, 1 removed, 1 changed") == 3
    assert f'<a href="{SLICE}">20.11.2026</a>: 2 added, 1 removed, 1 changed' in text
    assert "Geheim" not in text


def test_queries_of_the_run_page_do_not_grow(
    landed: Callable[..., ExtractionRun], lease: Lease, task_of: TaskOf, admin: User, client_of: ClientOf
) -> None:
    client, run = client_of(admin), landed(*OLD)
    landed(*NEW)
    with CaptureQueriesContext(connection) as few:
        client.get(run.get_absolute_url())
    for part in run.center_runs.select_related("center")[1:]:
        for entries in (OLD, NEW):
            assert land([success(task_of(part), *entries)], {lease.shard_id: lease}) == set()
    with CaptureQueriesContext(connection) as many:
        client.get(run.get_absolute_url())
    assert len(many) == len(few)


def test_extract_says_what_changed_as_json(centers: list[Center], monkeypatch: pytest.MonkeyPatch) -> None:
    rows = {"center_01": OLD, "center_02": OLD, "center_03": ()}

    def read(task: CenterTask) -> Iterator[CenterResult]:
        yield success(task, *rows[task.center_id])

    monkeypatch.setitem(runner.execute.__kwdefaults__ or {}, "read_center", read)

    def changes() -> list[object]:
        output = StringIO()
        call_command("extract", "--from", "2026-11-16", "--to", f"{FRIDAY}", "--json", stdout=output)
        return [center["changes"] for center in json.loads(output.getvalue())["centers"]]

    assert changes() == [[], [], []]
    rows["center_01"] = NEW
    counts = {"added": 2, "removed": 1, "changed": 1, "before": 2, "after": 3, "other_mapping": False}
    assert changes() == [[{"date": "2026-11-20", **counts}], [], []]
    assert changes() == [[], [], []]
