"""The record of processing activities, the warning about the key, and what is read of a source at all."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import translation

from centers.models import Center, Region
from centers.scope_models import PersonScope
from dentalhub.checks import pseudonyms_have_a_key_of_their_own
from extraction.models import ChartEntry
from extraction.processing_record import as_markdown, processing_record
from extraction.query import extraction_query
from extraction.rows import EntryRow
from tests.extraction.builders import DATABASE, FRIDAY, TABLES, catalog, center, document

SignIn = Callable[[User], Client]
PATH = "/processing-activities/"


@pytest.fixture
def found(db: None, settings: Any) -> None:
    settings.EXPORT_DESTINATIONS = ["s3://archive/daily"]
    for number in (1, 2, 3):
        center(number)
    Region.objects.update(controller="Netz <AG>", purpose="Statistik", retention_days=3650)
    Center.objects.filter(center_id="center_03").update(purpose="Abrechnung", agreement_on=dt.date(2026, 1, 1))


def test_centers_with_the_same_terms_stand_together(found: None) -> None:
    record = processing_record(Center.objects.select_related("server__region"))
    shown = {item.terms.purpose: [one.center_id for one in item.centers] for item in record.activities}
    assert shown == {"Statistik": ["center_01", "center_02"], "Abrechnung": ["center_03"]}
    assert record.activities[0].retention == "3650 days"
    assert record.recipients[1:] == ("Exports to s3://archive/daily.",)
    text = as_markdown(record)
    assert "- Controller: Netz \\<AG\\>" in text
    with translation.override("de"):
        german = as_markdown(processing_record(Center.objects.select_related("server__region")))
    assert german.startswith("# Verzeichnis von Verarbeitungstätigkeiten")


def test_page_and_file(found: None, client_of: SignIn, admin: User, analyst: User) -> None:
    assert Client().get(PATH).status_code == 302
    assert client_of(analyst).get(PATH).status_code == 403
    client = client_of(admin)
    assert "Netz &lt;AG&gt;" in client.get(PATH).content.decode()
    assert client.get(f"{PATH}?format=markdown").headers["Content-Type"] == "text/markdown; charset=utf-8"
    assert client.post(PATH).status_code == 405
    PersonScope.objects.filter(user=admin).delete()
    assert "center_01" not in client_of(User.objects.get(pk=admin.pk)).get(PATH).content.decode()


@pytest.mark.parametrize(("is_secure", "key", "expected"), [(True, "", 1), (True, "x", 0), (False, "", 0)])
def test_production_without_a_pseudonym_key_is_warned(is_secure: bool, key: str, expected: int, settings: Any) -> None:
    settings.SECURE, settings.PSEUDONYM_KEY = is_secure, key
    assert len(pseudonyms_have_a_key_of_their_own()) == expected


def test_only_canonical_fields_are_read_and_stored() -> None:
    """The source has many more columns; no name, address or birth date of a patient has a place to go."""
    sql = extraction_query(document(), catalog(), DATABASE, FRIDAY, FRIDAY).sql
    allowed = {f"{field}_S" for _table, fields in TABLES.values() for field in fields}
    named = set(re.findall(r"\b[a-z]+\.\[([^\]]+)\]", sql))
    assert named
    assert named <= allowed
    assert re.search(r"(?<!COUNT_BIG\()\*", sql) is None
    assert EntryRow._fields == (
        *("row_id", "patient_id", "insurance_status", "insurance_name", "chart_entry", "service_codes"),
    )
    stored = {field.name for field in ChartEntry._meta.concrete_fields}
    ours = {"id", "center", "business_date", "position", "search_text", "source_row_id"}
    assert stored - ours == set(EntryRow._fields) - {"row_id"}
