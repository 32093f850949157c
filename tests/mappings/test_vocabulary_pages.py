from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from dentalhub.models import AuditEvent
from mappings.approval import approve, reject
from mappings.learned_names import current_vocabulary, forget
from mappings.models import ImportedName, LearnedName
from mappings.vocabulary import Standing
from mappings.vocabulary_file import read_vocabulary
from tests.mappings.taught import PLAIN, draft_of, version

SignIn = Callable[[User], Client]
LIST = "/vocabulary/"
NOTE = ("KARTEI.BEMERKUNG", "NOTIZ")
PAGE = "/vocabulary/KARTEI.BEMERKUNG/NOTIZ/"
FILE = "names:\n  KARTEI.BEMERKUNG:\n    NOTIZ: {confirmed: 3, rejected: 1}\n"


@pytest.fixture
def taught(reviewer: User) -> None:
    """Two centers confirmed NOTIZ, one rejected it."""
    approve(draft_of(1), reviewer, all_looked_at=True)
    approve(draft_of(2, version(columns={**PLAIN, "DATUM": "Erfasst_am"})), reviewer, all_looked_at=True)
    reject(draft_of(3), reviewer, "wrong")


def names(response: object) -> list[tuple[str, str, int, int]]:
    rows = [item.row for item in response.context["names"]]  # type: ignore[attr-defined]
    return [(row.canonical, row.key, row.confirmed, row.rejected) for row in rows]


def test_list_counts_centers_in_the_order_of_the_canonical_model(
    taught: None, reviewer: User, client_of: SignIn
) -> None:
    response = client_of(reviewer).get(LIST)
    assert response.status_code == 200
    assert names(response) == [
        ("KARTEI", "EINTRAEGE", 2, 1),
        ("KARTEI.ID", "EINTRAGSID", 2, 1),
        ("KARTEI.PATNR", "PATIENT", 2, 1),
        ("KARTEI.DATUM", "EINTRAGDATUM", 1, 1),
        ("KARTEI.DATUM", "ERFASSTAM", 1, 0),
        ("KARTEI.BEMERKUNG", "NOTIZ", 2, 1),
    ]
    assert '<a href="/mappings/center_03/">center_03</a> <span class="muted">(rejected)</span>' in response.text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=notiz", ["NOTIZ"]),
        ("q=datum+erf", ["ERFASSTAM"]),
        ("q=nothing", []),
        ("table=PATIENT", []),
        ("table=KARTEI&q=patnr", ["PATIENT"]),
        ("state=forgotten", ["EINTRAGSID"]),
        ("q=datum&page=99", ["EINTRAGDATUM", "ERFASSTAM"]),
        ("q=%00%27", []),
        ("undo=nonsense&q=notiz", ["NOTIZ"]),
    ],
)
def test_list_is_narrowed(query: str, found: list[str], taught: None, reviewer: User, client_of: SignIn) -> None:
    forget("KARTEI.ID", "EINTRAGSID", reviewer)
    assert [name[1] for name in names(client_of(reviewer).get(f"{LIST}?{query}"))] == found


def test_list_is_a_fragment_for_htmx(taught: None, reviewer: User, client_of: SignIn) -> None:
    response = client_of(reviewer).get(LIST, headers={"HX-Request": "true"})
    assert response.text.startswith('<div id="vocabulary-table">')


def test_name_of_many_centers_links_to_its_page(reviewer: User, client_of: SignIn) -> None:
    for number in range(1, 5):
        approve(draft_of(number), reviewer, all_looked_at=True)
    response = client_of(reviewer).get(f"{LIST}?q=notiz")
    assert f'<a href="{PAGE}">4 centers' in response.text
    assert [item.entries for item in response.context["names"]] == [()]


