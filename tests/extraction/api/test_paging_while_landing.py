"""Paging through entries while slices are replaced, and days and centers land: nothing is skipped or repeated."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from centers.models import Center
from dentalhub.access import Right
from extraction.landing import land
from extraction.leases import claim_run
from extraction.models import ChartEntry
from extraction.reader import CenterResult
from extraction.rows import EntryRow, Extraction, SliceRows
from extraction.run_requests import request_run
from tests.extraction.api.callers import Caller, caller
from tests.extraction.builders import center_with_mapping, task

FIRST = dt.date(2026, 11, 2)
DAYS = [FIRST + dt.timedelta(days=number) for number in range(6)]
# So few entries are never held, however many of them vanish.
MOST_ENTRIES = 18

Key = tuple[str, dt.date, str]
Rows = dict[str, str]


@dataclass(slots=True)
class Network:
    """What is landed, by a book of its own: the patient of each row id, by center and day."""

    random: Random
    slices: dict[tuple[str, dt.date], Rows] = field(default_factory=dict)
    centers: list[Center] = field(default_factory=list)
    version: int = 0

    def open_center(self) -> None:
        """A new center with some days, not all of them."""
        self.centers.append(center_with_mapping(len(self.centers) + 1))
        for day in self.random.sample(DAYS, 4):
            self.land(self.centers[-1], day, self.some_rows())

    def change(self) -> None:
        """Whatever may happen between two pages."""
        happening = self.random.random()
        if happening < 0.1:
            self.open_center()
        elif happening < 0.3:
            self.land(self.random.choice(self.centers), self.random.choice(DAYS), self.some_rows())
        else:
            center_id, day = self.random.choice(list(self.slices))
            center = next(center for center in self.centers if center.center_id == center_id)
            self.land(center, day, self.changed(self.slices[center_id, day]))

    def some_rows(self) -> Rows:
        """New rows; their ids are texts whose order is not that of the patients."""
        count = self.random.randint(0, MOST_ENTRIES)
        return {str(number): self.patient() for number in self.random.sample(range(60), count)}

    def changed(self, rows: Rows) -> Rows:
        """Some rows gone, some new ones, and some now another patient's, which moves them within the slice."""
        kept = {row: patient for row, patient in rows.items() if self.random.random() < 0.95}
        kept |= {row: self.patient() for row in kept if self.random.random() < 0.3}
        for number in self.random.sample(range(60), 5):
            if len(kept) < MOST_ENTRIES:
                kept.setdefault(str(number), self.patient())
        return kept

    def patient(self) -> str:
        """One of a few."""
        return str(self.random.randint(1, 9))

    def land(self, center: Center, day: dt.date, rows: Rows) -> None:
        """Replace a slice by way of the landing."""
        self.version += 1
        run = request_run([center], day, day).run
        (lease,) = claim_run(run.pk)
        part = run.center_runs.get()
        assert part.mapping_id is not None
        entries = tuple(
            EntryRow(row, patient, "GKV", "AOK", f"{center.center_id} {day} {row} {self.version}", ())
            for row, patient in sorted(rows.items(), key=lambda item: (item[1], int(item[0])))
        )
        extraction = Extraction((SliceRows(day, entries),), 0)
        todo = task(part.pk, center.pk, part.mapping_id, center.center_id, lease.shard_id)
        assert land([CenterResult(todo, extraction, None, 1, timezone.now())], {lease.shard_id: lease}) == set()
        self.slices[center.center_id, day] = rows

    def keys(self) -> set[Key]:
        """Every entry that is there now."""
        return {(center_id, day, row) for (center_id, day), rows in self.slices.items() for row in rows}


def _key(text: str) -> Key:
    center_id, day, row, _version = text.split(" ")
    return center_id, dt.date.fromisoformat(day), row


def _read(asking: Caller, network: Network, query: dict[str, object]) -> tuple[list[Key], set[Key], set[Key]]:
    """What the pages had, what was there from the first to the last of them, and whatever was there."""
    seen, always, ever, cursor = list[Key](), network.keys(), network.keys(), ""
    while cursor is not None:
        place = {"cursor": cursor} if cursor else {}
        page = asking.get("/entries", **query, **place, limit=network.random.randint(1, 15))
        seen += [_key(item["chart_entry"]) for item in page["items"]]
        cursor = page["next_cursor"]
        for _time in range(network.random.randint(0, 4)):
            network.change()
            always &= network.keys()
            ever |= network.keys()
    return seen, always, ever


@pytest.mark.parametrize("seed", range(8))
def test_nothing_is_skipped_or_repeated_while_slices_land(seed: int, admin: User, settings: Any) -> None:
    settings.API_REQUESTS_PER_MINUTE = 10_000
    network = Network(Random(seed))
    for _number in range(3):
        network.open_center()
    asking = caller(admin, Right.READ_ENTRIES)
    seen, always, ever = _read(asking, network, {})
    assert [key for key, count in Counter(seen).items() if count > 1] == []
    assert always - set(seen) == set()
    assert set(seen) <= ever
    assert len(always) > 10
    # The days in order, whatever came in between.
    assert [day for _center, day, _row in seen] == sorted(day for _center, day, _row in seen)


@pytest.mark.parametrize("seed", range(4))
def test_nothing_is_skipped_or_repeated_behind_a_filter(seed: int, admin: User, settings: Any) -> None:
    settings.API_REQUESTS_PER_MINUTE = 10_000
    network = Network(Random(seed))
    for _number in range(3):
        network.open_center()
    query: dict[str, object] = {"center": ["center_01", "center_03"], "date_from": DAYS[1], "date_to": DAYS[4]}
    seen, always, _ever = _read(caller(admin, Right.READ_ENTRIES), network, query)
    wanted = {key for key in always if key[0] != "center_02" and key[0] <= "center_03" and DAYS[1] <= key[1] <= DAYS[4]}
    assert [key for key, count in Counter(seen).items() if count > 1] == []
    assert wanted - set(seen) == set()
    assert {key[0] for key in seen} <= {"center_01", "center_03"}


def test_rows_with_one_id_stay_together(admin: User) -> None:
    """A source without a key gives all its rows the same id; then a page is longer than it should be."""
    network = Network(Random(0))
    center = center_with_mapping(1)
    network.land(center, DAYS[0], {"1": "7", "2": "7"})
    for position in range(3, 8):
        ChartEntry.objects.create(
            center=center,
            business_date=DAYS[0],
            position=position,
            source_row_id="11",
            patient_id="7",
            insurance_status="GKV",
            chart_entry=f"center_01 {DAYS[0]} {position} 1",
        )
    asking = caller(admin, Right.READ_ENTRIES)
    sizes, cursor = [], ""
    texts: list[str] = []
    while cursor is not None:
        page = asking.get("/entries", limit=2, **({"cursor": cursor} if cursor else {}))
        sizes.append(len(page["items"]))
        texts += [item["chart_entry"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert sizes == [1, 5, 1]
    assert len(set(texts)) == 7
