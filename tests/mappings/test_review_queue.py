from collections.abc import Callable
from dataclasses import replace

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from mappings.approval import reject, submit
from mappings.digest import digest
from mappings.discovery import store_catalog
from mappings.document import MappingDocument
from mappings.enums import ReviewPolicy
from mappings.models import Mapping
from mappings.review_load import ReviewLoad, review_load
from mappings.review_queue import QueueFilter, next_in_queue, places, queue_filter, waiting_for
from mappings.versions import edit, new_version
from tests.mappings.conftest import make_center
from tests.mappings.plain_mappings import approved_center, plain_draft, plain_mapping
from tests.mappings.test_drift_state import renamed
from tests.scopes import sees_all_regions

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
PAGE = "/review/"
NEXT = "/review/next"
FIELDS = sum(len(table.fields) for table in plain_mapping().tables)


def unsure() -> MappingDocument:
    """The plain mapping with one field that is not certain."""
    document = plain_mapping()
    first, *others = document.tables
    fields = (replace(first.fields[0], confidence=0.6), *first.fields[1:])
    return replace(document, tables=(replace(first, fields=fields), *others))


def drafts(count: int) -> list[Mapping]:
    return [plain_draft(make_center(number)) for number in range(1, count + 1)]


def draft_of(number: int, document: MappingDocument) -> Mapping:
    center = make_center(number)
    snapshot = store_catalog(center, plain_draft(center).snapshot.catalog()).snapshot
    Mapping.objects.filter(center=center).update(status="rejected")
    return new_version(center, snapshot, document, author=None, generated=True)


def seen(mapping: Mapping) -> dict[str, str]:
    """What the page of `mapping` sends back with a decision."""
    return {
        "content_hash": mapping.content_hash,
        "fingerprint": mapping.snapshot.fingerprint,
        "approved": "0",
        "all_looked_at": "on",
    }


def listed(client: Client, query: str = "") -> list[str]:
    return [str(row["item"].mapping) for row in client.get(f"{PAGE}{query}").context["rows"]]


def test_load_of_a_certain_mapping() -> None:
    assert review_load(digest(plain_mapping()), ReviewPolicy.CONSERVATIVE) == ReviewLoad(FIELDS, FIELDS, 0, FIELDS)


def test_load_counts_what_is_in_doubt() -> None:
    load = review_load(digest(unsure()), ReviewPolicy.PERMISSIVE)
    assert (load.certain, load.in_doubt, load.is_certain) == (FIELDS - 1, 1, False)
    assert 0 < load.to_look_at < FIELDS


def test_missing_table_is_one_doubt() -> None:
    document = plain_mapping()
    tables = (*document.tables[:-1], replace(document.tables[-1], schema=None, table=None, fields=(), confidence=0.0))
    assert review_load(digest(replace(document, tables=tables)), ReviewPolicy.CONSERVATIVE).in_doubt == 1


def test_queue_is_the_open_versions_the_oldest_first(reviewer: User) -> None:
    first, second, third = drafts(3)
    submit(second, reviewer)
    reject(first, reviewer, "no")
    assert [key for _made, key in places(reviewer, QueueFilter())] == [second.pk, third.pk]


def test_own_work_waits_for_somebody_else(reviewer: User, settings: Settings) -> None:
    (draft,) = drafts(1)
    edit(draft, replace(draft.document(), insurance_codes=(("P", "PKV"), ("G", "GKV"))), reviewer)
    assert waiting_for(reviewer).count() == 0
    assert waiting_for(sees_all_regions(User.objects.create_user("second"))).count() == 1
    settings.FOUR_EYES = False
    assert waiting_for(reviewer).count() == 1


def test_words_that_nobody_knows_filter_nothing() -> None:
    wanted = queue_filter({"region": "austria", "state": "approved", "drift": "much", "confidence": "certain"})
    assert wanted == QueueFilter(region="austria", confidence="certain")
    assert wanted.querystring == "region=austria&confidence=certain"


def test_next_begins_again_at_the_end(reviewer: User) -> None:
    first, second, third = drafts(3)
    assert next_in_queue(reviewer, QueueFilter()) == first
    assert next_in_queue(reviewer, QueueFilter(), first) == second
    assert next_in_queue(reviewer, QueueFilter(), third) == first
    reject(second, reviewer, "no")
    assert next_in_queue(reviewer, QueueFilter(), second) == third


def test_next_of_the_only_one_is_none(reviewer: User) -> None:
    (only,) = drafts(1)
    assert next_in_queue(reviewer, QueueFilter(), only) is None


def test_page_lists_and_counts_what_waits(reviewer: User, client_of: SignIn) -> None:
    drafts(2)
    response = client_of(reviewer).get(PAGE)
    text = response.content.decode()
    assert '<a href="/mappings/center_01/1/?queue=">center_01, version 1</a>' in text
    assert '<span class="nav-count">2</span>' in text
    assert text.index("center_01, version 1") < text.index("center_02, version 1")


def test_page_filters(reviewer: User, client_of: SignIn) -> None:
    drafts(1)
    draft_of(2, unsure())
    client = client_of(reviewer)
    assert listed(client, "?confidence=certain") == ["center_01 v1"]
    assert listed(client, "?confidence=doubt") == ["center_02 v2"]
    assert listed(client, "?state=in_review") == []
    assert listed(client, "?region=germany") == ["center_01 v1", "center_02 v2"]
    assert listed(client, "?region=austria") == []
    assert listed(client, "?drift=none&page=7") == ["center_01 v1", "center_02 v2"]