@pytest.mark.parametrize("centers", [1, 3])
def test_list_takes_the_same_queries_for_any_number(
    centers: int, reviewer: User, client_of: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(1, centers + 1):
        approve(draft_of(number), reviewer, all_looked_at=True)
    browser = client_of(reviewer)
    with django_assert_num_queries(
        7
    ):  # session, person with roles, regions, counts, imported names, centers, what waits
        browser.get(LIST)


def test_empty_list_says_the_next_step(reviewer: User, client_of: SignIn) -> None:
    text = client_of(reviewer).get(LIST).text
    assert "Nothing was learned yet" in text
    assert 'href="/mappings/">Mappings</a>' in text


def test_page_of_a_name_links_to_its_centers_and_versions(taught: None, admin: User, client_of: SignIn) -> None:
    ImportedName.objects.create(canonical=NOTE[0], name_key=NOTE[1], confirmed=7, rejected=2)
    response = client_of(admin).get(PAGE)
    assert [entry.center.center_id for entry in response.context["entries"]] == ["center_01", "center_02", "center_03"]
    assert 'href="/mappings/center_03/1/"' in response.text
    assert "confirmed in 7, rejected in 2 centers of another network" in response.text


def test_name_is_forgotten_after_a_confirmation_and_comes_back(taught: None, reviewer: User, client_of: SignIn) -> None:
    browser = client_of(reviewer)
    assert f'action="{PAGE}forget"' in browser.get(PAGE).text
    response = browser.post(f"{PAGE}forget", follow=True)
    assert "NOTIZ is forgotten for KARTEI.BEMERKUNG." in response.text
    assert f'action="{PAGE}remember"' in response.text
    assert "NOTIZ" not in [name[1] for name in names(response)]
    assert current_vocabulary().standing(*NOTE) == Standing()
    assert "was forgotten already" in browser.post(f"{PAGE}forget", follow=True).text
    response = browser.post(f"{PAGE}remember", follow=True)
    assert "NOTIZ counts again for KARTEI.BEMERKUNG." in response.text
    assert current_vocabulary().standing(*NOTE) == Standing(2, 1)
    assert "is forgotten for" not in browser.get(f"{LIST}?undo=KARTEI.BEMERKUNG:NOTIZ").text


def test_imported_name_can_be_forgotten(reviewer: User, client_of: SignIn) -> None:
    ImportedName.objects.create(canonical=NOTE[0], name_key=NOTE[1], confirmed=7, rejected=2)
    browser = client_of(reviewer)
    assert "imported" in browser.get(LIST).text
    assert "That counts like one center of this network." in browser.get(PAGE).text
    browser.post(f"{PAGE}forget")
    assert "It is forgotten." in browser.get(PAGE).text
    assert names(browser.get(LIST)) == []
    assert "Use again" in browser.get(f"{LIST}?state=forgotten").text


@pytest.mark.parametrize("step", ["forget", "remember"])
def test_looking_at_an_address_changes_nothing(step: str, taught: None, reviewer: User, client_of: SignIn) -> None:
    assert client_of(reviewer).get(f"{PAGE}{step}").status_code == 405
    assert LearnedName.objects.exclude(forgotten_at=None).count() == 0


@pytest.mark.parametrize("address", [LIST, PAGE, "/vocabulary/export", "/vocabulary/import"])
def test_anonymous_is_sent_to_sign_in(address: str, taught: None, client: Client) -> None:
    response = client.get(address)
    assert (response.status_code, response.headers["Location"]) == (302, f"/accounts/login/?next={address}")


@pytest.mark.parametrize("address", [LIST, PAGE, "/vocabulary/export", "/vocabulary/import"])
def test_analyst_has_no_access(address: str, taught: None, analyst: User, client_of: SignIn) -> None:
    browser = client_of(analyst)
    assert browser.get(address).status_code == 403
    assert "/vocabulary/" not in browser.get("/mappings/").text


@pytest.mark.parametrize("step", ["forget", "remember"])
def test_analyst_changes_nothing(step: str, taught: None, analyst: User, client_of: SignIn) -> None:
    assert client_of(analyst).post(f"{PAGE}{step}").status_code == 403
    assert current_vocabulary().standing(*NOTE) == Standing(2, 1)


@pytest.mark.parametrize("name", ["KARTEI.BEMERKUNG/FREITEXT/", "NOBODY/NOTIZ/", "KARTEI.DATUM/NOTIZ/"])
def test_unknown_name_is_not_found(name: str, taught: None, reviewer: User, client_of: SignIn) -> None:
    browser = client_of(reviewer)
    assert browser.get(f"{LIST}{name}").status_code == 404
    assert browser.post(f"{LIST}{name}forget").status_code == 404
    assert browser.post(f"{LIST}{name}remember").status_code == 404


def test_navigation_leads_reviewers_to_the_vocabulary(reviewer: User, client_of: SignIn) -> None:
    assert '<a href="/vocabulary/">Vocabulary</a>' in client_of(reviewer).get("/mappings/").text


def test_export_is_a_file_of_the_own_names(taught: None, reviewer: User, client_of: SignIn) -> None:
    response = client_of(reviewer).get("/vocabulary/export")
    assert response.headers["Content-Disposition"] == 'attachment; filename="vocabulary.yml"'
    assert read_vocabulary(response.text)[NOTE] == Standing(2, 1)
    assert AuditEvent.objects.filter(action="vocabulary.exported", actor_name="reviewer").count() == 1


def test_import_is_shown_before_it_is_done(reviewer: User, client_of: SignIn) -> None:
    browser = client_of(reviewer)
    upload = SimpleUploadedFile("vocabulary.yml", FILE.encode())
    response = browser.post("/vocabulary/import", {"upload": upload, "action": "check"})
    assert "Names: 1 to add, 0 to change, 0 unchanged." in response.text
    assert ImportedName.objects.count() == 0
    text = response.context["form"].initial["text"]
    response = browser.post("/vocabulary/import", {"text": text, "action": "import"}, follow=True)
    assert "Names: 1 added, 0 changed, 0 unchanged." in response.text
    assert current_vocabulary().standing(*NOTE) == Standing(1, 0, imported=True)
    response = browser.post("/vocabulary/import", {"text": text})
    assert "Everything is as the file says already." in response.text


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({}, "Choose a file or paste its text."),
        ({"text": "names:\n  KARTEI:\n    T0017: {confirmed: 1}\n", "action": "import"}, "T0017 teaches nothing"),
        ({"text": "names: [", "action": "import"}, "This is not YAML"),
        ({"upload": SimpleUploadedFile("v.yml", b"\xff\xfe\x00")}, "The file is not UTF-8 text."),
        ({"upload": SimpleUploadedFile("v.yml", b"#" * 1_000_001)}, "The file is larger than 1 MB."),
    ],
)
def test_unusable_file_is_refused(sent: dict[str, object], message: str, reviewer: User, client_of: SignIn) -> None:
    response = client_of(reviewer).post("/vocabulary/import", sent)
    assert response.status_code == 422
    assert message in response.text
    assert ImportedName.objects.count() == 0
