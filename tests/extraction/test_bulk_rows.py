"""Rows written past the ORM's objects."""

import pytest

from extraction.bulk_rows import insert_rows, update_rows
from extraction.models import ExtractionRun, Shard

FIELDS = ("run", "number", "queue", "state", "attempts", "lease_token", "queued_at")


@pytest.fixture
def run(db: None) -> ExtractionRun:
    """A run for the rows to belong to."""
    return ExtractionRun.objects.create(date_from="2026-11-20", date_to="2026-11-20", idempotency_key="k", workers=1)


# 128 rows of 7 values go into one statement.
@pytest.mark.parametrize("count", [0, 1, 127, 128, 129, 256, 300])
def test_every_row_is_inserted_once_and_in_order(run: ExtractionRun, count: int) -> None:
    rows = [(run.pk, number, f"q{number}", "queued", 0, "", "2026-11-20 00:00:00") for number in range(count)]
    insert_rows(Shard, FIELDS, rows)
    found = Shard.objects.order_by("pk").values_list("number", "queue")
    assert list(found) == [(number, f"q{number}") for number in range(count)]


def test_update_sets_and_adds_by_key(run: ExtractionRun) -> None:
    shards = [Shard.objects.create(run=run, number=number, attempts=number, queue="old") for number in range(3)]
    update_rows(Shard, ("queue",), [("new", 2, shards[1].pk), ("newer", 3, shards[2].pk)], added=("attempts",))
    found = Shard.objects.order_by("number").values_list("queue", "attempts")
    assert list(found) == [("old", 0), ("new", 3), ("newer", 5)]
