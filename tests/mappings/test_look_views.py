"""Marks and comments on the review page: each button climbs the ladder."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from mappings.approval import approve
from mappings.enums import FieldVerdict, MappingStatus
from mappings.field_looks import comment_on, progress_of
from mappings.models import Mapping
from mappings.review_models import FieldComment, FieldDecision
from tests.mappings.looking import look_at, say, seen_of

SignIn = Callable[[User], Client]
PAGE = "/mappings/center_01/1/"
LOOK = f"{PAGE}look"
KEY = "KARTEI.BEMERKUNG"
HTMX = {"HX-Request": "true"}


def pressed(mapping: Mapping, button: str, text: str = "", key: str = KEY) -> dict[str, str]:
    seen = seen_of(mapping)
    return {"content_hash": seen.content_hash, "fingerprint": seen.fingerprint, button: key, f"text.{key}": text}


def test_field_is_marked_without_javascript(proposal: Mapping, reviewer: User, client_of: SignIn) -> None:
    browser = client_of(reviewer)
    response = browser.post(LOOK, pressed(proposal, "right"))
    assert (response.status_code, response.headers["Location"]) == (302, f"{PAGE}#field-{KEY}")
    assert look_at(proposal, KEY).verdict == FieldVerdict.RIGHT
    page = browser.get(PAGE).content.decode()
    assert "looked at by reviewer: right" in page
    assert f"1 of {len(progress_of(proposal).needed)} looked at." in page


def test_queue_travels_along(proposal: Mapping, reviewer: User, client_of: SignIn) -> None:
    browser = client_of(reviewer)
    posted = pressed(proposal, "right") | {"queue": "state=draft"}
    location = browser.post(LOOK, posted).headers["Location"]
    assert location == f"{PAGE}?queue=state%3Ddraft#field-{KEY}"
    page = browser.get(location.partition("#")[0]).content.decode()
    form = page.partition('<form id="look-form"')[2].partition("</form>")[0]
    assert '<input type="hidden" name="queue" value="state=draft">' in form


def test_htmx_gets_the_field_and_what_is_left(proposal: Mapping, reviewer: User, client_of: SignIn) -> None:
    response = client_of(reviewer).post(LOOK, pressed(proposal, "right"), headers=HTMX)
    page = response.content.decode()
    left = len(progress_of(proposal).left)
    assert response.status_code == 200
    assert "<html" not in page
    assert f'data-look="{KEY}" data-verdict="right"' in page
    assert f'hx-swap-oob="true" data-left="{left}"' in page


def test_field_that_is_not_right_keeps_the_comment(proposal: Mapping, reviewer: User, client_of: SignIn) -> None:
    client_of(reviewer).post(LOOK, pressed(proposal, "wrong", "The second column is the new one."))
    look = look_at(proposal, KEY)
    assert (look.is_wrong, look.comment, look.remarks) == (True, "The second column is the new one.", ())


def test_mark_is_taken_back(proposal: Mapping, reviewer: User, client_of: SignIn) -> None:
    browser = client_of(reviewer)
    browser.post(LOOK, pressed(proposal, "right"))
    browser.post(LOOK, pressed(proposal, "undo"))
    assert not FieldDecision.objects.exists()


def test_comment_is_shown_escaped_with_its_author(proposal: Mapping, admin: User, client_of: SignIn) -> None:
    browser = client_of(admin)
    browser.post(LOOK, pressed(proposal, "comment", "Old & <b>new</b>"))
    page = browser.get(PAGE).content.decode()
    assert "Old &amp; &lt;b&gt;new&lt;/b&gt;" in page
    assert "1 comment" in page
    assert "Never write about a patient here" in page


def test_analyst_reads_comments_and_gets_no_buttons(
    proposal: Mapping, admin: User, analyst: User, client_of: SignIn
) -> None:
    comment_on(proposal, KEY, "The old column.", admin)
    page = client_of(analyst).get(PAGE).content.decode()
    assert "The old column." in page
    assert "look-form" not in page


def test_anonymous_is_led_to_the_login(proposal: Mapping, client: Client) -> None:
    assert client.post(LOOK, pressed(proposal, "right")).status_code == 302
    assert not FieldDecision.objects.exists()


def test_analyst_is_refused(proposal: Mapping, analyst: User, client_of: SignIn) -> None:
    assert client_of(analyst).post(LOOK, pressed(proposal, "right")).status_code == 403


@pytest.mark.parametrize("address", ["/mappings/center_01/9/look", "/mappings/center_99/1/look"])
def test_unknown_version_is_not_found(address: str, proposal: Mapping, reviewer: User, client_of: SignIn) -> None:
    assert client_of(reviewer).post(address, pressed(proposal, "right")).status_code == 404


@pytest.mark.parametrize("key", ["KARTEI.NOPE", "NOPE", "", "KARTEI.DATUM.X"])
def test_unknown_field_is_not_found(key: str, proposal: Mapping, reviewer: User, client_of: SignIn) -> None:
    assert client_of(reviewer).post(LOOK, pressed(proposal, "right", key=key)).status_code == 404


def test_no_button_is_a_bad_request(proposal: Mapping, reviewer: User, client_of: SignIn) -> None:
    browser = client_of(reviewer)
    assert browser.post(LOOK, {"content_hash": proposal.content_hash}).status_code == 400
    assert browser.get(LOOK).status_code == 405


def test_stale_page_is_told_so(proposal: Mapping, reviewer: User, client_of: SignIn) -> None:
    browser = client_of(reviewer)
    stale = pressed(proposal, "right") | {"content_hash": "0" * 64}
    assert "was changed after you opened it" in browser.post(LOOK, stale, follow=True).content.decode()
    assert "was changed after you opened it" in browser.post(LOOK, stale, headers=HTMX).content.decode()
    assert not FieldDecision.objects.exists()


def test_page_without_a_hash_marks_nothing(proposal: Mapping, reviewer: User, client_of: SignIn) -> None:
    client_of(reviewer).post(LOOK, {"right": KEY})
    assert not FieldDecision.objects.exists()


def test_empty_comment_is_told(proposal: Mapping, reviewer: User, client_of: SignIn) -> None:
    response = client_of(reviewer).post(LOOK, pressed(proposal, "comment", " "), headers=HTMX)
    assert "Write something first." in response.content.decode()
    assert not FieldComment.objects.exists()


def test_approval_without_the_tick_is_refused(proposal: Mapping, reviewer: User, client_of: SignIn) -> None:
    browser = client_of(reviewer)
    seen = {
        "content_hash": proposal.content_hash,
        "fingerprint": browser.get(PAGE).context["fingerprint"],
        "approved": "0",
        "reason": "",
    }
    refused = browser.post(f"{PAGE}approve", seen)
    assert refused.status_code == 409
    assert "Nobody has looked at" in refused.content.decode()
    assert browser.post(f"{PAGE}approve", seen | {"all_looked_at": "on"}).status_code == 302
    assert Mapping.objects.get().status == MappingStatus.APPROVED


def test_tick_goes_when_nothing_is_left(proposal: Mapping, reviewer: User, client_of: SignIn) -> None:
    browser = client_of(reviewer)
    assert 'id="all-looked-at"' in browser.get(PAGE).content.decode()
    for key in progress_of(proposal).needed:
        say(proposal, reviewer, key)
    assert 'id="all-looked-at"' not in browser.get(PAGE).content.decode()


def test_decided_version_shows_what_was_said(proposal: Mapping, reviewer: User, client_of: SignIn) -> None:
    say(proposal, reviewer, KEY)
    approve(proposal, reviewer, all_looked_at=True)
    page = client_of(reviewer).get(PAGE).content.decode()
    assert "looked at by reviewer: right" in page
    assert "look-form" not in page


def test_queries_do_not_grow_with_what_was_said(
    proposal: Mapping, reviewer: User, client_of: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for key in progress_of(proposal).needed:
        say(proposal, reviewer, key)
        comment_on(proposal, key, "Seen.", reviewer)
    browser = client_of(reviewer)
    # as for a version about which nobody has said anything: tests/mappings/test_review_pages.py
    with django_assert_num_queries(12):
        browser.get(PAGE)
