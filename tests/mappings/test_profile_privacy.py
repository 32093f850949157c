"""Canaries: what patients' rows held must be in nothing that discovery leaves behind."""

import datetime as dt
import json
import logging
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from centers.catalog import Catalog
from centers.centers_import import apply_import, read_centers_file
from centers.connection import close_all
from centers.models import Center
from centers.sample_batch import SampleLimits
from centers.samples import Samples
from centers.sampling import read_samples
from centers.server_spec import ServerSpec
from dentalhub.models import AuditEvent
from mappings import discovery
from mappings.masking import masked
from mappings.models import SchemaSnapshot
from mappings.profile import Profile, Shape
from tests.conftest import PracticeServers

CENTER_IDS = ("center_01", "center_21", "center_27")
# Public words for kinds of insurance; a reviewer decides about each that occurs.
KINDS_LENGTH = 3


class Witness:
    """Reads samples as discovery does and remembers every row."""

    def __init__(self) -> None:
        self.read: dict[str, tuple[Catalog, Samples]] = {}

    def __call__(self, spec: ServerSpec, database: str, catalog: Catalog, limits: SampleLimits) -> Samples:
        samples = read_samples(spec, database, catalog, limits)
        self.read[database] = (catalog, samples)
        return samples


@pytest.fixture
def witness(db: None, sandbox: PracticeServers, monkeypatch: pytest.MonkeyPatch) -> Iterator[Witness]:
    apply_import(read_centers_file(sandbox.centers_yml.read_text(encoding="utf-8")))
    close_all()
    made = Witness()
    monkeypatch.setattr(discovery, "read_samples", made)
    yield made
    close_all()


def written_forms(value: object) -> Iterator[str]:
    """A raw value as it would be recognised in a text."""
    if isinstance(value, dt.date):
        yield from (value.strftime(form) for form in ("%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y", "%Y%m%d"))
    elif isinstance(value, str):
        yield value.strip()
    elif value is not None and not isinstance(value, bool):
        yield str(value)


def tells(text: str) -> bool:
    """Whether a text says something of a person: no code, no rounded number, no outline."""
    if masked(text, Shape.OTHER) == text:
        return False
    if text.removeprefix("-").replace(".", "").isdigit():
        return len(text.strip("-0.")) > 1
    return len(text) > KINDS_LENGTH


def canaries(samples: Samples) -> set[str]:
    rows = (row for sample in samples.tables.values() for row in sample.rows)
    return {text for row in rows for value in row for text in written_forms(value) if tells(text)}


def said(profile: Profile) -> Iterator[str]:
    """Every text of a profile that was made from values."""
    for table in profile.tables:
        yield table.newest
        for column in table.columns:
            yield from (column.lowest, column.highest, column.last_filled, *column.samples)
            yield from (code for code, _count in column.codes)


def of_people(witness: Witness, center: Center, truth: dict[str, Any]) -> set[str]:
    """Names, birth dates and all else of the sampled patients, and what was written into their charts."""
    catalog, samples = witness.read[center.database]
    found: set[str] = set()
    for canonical in ("PATIENT", "KARTEI"):
        place = truth["mapping"][canonical]
        table = catalog.table(place["schema"], place["table"])
        assert table is not None
        for row in samples.of(table.schema, table.name).rows:
            texts = [value.strip() for value in row if isinstance(value, str)]
            found |= {text for text in texts if len(text) > 2 * KINDS_LENGTH}
            found |= {form for value in row if isinstance(value, dt.date) for form in written_forms(value)}
    return found


def left_behind(center: Center, log: Iterable[str]) -> str:
    snapshot = SchemaSnapshot.objects.get(center=center)
    # What the import of the centers said names practices, some of which are called after families.
    events = list(AuditEvent.objects.exclude(kind="configuration").values("action", "target", "details"))
    return "\n".join(
        [
            json.dumps([snapshot.content, snapshot.profile], ensure_ascii=False),
            json.dumps(events, ensure_ascii=False),
            *log,
        ]
    )


@pytest.mark.parametrize("center_id", CENTER_IDS)
def test_no_raw_value_is_left_behind(
    witness: Witness, sandbox: PracticeServers, center_id: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    center = Center.objects.select_related("server").get(center_id=center_id)
    found = discovery.discover(center)
    _catalog, samples = witness.read[center.database]
    raw = canaries(samples)
    assert found.profiled > 15
    assert len(raw) > 1000
    assert sorted(raw & set(said(found.snapshot.value_profile()))) == []

    truth_file = sandbox.network.directory / "truth" / f"{center_id}.json"
    people = of_people(witness, center, json.loads(truth_file.read_text(encoding="utf-8")))
    traces = left_behind(center, caplog.messages)
    assert len(people) > 80
    assert [traces[at - 30 : at + 60] for text in people if (at := traces.find(text)) >= 0] == []


def test_the_canaries_would_sing(witness: Witness) -> None:
    center = Center.objects.select_related("server").get(center_id=CENTER_IDS[0])
    profile = discovery.discover(center).snapshot.value_profile()
    raw = canaries(witness.read[center.database][1])
    name = max((text for text in raw if text.isalpha()), key=len)
    number = max((text for text in raw if text.isdigit()), key=len)
    table = next(table for table in profile.tables if table.columns)
    leaky = replace(table, columns=(replace(table.columns[0], samples=(name,), lowest=number), *table.columns[1:]))
    assert raw & set(said(Profile((leaky,)))) == {name, number}
