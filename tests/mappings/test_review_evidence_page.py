"""What the review page shows of the matcher's knowledge."""

import re
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from centers.catalog import Catalog
from centers.models import Center
from centers.samples import Skipped
from mappings.approval import approve
from mappings.discovery import store_catalog
from mappings.enums import ReviewPolicy
from mappings.models import Mapping
from mappings.policy_setting import change_policy
from mappings.profiling import profile_of
from mappings.versions import propose_for
from tests.mappings.catalogs import STANDARD, standard, table
from tests.mappings.conftest import make_center
from tests.mappings.plain_mappings import plain_draft
from tests.mappings.sampled import samples_for

SignIn = Callable[[User], Client]
PAGE = "/mappings/center_01/1/"


def proposed(center: Center, catalog: Catalog, skipped: dict[str, Skipped] | None = None) -> Mapping:
    """A proposal for `catalog` after its values were looked at."""
    profile = profile_of(catalog, samples_for(catalog, skipped))
    return propose_for(center, store_catalog(center, catalog, profile).snapshot)


def rows_of(page: str) -> dict[str, str]:
    """The part of the page for each field."""
    return dict(re.findall(r'<tr id="field-([A-Z_]+\.[A-Z_]+)"[^>]*>(.*?)</tr>', page, re.DOTALL))


def test_page_shows_standing_reasons_and_values(center: Center, reviewer: User, client_of: SignIn) -> None:
    proposed(center, standard())
    rows = rows_of(client_of(reviewer).get(PAGE).content.decode())
    row = rows["KASSEN.ID"]
    assert "needs a look" in row
    assert "The name is exactly ours." in row
    assert '<span class="evidence-list__strength">' in row
    assert "10 rows looked at" in row
    assert "10 different values" in row
    assert "Masked samples:" in row


def test_certain_fields_are_closed(center: Center, admin: User, reviewer: User, client_of: SignIn) -> None:
    plain_draft(center)
    change_policy(ReviewPolicy.STANDARD, admin)
    browser = client_of(reviewer)
    rows = rows_of(browser.get(PAGE).content.decode())
    assert "accepted by policy" in rows["PATIENT.P_NAME"]
    assert "needs a look" in rows["KARTEI.DATUM"]
    assert not any('<details class="why" open' in row for row in rows.values())


def test_table_in_doubt_is_explained_at_once(center: Center, reviewer: User, client_of: SignIn) -> None:
    twice = standard(affix=True, extra=[table("KARTEI_K9", 39_000, STANDARD["KARTEI"][1], affix=True)])
    propose_for(center, store_catalog(center, twice).snapshot)
    page = client_of(reviewer).get(PAGE)
    doubtful = {doubt.table for doubt in page.context["doubts"]}
    rows = rows_of(page.content.decode())
    assert "KARTEI" in doubtful
    assert '<details class="why" open' in rows["KARTEI.PATNR"]


def test_other_tables_say_why_they_were_not_chosen(center: Center, reviewer: User, client_of: SignIn) -> None:
    proposed(center, standard(extra=[table("KARTEI_BAK", 20_000, STANDARD["KARTEI"][1])]))
    page = client_of(reviewer).get(PAGE)
    kartei = next(row for row in page.context["tables"] if row.name == "KARTEI")
    backup = next(entry for entry in kartei.why.runners_up if entry.name == "ck.KARTEI_BAK")
    assert "The name looks like a backup or an archive." in [item.sentence for item in backup.reasons]
    assert backup.values.facts[0] == "20,000 rows"
    assert "Considered, and why not" in page.content.decode()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("PATIENT", "The extraction does not read it"),
        ("KASSEN", "Without it every chart entry becomes Selbstzahler."),
        ("PATKASSE", "Without it every chart entry becomes Selbstzahler."),
        ("KARTEI", "Without it nothing can be extracted from this center."),
        ("LEISTUNG", "Without it no chart entry has service codes."),
    ],
)
def test_missing_table_is_reported_with_what_it_costs(
    name: str, sentence: str, center: Center, reviewer: User, client_of: SignIn
) -> None:
    mapping = plain_draft(center)
    for item in mapping.content["tables"]:
        if item["name"] == name:
            item |= {"schema": None, "table": None, "confidence": 0.0}
            item["fields"] = [field | {"column": None, "confidence": 0.0} for field in item["fields"]]
    mapping.save()
    page = client_of(reviewer).get(PAGE)
    text = page.content.decode()
    assert f"{name} is missing." in text
    assert sentence in text
    assert page.context["doubts"][0].key == name
    assert not any(key.startswith(f"{name}.") for key in rows_of(text))


def test_tables_that_were_not_looked_at_are_counted_once(center: Center, reviewer: User, client_of: SignIn) -> None:
    skipped = {"TERMIN": Skipped.TOO_SLOW, "RECHNUNG": Skipped.TOO_SLOW, "KASSEN": Skipped.FORBIDDEN}
    proposed(center, standard(), skipped)
    text = client_of(reviewer).get(PAGE).content.decode()
    assert text.count("3 of 9 tables were not looked at:") == 1
    assert "too slow 2" in text
    assert "Not looked at: this login has no right to read the table." in rows_of(text)["KASSEN.NAME"]


def test_page_without_a_look_at_values_says_so(proposal: Mapping, reviewer: User, client_of: SignIn) -> None:
    text = client_of(reviewer).get(PAGE).content.decode()
    assert "No values of this source were looked at" in text


def test_decided_version_asks_for_nothing(proposal: Mapping, reviewer: User, client_of: SignIn) -> None:
    approve(proposal, reviewer, all_looked_at=True)
    page = client_of(reviewer).get(PAGE)
    assert (page.context["policy"], page.context["doubts"]) == (None, ())
    assert "needs a look" not in page.content.decode()


def test_exchanged_table_comes_with_its_reasons(center: Center, reviewer: User, client_of: SignIn) -> None:
    proposed(center, standard())
    part = client_of(reviewer).get(f"{PAGE}tables/KARTEI", {"KARTEI.table": '["ck", "TERMIN"]'}).content.decode()
    row = rows_of(part)["KARTEI.PATNR"]
    assert "needs a look" in row
    assert "The name is exactly ours." in row
    assert "10 rows looked at" in row


def test_page_takes_as_many_queries_for_many_tables(center: Center, reviewer: User, client_of: SignIn) -> None:
    proposed(center, standard())
    more = [table(f"KARTEI_{number:03d}", number, STANDARD["KARTEI"][1]) for number in range(141)]
    large = proposed(make_center(2), standard(extra=more))
    assert large.snapshot.table_count == 150
    browser, counts = client_of(reviewer), []
    for page in (PAGE, "/mappings/center_02/1/"):
        with CaptureQueriesContext(connection) as queries:
            browser.get(page)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_page_has_no_style_and_no_script_of_its_own(center: Center, reviewer: User, client_of: SignIn) -> None:
    proposed(center, standard())
    text = client_of(reviewer).get(PAGE).content.decode()
    main = text[text.index("<main") : text.index("</main>")]
    assert re.findall(r"<script|<style|\sstyle=|\son\w+=", main) == []
