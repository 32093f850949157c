from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.test import Client

from centers.models import Center
from centers.scope import EVERYTHING
from dentalhub.models import AuditEvent
from mappings.enums import MappingStatus, ReviewPolicy
from mappings.models import Mapping, NetworkPolicy
from mappings.policy import Workload
from mappings.policy_setting import change_policy, current_policy, open_workloads
from tests.mappings.plain_mappings import plain_draft

SignIn = Callable[[User], Client]
PAGE = "/mappings/policy"
CHANGE = "/mappings/policy/change"


@pytest.fixture
def draft(center: Center) -> Mapping:
    """One open version, every field with confidence 0.96."""
    return plain_draft(center)


@pytest.mark.django_db
def test_fresh_network_is_conservative() -> None:
    assert current_policy() == ReviewPolicy.CONSERVATIVE
    assert NetworkPolicy.objects.count() == 0


def test_change_is_recorded_with_old_and_new(admin: User) -> None:
    assert change_policy(ReviewPolicy.STANDARD, admin)
    assert current_policy() == ReviewPolicy.STANDARD
    event = AuditEvent.objects.get(action="policy.changed")
    assert (event.actor_name, event.details) == ("admin", {"changes": {"policy": ["conservative", "standard"]}})


def test_same_policy_is_no_change(admin: User) -> None:
    assert not change_policy(ReviewPolicy.CONSERVATIVE, admin)
    assert AuditEvent.objects.filter(action="policy.changed").count() == 0


def test_there_is_one_policy(admin: User) -> None:
    change_policy(ReviewPolicy.STANDARD, admin)
    change_policy(ReviewPolicy.PERMISSIVE, admin)
    assert NetworkPolicy.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        NetworkPolicy.objects.create(id=2)


def test_unknown_word_in_the_database_means_conservative(admin: User) -> None:
    change_policy(ReviewPolicy.STANDARD, admin)
    NetworkPolicy.objects.update(policy="reckless")
    assert current_policy() == ReviewPolicy.CONSERVATIVE


def test_preview_counts_the_open_versions_only(draft: Mapping) -> None:
    assert open_workloads(EVERYTHING) == (
        {
            ReviewPolicy.CONSERVATIVE: Workload(0, 22, 0),
            ReviewPolicy.STANDARD: Workload(12, 10, 0),
            ReviewPolicy.PERMISSIVE: Workload(12, 10, 0),
        },
        1,
    )
    Mapping.objects.update(status=MappingStatus.APPROVED)
    assert open_workloads(EVERYTHING) == (dict.fromkeys(ReviewPolicy, Workload()), 0)


def test_page_shows_every_policy_with_its_preview(draft: Mapping, admin: User, client_of: SignIn) -> None:
    response = client_of(admin).get(PAGE)
    rows = response.context["rows"]
    assert [(row["policy"], row["is_current"]) for row in rows] == [
        (ReviewPolicy.CONSERVATIVE, True),
        (ReviewPolicy.STANDARD, False),
        (ReviewPolicy.PERMISSIVE, False),
    ]
    assert rows[1]["meaning"] == (
        "Fields that are not critical and have no quality flag are taken without a look from a confidence of 0.95 on."
    )
    text = response.content.decode()
    assert "One mapping is open." in text
    assert text.count('type="radio"') == 3


def test_reviewer_reads_the_policy_and_cannot_change_it(db: None, reviewer: User, client_of: SignIn) -> None:
    response = client_of(reviewer).get(PAGE)
    assert response.status_code == 200
    assert "An admin can change the policy." in response.content.decode()
    assert "<form" not in response.content.decode().partition('<section id="policy">')[2].partition("</main>")[0]
    assert client_of(reviewer).post(CHANGE, {"policy": "permissive"}).status_code == 403
    assert current_policy() == ReviewPolicy.CONSERVATIVE


def test_admin_changes_the_policy(admin: User, client_of: SignIn) -> None:
    response = client_of(admin).post(CHANGE, {"policy": "standard"}, follow=True)
    assert response.redirect_chain == [(PAGE, 302)]
    assert "The policy is standard now." in response.content.decode()
    assert current_policy() == ReviewPolicy.STANDARD


def test_change_answers_htmx_with_the_table(admin: User, client_of: SignIn) -> None:
    response = client_of(admin).post(CHANGE, {"policy": "standard"}, headers={"HX-Request": "true"})
    text = response.content.decode()
    assert (response.status_code, text.startswith('<section id="policy">')) == (200, True)
    assert '<p role="status">The policy is standard now.</p>' in text
    again = client_of(admin).post(CHANGE, {"policy": "standard"}, headers={"HX-Request": "true"})
    assert "The policy was standard already." in again.content.decode()


def test_page_is_a_fragment_for_htmx(admin: User, client_of: SignIn) -> None:
    response = client_of(admin).get(PAGE, headers={"HX-Request": "true"})
    assert response.content.decode().startswith('<section id="policy">')


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, "Choose a policy."),
        ({"policy": "reckless"}, "There is no such policy."),
    ],
)
def test_nonsense_changes_nothing(data: dict[str, str], sentence: str, admin: User, client_of: SignIn) -> None:
    response = client_of(admin).post(CHANGE, data)
    assert (response.status_code, sentence in response.content.decode()) == (422, True)
    assert current_policy() == ReviewPolicy.CONSERVATIVE


@pytest.mark.parametrize(("method", "address"), [("get", PAGE), ("post", CHANGE)])
def test_page_asks_a_stranger_to_sign_in(method: str, address: str, db: None, client: Client) -> None:
    response = getattr(client, method)(address)
    assert (response.status_code, response.headers["Location"]) == (302, f"/accounts/login/?next={address}")


@pytest.mark.parametrize(("method", "address"), [("get", PAGE), ("post", CHANGE)])
def test_analyst_may_not_see_the_policy(method: str, address: str, analyst: User, client_of: SignIn) -> None:
    assert getattr(client_of(analyst), method)(address).status_code == 403


def test_change_is_no_link(admin: User, client_of: SignIn) -> None:
    assert client_of(admin).get(CHANGE).status_code == 405


def test_list_leads_reviewers_to_the_policy(reviewer: User, analyst: User, client_of: SignIn) -> None:
    assert f'href="{PAGE}"' in client_of(reviewer).get("/mappings/").content.decode()
    assert f'href="{PAGE}"' not in client_of(analyst).get("/mappings/").content.decode()