def test_page_filters_by_drift_and_says_what_is_on_hold(reviewer: User, client_of: SignIn) -> None:
    drafts(1)
    center = approved_center(2, reviewer)
    snapshot = store_catalog(center, renamed()).snapshot
    new_version(center, snapshot, plain_mapping(), author=None, generated=True)
    response = client_of(reviewer).get(f"{PAGE}?drift=breaking")
    assert [str(row["item"].mapping) for row in response.context["rows"]] == ["center_02 v2"]
    assert "Schema changed: KARTEI.BEMERKUNG was renamed." in response.content.decode()


def test_empty_queue_says_so(reviewer: User, client_of: SignIn) -> None:
    client = client_of(reviewer)
    assert "Nothing waits for you" in client.get(PAGE).content.decode()
    assert "Nothing fits" in client.get(f"{PAGE}?state=draft").content.decode()


def test_page_is_a_fragment_for_htmx(reviewer: User, client_of: SignIn) -> None:
    response = client_of(reviewer).get(PAGE, headers={"HX-Request": "true"})
    assert response.content.decode().startswith('<div id="queue-table">')


@pytest.mark.parametrize("address", [PAGE, NEXT])
def test_stranger_is_asked_to_sign_in(address: str, client: Client) -> None:
    assert client.get(address).headers["Location"] == f"/accounts/login/?next={address}"


@pytest.mark.parametrize("address", [PAGE, NEXT])
@pytest.mark.parametrize("role", ["admin", "analyst"])
def test_queue_is_for_reviewers(address: str, role: str, client_of: SignIn, request: pytest.FixtureRequest) -> None:
    assert client_of(request.getfixturevalue(role)).get(address).status_code == 403


@pytest.mark.parametrize("role", ["admin", "analyst"])
def test_nobody_else_is_shown_a_counter(role: str, client_of: SignIn, request: pytest.FixtureRequest) -> None:
    drafts(1)
    text = client_of(request.getfixturevalue(role)).get("/mappings/").content.decode()
    assert "nav-count" not in text
    assert "Waiting for me" not in text


@pytest.mark.parametrize("count", [1, 6])
@pytest.mark.parametrize("query", ["", "?confidence=certain", "?drift=none"])
def test_queries_do_not_grow_with_the_queue(
    count: int, query: str, reviewer: User, client_of: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    drafts(count)
    client = client_of(reviewer)
    # session, user, roles, regions, places (and policy), page, policy, regions, counter
    with django_assert_max_num_queries(11):
        client.get(f"{PAGE}{query}")


def test_next_leads_to_the_next_page(reviewer: User, client_of: SignIn) -> None:
    first, _second = drafts(2)
    response = client_of(reviewer).get(f"{NEXT}?queue=state%3Ddraft&after={first.pk}")
    assert response.headers["Location"] == "/mappings/center_02/1/?queue=state%3Ddraft"


@pytest.mark.parametrize("after", ["0", "x", "٣"])
def test_next_of_nothing_is_the_first(after: str, reviewer: User, client_of: SignIn) -> None:
    drafts(1)
    response = client_of(reviewer).get(NEXT, {"after": after, "queue": "https://evil.example/"})
    assert response.headers["Location"] == "/mappings/center_01/1/?queue="


def test_next_of_an_empty_queue_is_the_queue(reviewer: User, client_of: SignIn) -> None:
    response = client_of(reviewer).get(NEXT, follow=True)
    assert response.redirect_chain == [("/review/?", 302)]
    assert "Nothing else of this list waits for you." in response.content.decode()


def test_approving_from_the_queue_leads_to_the_next_version(reviewer: User, client_of: SignIn) -> None:
    first, _second = drafts(2)
    client = client_of(reviewer)
    address = str(client.get(f"{PAGE}?state=draft").context["rows"][0]["address"])
    text = client.get(address).content.decode()
    assert '<input type="hidden" name="queue" value="state=draft">' in text
    assert "Approve and next" in text
    assert f'href="/review/next?queue=state%3Ddraft&amp;after={first.pk}"' in text
    posted = seen(first) | {"queue": "state=draft"}
    response = client.post("/mappings/center_01/1/approve", posted)
    assert response.headers["Location"] == "/mappings/center_02/1/?queue=state%3Ddraft"
    assert Mapping.objects.get(pk=first.pk).status == "approved"


def test_rejecting_the_last_one_leads_to_the_empty_queue(reviewer: User, client_of: SignIn) -> None:
    (only,) = drafts(1)
    posted = {"content_hash": only.content_hash, "queue": "", "reason": "The wrong table."}
    response = client_of(reviewer).post("/mappings/center_01/1/reject", posted, follow=True)
    assert response.redirect_chain == [("/review/?", 302)]
    assert "Version 1 is rejected." in response.content.decode()


def test_refused_decision_stays_in_the_queue(reviewer: User, client_of: SignIn) -> None:
    (only,) = drafts(1)
    posted = {"content_hash": only.content_hash, "queue": "state=draft", "reason": ""}
    response = client_of(reviewer).post("/mappings/center_01/1/reject", posted)
    assert response.status_code == 409
    assert '<input type="hidden" name="queue" value="state=draft">' in response.content.decode()


def test_version_opened_elsewhere_leads_nowhere(reviewer: User, client_of: SignIn) -> None:
    (only,) = drafts(1)
    client = client_of(reviewer)
    assert "Approve and next" not in client.get("/mappings/center_01/1/").content.decode()
    response = client.post("/mappings/center_01/1/approve", seen(only))
    assert response.headers["Location"] == "/mappings/center_01/1/"
