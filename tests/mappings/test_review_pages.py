import json
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from centers.models import Center
from mappings.approval import approve
from mappings.canonical import canonical_tables
from mappings.discovery import store_catalog
from mappings.enums import MappingStatus
from mappings.file_transfer import export_text
from mappings.models import Mapping
from mappings.queries import approved_version, newest_snapshot
from mappings.review_rows import TITLES
from mappings.versions import edit, propose_for, restore
from tests.mappings.catalogs import STANDARD, standard, table

SignIn = Callable[[User], Client]
PAGE = "/mappings/center_01/1/"


class FormReader(HTMLParser):
    """What a browser without JavaScript would send from the form `mapping-form`."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.inside = False
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "form":
            self.inside = found.get("id") == "mapping-form"
        elif not self.inside:
            return
        elif tag == "input" and found.get("name"):
            if found.get("type") != "checkbox" or "checked" in found:
                self.values[found["name"] or ""] = found.get("value") or ("on" if "checked" in found else "")
        elif tag == "select":
            self.select = found["name"] or ""
            self.values.setdefault(self.select, "")
        elif tag == "option" and "selected" in found:
            self.values[self.select] = found["value"] or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False


def form_of(browser: Client, page: str = PAGE) -> dict[str, str]:
    reader = FormReader()
    reader.feed(browser.get(page).content.decode())
    return reader.values


def table_option(mapping: Mapping, start: str) -> str:
    table = next(item for item in mapping.snapshot.catalog().tables if item.name.startswith(start))
    return json.dumps([table.schema, table.name])


def step(mapping: Mapping, name: str) -> str:
    return reverse(f"mappings:{name}", args=["center_01", mapping.version])


def decision(mapping: Mapping, reason: str = "") -> dict[str, str]:
    newest = newest_snapshot(mapping.center)
    assert newest is not None
    seen = {"content_hash": mapping.content_hash, "fingerprint": newest.fingerprint, "all_looked_at": "on"}
    return seen | {"approved": str(approved_version(mapping.center)), "reason": reason}


def test_page_shows_both_sides_with_reasons(proposal: Mapping, reviewer: User, client_of: SignIn) -> None:
    page = client_of(reviewer).get(PAGE).content.decode()
    assert "Physical column of KARTEI.DATUM" in page
    assert "Without the affix X7, which this source puts on its names, it is ours." in page
    assert "Every required field has a column." in page


def test_page_of_an_analyst_has_no_form(proposal: Mapping, analyst: User, client_of: SignIn) -> None:
    page = client_of(analyst).get(PAGE).content.decode()
    assert "mapping-form" not in page
    assert "DATUM_X7" in page


def test_page_takes_few_queries(
    proposal: Mapping, reviewer: User, client_of: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    browser = client_of(reviewer)
    # session, person with roles, regions, version, policy, the newest snapshot, editors, approved, what waits, what
    # was said about fields, comments, the newest dry run
    with django_assert_num_queries(12):
        browser.get(PAGE)


def test_saving_the_page_as_it_is_changes_nothing(proposal: Mapping, reviewer: User, client_of: SignIn) -> None:
    browser = client_of(reviewer)
    response = browser.post(f"{PAGE}save", form_of(browser), follow=True)
    assert "Nothing was changed." in response.content.decode()
    assert Mapping.objects.get().author is None


def test_saved_choices_are_the_persons(proposal: Mapping, admin: User, client_of: SignIn) -> None:
    browser = client_of(admin)
    form = form_of(browser) | {
        "KARTEI.BEMERKUNG": "BEMERKUNG_2_B9K",
        "KARTEI.date_format": "date",
        "KASSEN.flag_values": "N, n",
        "code.1": "g",
        "status.1": "GKV",
    }
    del form["KASSEN.flag_null"]
    browser.post(f"{PAGE}save", form)
    mapping = Mapping.objects.get()
    document = mapping.document()
    kartei, kassen = document.table("KARTEI"), document.table("KASSEN")
    assert (kartei.column("BEMERKUNG"), kartei.date_format) == ("BEMERKUNG_2_B9K", "date")
    assert kassen.delete_flag is not None
    assert (kassen.delete_flag.live_values, kassen.delete_flag.null_is_live) == (("N", "n"), False)
    assert document.insurance_codes == (("P", "PKV"), ("G", "GKV"))
    assert (mapping.author, mapping.generated) == (admin, False)


def test_column_that_does_not_exist_is_refused(proposal: Mapping, admin: User, client_of: SignIn) -> None:
    browser = client_of(admin)
    response = browser.post(f"{PAGE}save", form_of(browser) | {"KARTEI.DATUM": "NOPE"}, follow=True)
    assert "There is no column NOPE in ck.KARTEI_X7." in response.content.decode()
    assert Mapping.objects.get().content_hash == proposal.content_hash


def test_exchanged_table_without_javascript_gets_new_fields(proposal: Mapping, admin: User, client_of: SignIn) -> None:
    browser = client_of(admin)
    browser.post(f"{PAGE}save", form_of(browser) | {"KARTEI.table": table_option(proposal, "TERMIN")})
    kartei = Mapping.objects.get().document().table("KARTEI")
    assert kartei.table is not None
    assert kartei.table.startswith("TERMIN")
    assert kartei.column("PATNR") == "PATNR_3A4"


def test_table_can_be_taken_away(proposal: Mapping, admin: User, client_of: SignIn) -> None:
    browser = client_of(admin)
    browser.post(f"{PAGE}save", form_of(browser) | {"LEISTUNG.table": ""})
    leistung = Mapping.objects.get().document().table("LEISTUNG")
    assert (leistung.table, {item.column for item in leistung.fields}) == (None, {None})


def test_htmx_loads_the_fields_of_another_table(proposal: Mapping, admin: User, client_of: SignIn) -> None:
    data = {"KARTEI.table": table_option(proposal, "TERMIN")}
    part = client_of(admin).get(f"{PAGE}tables/KARTEI", data, headers={"HX-Request": "true"}).content.decode()
    assert part.startswith('<section id="table-KARTEI"')
    assert "BEMERKUNG_QW2" in part
    assert Mapping.objects.get().content_hash == proposal.content_hash


@pytest.mark.parametrize(
    "value", ["[" * 5000, '["ck", "\\ud800"]', "", "nonsense", "[1, 2]", '["ck"]', '["ck", "GONE"]']
)
def test_htmx_with_no_such_table_gets_empty_fields(
    value: str, proposal: Mapping, admin: User, client_of: SignIn
) -> None:
    response = client_of(admin).get(f"{PAGE}tables/KARTEI", {"KARTEI.table": value})
    assert response.status_code == 200
    assert response.context["table"].physical == ""


def test_unknown_canonical_table_is_not_found(proposal: Mapping, admin: User, client_of: SignIn) -> None:
    assert client_of(admin).get(f"{PAGE}tables/CHART").status_code == 404


def test_reviewer_submits_and_approves(proposal: Mapping, admin: User, reviewer: User, client_of: SignIn) -> None:
    client_of(admin).post(step(proposal, "mapping_submit"), decision(proposal))
    assert Mapping.objects.get().status == MappingStatus.IN_REVIEW
    response = client_of(reviewer).post(step(proposal, "mapping_approve"), decision(proposal), follow=True)
    assert "Version 1 is approved." in response.content.decode()
    assert Mapping.objects.get().status == MappingStatus.APPROVED


def test_reviewer_rejects_with_a_reason(proposal: Mapping, reviewer: User, client_of: SignIn) -> None:
    client_of(reviewer).post(step(proposal, "mapping_reject"), decision(proposal, "The wrong table."))
    mapping = Mapping.objects.get()
    assert (mapping.status, mapping.reason) == (MappingStatus.REJECTED, "The wrong table.")


def test_rejection_without_a_reason_is_refused(proposal: Mapping, reviewer: User, client_of: SignIn) -> None:
    response = client_of(reviewer).post(step(proposal, "mapping_reject"), decision(proposal))
    assert response.status_code == 409
    assert "Say why you reject this version." in response.content.decode()


@pytest.mark.parametrize("name", ["mapping_approve", "mapping_reject"])
def test_decision_without_a_hash_is_refused(name: str, proposal: Mapping, reviewer: User, client_of: SignIn) -> None:
    response = client_of(reviewer).post(step(proposal, name), {"reason": "x"})
    assert response.status_code == 409
    assert Mapping.objects.get().status == MappingStatus.DRAFT


def test_stale_page_is_refused_and_shows_the_new_content(
    proposal: Mapping, admin: User, reviewer: User, client_of: SignIn
) -> None:
    seen = decision(proposal)
    newer = edit(proposal, replace(proposal.document(), insurance_codes=()), admin)
    response = client_of(reviewer).post(step(proposal, "mapping_approve"), seen)
    page = response.content.decode()
    assert response.status_code == 409
    assert "was changed after you opened it" in page
    assert newer.content_hash in page
    assert Mapping.objects.get().status == MappingStatus.DRAFT


def test_stale_save_is_refused(proposal: Mapping, admin: User, reviewer: User, client_of: SignIn) -> None:
    browser = client_of(reviewer)
    form = form_of(browser)
    edit(proposal, replace(proposal.document(), insurance_codes=()), admin)
    response = browser.post(f"{PAGE}save", form, follow=True)
    assert "was changed after you opened it" in response.content.decode()
    assert Mapping.objects.get().author == admin


def test_own_work_shows_why_it_cannot_be_approved(proposal: Mapping, reviewer: User, client_of: SignIn) -> None:
    mine = edit(proposal, replace(proposal.document(), insurance_codes=()), reviewer)
    browser = client_of(reviewer)
    assert browser.get(PAGE).context["may_approve"] is False
    response = browser.post(step(mine, "mapping_approve"), decision(mine))
    assert response.status_code == 409
    assert "a second person must approve it" in response.content.decode()


def test_own_work_in_a_network_of_one(proposal: Mapping, reviewer: User, client_of: SignIn, settings: Settings) -> None:
    settings.FOUR_EYES = False
    mine = edit(proposal, replace(proposal.document(), insurance_codes=()), reviewer)
    client_of(reviewer).post(step(mine, "mapping_approve"), decision(mine, "I am alone."))
    assert Mapping.objects.get().status == MappingStatus.APPROVED


def test_second_approval_sees_who_was_faster(proposal: Mapping, reviewer: User, client_of: SignIn) -> None:
    approve(proposal, reviewer, all_looked_at=True)
    response = client_of(reviewer).post(step(proposal, "mapping_approve"), decision(proposal))
    assert response.status_code == 409
    assert "Version 1 is already approved, by reviewer on " in response.content.decode()


def test_decided_version_is_compared_and_restored(proposal: Mapping, reviewer: User, client_of: SignIn) -> None:
    approve(proposal, reviewer, all_looked_at=True)
    browser = client_of(reviewer)
    assert "mapping-form" not in browser.get(PAGE).content.decode()
    response = browser.post(step(proposal, "mapping_restore"))
    assert response.headers["Location"] == "/mappings/center_01/2/"
    edit(Mapping.objects.get(version=2), replace(proposal.document(), insurance_codes=()), reviewer)
    page = browser.get("/mappings/center_01/2/")
    assert [(row.field, row.before, row.after) for row in page.context["changed"]] == [("insurance_codes.P", "PKV", "")]


def test_file_goes_down_and_up(proposal: Mapping, reviewer: User, client_of: SignIn) -> None:
    browser = client_of(reviewer)
    response = browser.get(step(proposal, "mapping_export"))
    assert response.content.decode() == export_text(proposal)
    assert response.headers["Content-Disposition"] == 'attachment; filename="center_01_v1.json"'
    data = json.loads(response.content) | {"insurance_codes": {}}
    upload = SimpleUploadedFile("mapping.json", json.dumps(data).encode())
    answer = browser.post("/mappings/center_01/import", {"file": upload})
    assert answer.headers["Location"] == "/mappings/center_01/2/"


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"{", "This is not a JSON file"), (b"\xff\xfe", "The file is not UTF-8 text."), (b"[]", "must hold one object")],
)
def test_unusable_upload_is_refused(
    content: bytes, message: str, proposal: Mapping, reviewer: User, client_of: SignIn
) -> None:
    upload = SimpleUploadedFile("mapping.json", content)
    response = client_of(reviewer).post("/mappings/center_01/import", {"file": upload}, follow=True)
    assert message in response.content.decode()
    assert Mapping.objects.count() == 1


def test_upload_without_a_file_is_refused(proposal: Mapping, reviewer: User, client_of: SignIn) -> None:
    response = client_of(reviewer).post("/mappings/center_01/import", follow=True)
    assert "Choose a mapping file." in response.content.decode()


def test_restored_draft_cannot_be_approved_by_its_author(proposal: Mapping, reviewer: User, client_of: SignIn) -> None:
    Mapping.objects.update(status=MappingStatus.REJECTED)
    draft = restore(proposal, reviewer)
    assert client_of(reviewer).post(step(draft, "mapping_approve"), decision(draft)).status_code == 409


def test_page_says_where_to_look_first(center: Center, reviewer: User, client_of: SignIn) -> None:
    source = standard(affix=True, extra=[table("KARTEI_K9", 39_000, STANDARD["KARTEI"][1], affix=True)])
    propose_for(center, store_catalog(center, source).snapshot)
    doubts = client_of(reviewer).get(PAGE).context["doubts"]
    assert [(doubt.key, doubt.is_missing) for doubt in doubts] == [("KARTEI", False)]


def test_page_of_a_source_without_insurers_says_so(center: Center, reviewer: User, client_of: SignIn) -> None:
    propose_for(center, store_catalog(center, standard(without=["KASSEN", "KASSEN_ART"])).snapshot)
    page = client_of(reviewer).get(PAGE)
    assert [(doubt.key, doubt.is_missing) for doubt in page.context["doubts"]] == [("KASSEN", True)]
    assert "KASSEN has no table: its data will be missing in every chart entry." in page.content.decode()


def test_every_canonical_table_has_a_title_to_translate() -> None:
    assert {name: str(title) for name, title in TITLES.items()} == {
        item.name: item.title for item in canonical_tables()
    }
