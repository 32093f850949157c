"""What proposals make of learned names: they gain from them, and are never certain because of them."""

from dataclasses import replace

import pytest
from django.contrib.auth.models import User

from centers.catalog import Catalog
from mappings.approval import approve
from mappings.confidence import CERTAIN
from mappings.discovery import store_catalog
from mappings.document import FieldMapping, MappingDocument
from mappings.models import LearnedName, Mapping
from mappings.proposal import propose
from mappings.versions import edit, propose_for
from mappings.vocabulary import Standing, Vocabulary
from tests.mappings.catalogs import standard, with_column
from tests.mappings.conftest import make_center

FREE_TEXT = with_column(standard(), "KARTEI", "BEMERKUNG", "FREIHAND")
NOTE = ("KARTEI.BEMERKUNG", "FREIHAND")


def field(document: MappingDocument, table: str, name: str) -> FieldMapping:
    return next(item for item in document.table(table).fields if item.name == name)


def learned_counts(mapping: Mapping) -> list[str]:
    """In how many centers the names were confirmed that speak for KARTEI.BEMERKUNG."""
    evidence = field(mapping.document(), "KARTEI", "BEMERKUNG").evidence
    return [dict(item.detail)["count"] for item in evidence if item.code == "learned"]


def approved_with_note(number: int, admin: User, reviewer: User) -> Mapping:
    """Center `number`, whose notes a person found in FREIHAND."""
    center = make_center(number)
    proposal = propose_for(center, store_catalog(center, FREE_TEXT).snapshot)
    document = proposal.document()
    tables = []
    for table in document.tables:
        fields = [
            replace(item, column="FREIHAND") if table.name == "KARTEI" and item.name == "BEMERKUNG" else item
            for item in table.fields
        ]
        tables.append(replace(table, fields=tuple(fields)))
    return approve(
        edit(proposal, replace(document, tables=tuple(tables)), admin), reviewer, reason="seen", all_looked_at=True
    )


@pytest.mark.parametrize(
    ("catalog", "entries"),
    [
        (standard(without=["KARTEI"]), [("KARTEI", "TERMIN"), ("KARTEI.DATUM", "TERMINDATUM")]),
        (standard(without=["KARTEI"]), [("KARTEI", "RECHNUNG"), ("KARTEI.BEMERKUNG", "BETRAG")]),
        (FREE_TEXT, [("KARTEI.BEMERKUNG", "BEMERKUNG2")]),
        (standard(without=["LEISTUNG"]), [("LEISTUNG", "RECHNUNG"), ("LEISTUNG.LEISTUNG", "BETRAG")]),
    ],
)
def test_wrong_name_of_many_centers_makes_nothing_certain(catalog: Catalog, entries: list[tuple[str, str]]) -> None:
    document = propose(catalog, vocabulary=Vocabulary(dict.fromkeys(entries, Standing(500, 0))))
    for canonical, _key in entries:
        table, _point, name = canonical.partition(".")
        found = field(document, table, name) if name else document.table(table)
        assert found.confidence < CERTAIN


@pytest.mark.django_db
def test_next_center_gains_from_an_approval(admin: User, reviewer: User) -> None:
    for number in (1, 2, 3):
        approved_with_note(number, admin, reviewer)
    center = make_center(4)
    proposal = propose_for(center, store_catalog(center, FREE_TEXT).snapshot)
    note = field(proposal.document(), "KARTEI", "BEMERKUNG")
    assert note.column == "FREIHAND"
    assert learned_counts(proposal) == ["3"]
    assert note.confidence < CERTAIN


@pytest.mark.django_db
def test_center_gains_nothing_from_itself(admin: User, reviewer: User) -> None:
    mapping = approved_with_note(1, admin, reviewer)
    assert LearnedName.objects.filter(canonical=NOTE[0], name_key=NOTE[1]).count() == 1
    wider = with_column(FREE_TEXT, "TERMIN", "STATUS", "STATUS_NEU")
    again = propose_for(mapping.center, store_catalog(mapping.center, wider).snapshot)
    assert learned_counts(again) == []


@pytest.mark.parametrize("verdicts", [Standing(0, 1), Standing(0, 500)])
def test_rejected_name_is_less_sure(verdicts: Standing) -> None:
    source = with_column(standard(), "KARTEI", "BEMERKUNG", "NOTIZ")
    vocabulary = Vocabulary({("KARTEI.BEMERKUNG", "NOTIZ"): verdicts})
    plain = field(propose(source), "KARTEI", "BEMERKUNG")
    warned = field(propose(source, vocabulary=vocabulary), "KARTEI", "BEMERKUNG")
    assert plain.column == "NOTIZ"
    assert warned.column != "NOTIZ" or warned.confidence < plain.confidence
