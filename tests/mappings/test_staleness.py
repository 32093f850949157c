"""Nobody approves what they have not seen: content, schema and the other reviewer's decision."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.contrib.auth.models import User
from django.test import Client

from centers.catalog import Catalog
from centers.models import Center
from dentalhub.models import AuditEvent
from mappings.approval import approve, checks_of, reject
from mappings.discovery import store_catalog
from mappings.enums import MappingStatus
from mappings.exceptions import StaleError, TransitionError
from mappings.models import Mapping, SchemaSnapshot
from mappings.staleness import changed_tables
from mappings.versions import edit, new_version, restore
from tests.mappings.catalogs import standard, table, with_column
from tests.mappings.people import a_reviewer, with_code
from tests.mappings.plain_mappings import plain_mapping

PAGE = "/mappings/center_01/1/"


def wider(source: Catalog) -> Catalog:
    """One more column in the table of chart entries, by its physical name with the affix of the tests."""
    kartei = next(
        item for item in source.tables if item.name.startswith("KARTEI_") and not item.name.startswith("KARTEI_ART")
    )
    last = kartei.columns[-1]
    columns = (*kartei.columns, replace(last, name="NEU", ordinal=last.ordinal + 1))
    tables = tuple(replace(item, columns=columns) if item is kartei else item for item in source.tables)
    return replace(source, tables=tables)


def backed_up(source: Catalog) -> Catalog:
    """A table more that no mapping uses."""
    return replace(source, tables=(*source.tables, table("TERMIN_BAK", 10, "ID int, STATUS int")))


def test_schema_that_was_seen_is_approved(proposal: Mapping, snapshot: SchemaSnapshot, reviewer: User) -> None:
    done = approve(proposal, reviewer, expected_fingerprint=snapshot.fingerprint, all_looked_at=True)
    assert (done.status, done.snapshot) == (MappingStatus.APPROVED, snapshot)


def test_mapped_table_that_changed_makes_an_approval_stale(
    proposal: Mapping, center: Center, catalog: Catalog, snapshot: SchemaSnapshot, reviewer: User
) -> None:
    """Also when the version was carried over to the newer snapshot without a change of its content."""
    newer = store_catalog(center, wider(catalog)).snapshot
    edit(proposal, proposal.document(), reviewer)
    sentence = "The source's schema changed after you opened version 1: KARTEI. Look at the version again, then decide."
    with pytest.raises(StaleError) as caught:
        approve(
            proposal,
            reviewer,
            expected_hash=proposal.content_hash,
            expected_fingerprint=snapshot.fingerprint,
            all_looked_at=True,
        )
    assert str(caught.value) == sentence
    assert approve(proposal, reviewer, expected_fingerprint=newer.fingerprint, all_looked_at=True).snapshot == newer


def test_other_table_that_changed_is_seen_before_an_approval(
    proposal: Mapping, center: Center, catalog: Catalog, snapshot: SchemaSnapshot, reviewer: User
) -> None:
    """The page from before is out of date; the one that names the new table approves without another edit."""
    newer = store_catalog(center, backed_up(catalog)).snapshot
    with pytest.raises(StaleError, match="Other tables of the source changed after you opened version 1"):
        approve(proposal, reviewer, expected_fingerprint=snapshot.fingerprint, all_looked_at=True)
    (hint,) = [check for check in checks_of(proposal) if check.code == "newest_snapshot"]
    added = {table.qualified_name for table in newer.catalog().tables} - {
        table.qualified_name for table in catalog.tables
    }
    assert hint.blocks is False
    assert hint.sentence == (
        "The source changed after this version was made, but none of the tables that it maps. "
        f"New tables: {', '.join(sorted(added))}."
    )
    done = approve(proposal, reviewer, expected_fingerprint=newer.fingerprint, all_looked_at=True)
    assert (done.status, done.snapshot) == (MappingStatus.APPROVED, newer)
    stored = Mapping.objects.get()
    assert (stored.snapshot, stored.content_hash, stored.author) == (newer, proposal.content_hash, None)
    event = AuditEvent.objects.get(action="mapping.approved")
    assert event.details["snapshot"] == newer.fingerprint


def test_table_that_nobody_mapped_and_that_went_is_a_hint_without_names(
    proposal: Mapping, center: Center, catalog: Catalog
) -> None:
    kept = tuple(table for table in catalog.tables if not table.name.startswith("TERMIN"))
    store_catalog(center, replace(catalog, tables=kept))
    hint = checks_of(proposal)[0]
    assert hint.blocks is False
    assert hint.sentence == "The source changed after this version was made, but none of the tables that it maps."


def test_rejected_version_stays_with_its_snapshot(
    proposal: Mapping, center: Center, catalog: Catalog, snapshot: SchemaSnapshot, reviewer: User
) -> None:
    store_catalog(center, backed_up(catalog))
    reject(proposal, reviewer, "no")
    assert Mapping.objects.get().snapshot == snapshot


def test_fingerprint_that_nobody_has_is_stale(proposal: Mapping, reviewer: User) -> None:
    with pytest.raises(StaleError, match="not the one that you saw"):
        approve(proposal, reviewer, expected_fingerprint="0" * 64, all_looked_at=True)


def test_fingerprint_of_another_center_is_stale(proposal: Mapping, center: Center, reviewer: User) -> None:
    other = Center.objects.create(center_id="center_09", name="Praxis", server=center.server, database="DentalDB_09")
    fingerprint = store_catalog(other, standard()).snapshot.fingerprint
    with pytest.raises(StaleError, match="not the one that you saw"):
        approve(proposal, reviewer, expected_fingerprint=fingerprint, all_looked_at=True)


def test_schema_that_came_back_is_the_one_that_was_seen(
    proposal: Mapping, center: Center, catalog: Catalog, snapshot: SchemaSnapshot, reviewer: User
) -> None:
    store_catalog(center, wider(catalog))
    store_catalog(center, catalog)
    assert (
        approve(proposal, reviewer, expected_fingerprint=snapshot.fingerprint, all_looked_at=True).status
        == MappingStatus.APPROVED
    )


def test_changed_tables_are_named_as_ours(proposal: Mapping, catalog: Catalog) -> None:
    document = proposal.document()
    assert changed_tables(document, catalog, catalog) == ()
    assert changed_tables(document, catalog, backed_up(catalog)) == ()
    assert changed_tables(document, catalog, wider(catalog)) == ("KARTEI",)
    mapped = {item.name for item in document.tables if item.table is not None}
    assert set(changed_tables(document, catalog, replace(catalog, tables=()))) == mapped


def test_type_of_an_unmapped_column_changes_its_table() -> None:
    before = standard()
    after = with_column(before, "KARTEI", "BEMERKUNG_2", "BEMERKUNG_2", "nvarchar", 500)
    assert changed_tables(plain_mapping(), before, after) == ("KARTEI",)


def test_second_reviewer_is_told_who_and_when(proposal: Mapping, reviewer: User) -> None:
    second = a_reviewer("second")
    reject(proposal, reviewer, "no")
    Mapping._base_manager.update(decided_at="2026-11-20T08:05:00Z")
    with pytest.raises(TransitionError) as caught:
        approve(proposal, second, expected_hash=proposal.content_hash, all_looked_at=True)
    assert str(caught.value) == "Version 1 is already rejected, by reviewer on 20.11.2026 09:05."


def test_page_sends_back_what_it_was_made_from(
    proposal: Mapping, center: Center, catalog: Catalog, reviewer: User, client_of: Callable[[User], Client]
) -> None:
    browser = client_of(reviewer)
    page = browser.get(PAGE)
    seen = {"content_hash": proposal.content_hash, "fingerprint": page.context["fingerprint"]}
    seen |= {"approved": "0", "all_looked_at": "on"}
    assert f'name="fingerprint" value="{seen["fingerprint"]}"' in page.content.decode()
    store_catalog(center, wider(catalog))
    edit(proposal, proposal.document(), reviewer)
    refused = browser.post(f"{PAGE}approve", seen)
    assert refused.status_code == 409
    assert "The source&#x27;s schema changed after you opened version 1: KARTEI." in refused.content.decode()
    assert refused.context["fingerprint"] != seen["fingerprint"]
    again = {**seen, "fingerprint": refused.context["fingerprint"]}
    assert browser.post(f"{PAGE}approve", again).status_code == 302


@pytest.mark.parametrize("missing", ["content_hash", "fingerprint", "approved"])
def test_page_that_does_not_say_what_was_seen_approves_nothing(
    missing: str, proposal: Mapping, snapshot: SchemaSnapshot, reviewer: User, client_of: Callable[[User], Client]
) -> None:
    seen = {"content_hash": proposal.content_hash, "fingerprint": snapshot.fingerprint, "approved": "0"}
    seen["all_looked_at"] = "on"
    del seen[missing]
    assert client_of(reviewer).post(f"{PAGE}approve", seen).status_code == 409
    assert Mapping.objects.get().status == MappingStatus.DRAFT


def test_restoring_an_open_version_says_why_not(
    proposal: Mapping, reviewer: User, client_of: Callable[[User], Client]
) -> None:
    response = client_of(reviewer).post(f"{PAGE}restore")
    assert response.status_code == 409
    assert "there is nothing to restore" in response.content.decode()


def test_stale_content_goes_before_stale_schema(
    proposal: Mapping, center: Center, catalog: Catalog, snapshot: SchemaSnapshot, reviewer: User
) -> None:
    store_catalog(center, wider(catalog))
    edit(proposal, with_code(proposal, "Q"), a_reviewer("second"))
    with pytest.raises(StaleError, match="was changed after you opened it"):
        approve(
            proposal,
            reviewer,
            expected_hash=proposal.content_hash,
            expected_fingerprint=snapshot.fingerprint,
            all_looked_at=True,
        )


def test_other_version_that_was_approved_makes_an_approval_stale(proposal: Mapping, reviewer: User) -> None:
    """What is approved is the difference to the version that extracts."""
    between = new_version(
        proposal.center, proposal.snapshot, with_code(proposal, "Q"), author=a_reviewer("second"), generated=False
    )
    approve(between, reviewer, expected_approved=0, all_looked_at=True)
    sentence = (
        "Version 2 was approved after you opened version 1, which would replace it. "
        "Look at what differs now, then decide."
    )
    with pytest.raises(StaleError) as caught:
        approve(proposal, reviewer, expected_approved=0, all_looked_at=True)
    assert str(caught.value) == sentence
    assert [item.status for item in Mapping.objects.order_by("version")] == ["draft", "approved"]
    assert approve(proposal, reviewer, expected_approved=2, all_looked_at=True).status == MappingStatus.APPROVED


def test_approved_version_that_is_gone_makes_an_approval_stale(proposal: Mapping, reviewer: User) -> None:
    newer = restore(approve(proposal, reviewer, all_looked_at=True), a_reviewer("second"))
    Mapping.objects.filter(pk=proposal.pk).update(status=MappingStatus.SUPERSEDED)
    with pytest.raises(StaleError, match="No version is approved any more since you opened version 2"):
        approve(newer, reviewer, expected_approved=1, all_looked_at=True)
    assert approve(newer, reviewer, expected_approved=0, all_looked_at=True).status == MappingStatus.APPROVED


def test_page_is_refused_when_another_version_was_approved_since(
    proposal: Mapping, reviewer: User, client_of: Callable[[User], Client]
) -> None:
    second = a_reviewer("second")
    approve(proposal, reviewer, all_looked_at=True)
    first, other = (
        new_version(proposal.center, proposal.snapshot, with_code(proposal, code), author=second, generated=False)
        for code in ("Q", "R")
    )
    browser = client_of(reviewer)
    page = browser.get(first.get_absolute_url())
    assert '<input type="hidden" name="approved" value="1">' in page.content.decode()
    seen = {"content_hash": first.content_hash, "fingerprint": page.context["fingerprint"]}
    seen |= {"approved": "1", "all_looked_at": "on"}
    approve(other, reviewer, expected_approved=1, all_looked_at=True)
    refused = browser.post(f"{first.get_absolute_url()}approve", seen)
    assert refused.status_code == 409
    text = refused.content.decode()
    assert "Version 3 was approved after you opened version 2" in text
    assert '<input type="hidden" name="approved" value="3">' in text
    assert browser.post(f"{first.get_absolute_url()}approve", seen | {"approved": "3"}).status_code == 302


@pytest.mark.parametrize("approved", ["-1", "x", ""])
def test_page_that_names_no_version_approves_nothing(
    approved: str, proposal: Mapping, snapshot: SchemaSnapshot, reviewer: User, client_of: Callable[[User], Client]
) -> None:
    seen = {"content_hash": proposal.content_hash, "fingerprint": snapshot.fingerprint, "all_looked_at": "on"}
    assert client_of(reviewer).post(f"{PAGE}approve", seen | {"approved": approved}).status_code == 409
    assert Mapping.objects.get().status == MappingStatus.DRAFT
