"""An edit over somebody else's newer one is refused, says why, and loses nothing; an open page hears of it."""

import html
import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from mappings.approval import approve
from mappings.enums import MappingStatus
from mappings.models import Mapping
from mappings.versions import edit
from tests.mappings.people import a_reviewer, with_code
from tests.mappings.test_review_pages import PAGE, SignIn, decision, form_of, step

OTHER = "BEMERKUNG_2_B9K"
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


def refused(browser: Client, form: dict[str, str], address: str = f"{PAGE}save") -> str:
    """The page that answers a refused edit."""
    response = browser.post(address, form)
    assert response.status_code == 409
    return response.content.decode()


def kept_form(page: str) -> dict[str, str]:
    """What the button would send that saves all the same."""
    part = page[page.index('id="unsaved"') :]
    part = part[: part.index("</form>")]
    return {name: html.unescape(value) for name, value in HIDDEN.findall(part) if name != "csrfmiddlewaretoken"}


def column(name: str = "BEMERKUNG") -> str | None:
    return Mapping.objects.get().document().table("KARTEI").column(name)


def test_stale_edit_comes_back_and_can_be_kept(
    proposal: Mapping, admin: User, reviewer: User, client_of: SignIn
) -> None:
    browser = client_of(reviewer)
    mine = form_of(browser, f"{PAGE}?queue=state%3Ddraft") | {"KARTEI.BEMERKUNG": OTHER}
    newer = edit(proposal, with_code(proposal, "Q"), admin)
    page = refused(browser, mine)
    assert "was changed after you opened it" in page
    assert Mapping.objects.get().content_hash == newer.content_hash
    shown = re.findall(r'<th scope="row"[^>]*>([^<]+)</th>\s*<td[^>]*>([^<]*)</td><td[^>]*>([^<]*)</td>', page)
    assert [row[0] for row in shown[:2]] == ["KARTEI.BEMERKUNG", "insurance_codes.Q"]
    assert shown[0][2] == OTHER
    assert shown[1][1] == "GKV"
    again = kept_form(page)
    del mine["csrfmiddlewaretoken"]
    assert again == mine | {"content_hash": newer.content_hash}
    response = browser.post(f"{PAGE}save", again)
    assert response.headers["Location"] == f"{PAGE}?queue=state%3Ddraft"
    assert (column(), Mapping.objects.get().author) == (OTHER, reviewer)


def test_edit_without_a_hash_is_refused(proposal: Mapping, reviewer: User, client_of: SignIn) -> None:
    browser = client_of(reviewer)
    form = form_of(browser) | {"KARTEI.BEMERKUNG": OTHER}
    del form["content_hash"]
    page = refused(browser, form)
    assert "The page did not say which content you saw." in page
    assert OTHER in page
    assert column() != OTHER


def test_assignment_without_a_hash_is_refused(proposal: Mapping, reviewer: User, client_of: SignIn) -> None:
    table = proposal.document().table("KARTEI")
    value = f'["KARTEI.BEMERKUNG", "{table.schema}", "{table.table}", "{OTHER}"]'
    browser = client_of(reviewer)
    page = refused(browser, {"assign": value}, f"{PAGE}assign")
    assert column() != OTHER
    assert kept_form(page) == {"assign": value, "content_hash": proposal.content_hash}
    browser.post(f"{PAGE}assign", kept_form(page))
    assert column() == OTHER


def test_edit_of_a_decided_version_shows_what_was_not_kept(
    proposal: Mapping, reviewer: User, client_of: SignIn
) -> None:
    browser = client_of(a_reviewer("second"))
    form = form_of(browser) | {"KARTEI.BEMERKUNG": OTHER}
    approve(proposal, reviewer, all_looked_at=True)
    page = refused(browser, form)
    assert "Version 1 is decided and cannot be edited." in page
    assert "restore it as a new draft" in page
    assert OTHER in page
    assert "Save mine" not in page


def test_submission_without_a_hash_is_refused(proposal: Mapping, reviewer: User, client_of: SignIn) -> None:
    response = client_of(reviewer).post(step(proposal, "mapping_submit"))
    assert (response.status_code, Mapping.objects.get().status) == (409, MappingStatus.DRAFT)


def test_submission_from_the_queue_stays_in_the_queue(proposal: Mapping, reviewer: User, client_of: SignIn) -> None:
    posted = {"content_hash": proposal.content_hash, "queue": "state=draft"}
    response = client_of(reviewer).post(step(proposal, "mapping_submit"), posted)
    assert response.headers["Location"] == f"{PAGE}?queue=state%3Ddraft"
    assert Mapping.objects.get().status == MappingStatus.IN_REVIEW


def stale(browser: Client, seen: dict[str, str]) -> str:
    return browser.get(f"{PAGE}stale", seen | {"queue": "state=draft"}).content.decode()


def test_page_that_is_up_to_date_asks_again(proposal: Mapping, reviewer: User, client_of: SignIn) -> None:
    page = stale(client_of(reviewer), decision(proposal))
    assert "role=" not in page
    assert 'hx-trigger="every 10s' in page


def test_page_of_an_edited_version_is_out_of_date(
    proposal: Mapping, admin: User, reviewer: User, client_of: SignIn
) -> None:
    seen = decision(proposal)
    edit(proposal, with_code(proposal, "Q"), admin)
    page = stale(client_of(reviewer), seen)
    assert "was changed after you opened it" in page
    assert "Last edited by admin" in page
    assert f'href="{PAGE}?queue=state%3Ddraft"' in page
    assert "hx-trigger" not in page


def test_page_of_a_decided_version_leads_on(proposal: Mapping, reviewer: User, client_of: SignIn) -> None:
    seen = decision(proposal)
    approve(proposal, reviewer, all_looked_at=True)
    page = stale(client_of(a_reviewer("second")), seen)
    assert "Version 1 is already approved, by reviewer on" in page
    assert f'href="/review/next?queue=state%3Ddraft&amp;after={proposal.pk}"' in page


@pytest.mark.parametrize("approved", ["", "x", "7"])
def test_nonsense_is_out_of_date(approved: str, proposal: Mapping, reviewer: User, client_of: SignIn) -> None:
    page = stale(client_of(reviewer), decision(proposal) | {"approved": approved})
    assert "This page is out of date." in page


def test_ladder(proposal: Mapping, analyst: User, reviewer: User, client_of: SignIn) -> None:
    assert Client().get(f"{PAGE}stale").headers["Location"] == f"/accounts/login/?next={PAGE}stale"
    assert client_of(analyst).get(f"{PAGE}stale").status_code == 403
    assert client_of(reviewer).get("/mappings/center_01/9/stale").status_code == 404
    assert client_of(reviewer).post(f"{PAGE}stale").status_code == 405
