"""Servers that are trusted blindly, days that are held, patients who were erased: no way around the second person."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from centers.enums import TrustState
from centers.models import DatabaseServer, Region, TlsTrust
from centers.trust import request_trust
from extraction.enums import ErasureReason, HeldState, RunState, Trigger
from extraction.erasure import suppress
from extraction.models import ExtractionRun, HeldSlice, SuppressedPatient
from tests.scopes import sees
from tests.security.four_eyes_scene import Scene, person

pytestmark = pytest.mark.django_db

# --- servers that are trusted blindly --------------------------------------------------------------------------------
TLS = "/centers/servers/de-1/tls/"


def own_request(scene: Scene, request: TlsTrust, client: Client) -> object:
    return client.post(f"{TLS}trust/{request.pk}/approve/").status_code


def own_request_with_words(scene: Scene, request: TlsTrust, client: Client) -> object:
    fields = {"why_alone": "I am alone.", "requested_by": scene.colleague.pk, "waiver": "yes"}
    return client.post(f"{TLS}trust/{request.pk}/approve/", fields).status_code


def own_request_asked_anew(scene: Scene, request: TlsTrust, client: Client) -> object:
    client.post(f"{TLS}trust/", {"reason": "Once more.", "days": "1"})
    return client.post(f"{TLS}trust/{TlsTrust.objects.latest('pk').pk}/approve/").status_code


def own_request_as_superuser(scene: Scene, request: TlsTrust, client: Client) -> object:
    User.objects.update(is_superuser=True)
    return client.post(f"{TLS}trust/{request.pk}/approve/").status_code


def own_request_by_a_form_of_the_server(scene: Scene, request: TlsTrust, client: Client) -> object:
    """The page that changes a server has no such field, and moving the server ends the request."""
    server = DatabaseServer.objects.get()
    fields = {"code": server.code, "name": "x", "region": server.region_id, "host": server.host, "user": server.user}
    return client.post("/centers/servers/de-1/edit/", fields | {"tls": "trusted", "port": "1433"}).status_code


def helper_who_is_a_reviewer(scene: Scene, request: TlsTrust, client: Client) -> object:
    return scene.sign_in(scene.colleague).post(f"{TLS}trust/{request.pk}/approve/").status_code


@pytest.mark.parametrize(
    ("way", "answer"),
    [
        (own_request, 422),
        (own_request_with_words, 422),
        (own_request_asked_anew, 422),
        (own_request_as_superuser, 422),
        (own_request_by_a_form_of_the_server, 422),
        (helper_who_is_a_reviewer, 403),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_nobody_trusts_a_server_alone(
    way: Callable[[Scene, TlsTrust, Client], object], answer: int, four_eyes: Scene
) -> None:
    admin = person("admin", "admin")
    server = DatabaseServer.objects.get()
    request = request_trust(server, admin, "SQL Server 2008 without a certificate.", 30)
    assert way(four_eyes, request, four_eyes.sign_in(admin)) == answer
    assert DatabaseServer.objects.get().tls != "trusted"
    assert TlsTrust.objects.filter(state=TrustState.APPROVED).count() == 0


# --- days that are held, and patients who were erased ----------------------------------------------------------------
DAY = dt.date(2026, 11, 20)
HELD = f"/results/held/center_02/{DAY}/accept/"


@pytest.fixture
def held(four_eyes: Scene) -> HeldSlice:
    """A day of center_02 that waits for somebody who has looked at it."""
    mapping = four_eyes.approved_by_third(four_eyes.clean)
    run = ExtractionRun.objects.create(
        date_from=DAY, date_to=DAY, state=RunState.SUCCEEDED, trigger=Trigger.PERSON, workers=1, idempotency_key="x"
    )
    return HeldSlice.objects.create(
        center=mapping.center,
        business_date=DAY,
        entry_count=4,
        previous_count=31,
        checksum="a" * 64,
        content="[]",
        mapping=mapping,
        run=run,
        extracted_at=timezone.now(),
    )


@pytest.mark.parametrize(
    ("who", "checksum", "method", "status"),
    [
        ("insider", "b" * 64, "POST", 302),
        ("insider", "", "POST", 302),
        ("insider", "a" * 64, "GET", 200),
        ("insider", "a" * 64, "PUT", 405),
        ("analyst", "a" * 64, "POST", 403),
        ("auditor", "a" * 64, "POST", 403),
        ("abroad", "a" * 64, "POST", 404),
        ("gone", "a" * 64, "POST", 302),
    ],
    ids=["another day", "unseen", "link", "method", "analyst", "auditor", "region", "switched off"],
)
def test_nobody_accepts_a_held_day_that_is_not_theirs_to_judge(
    who: str, checksum: str, method: str, status: int, four_eyes: Scene, held: HeldSlice
) -> None:
    role = who if who in {"analyst", "auditor"} else "reviewer"
    somebody = four_eyes.insider if who == "insider" else person(who, role)
    if who == "abroad":
        sees(somebody, Region.objects.create(code="austria", name="Austria"))
    browser = four_eyes.sign_in(somebody)
    User.objects.filter(username="gone").update(is_active=False)
    form = f"checksum={checksum}"
    answer = browser.generic(method, HELD, form, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == status
    assert HeldSlice.objects.get().state == HeldState.WAITING


@pytest.mark.parametrize("is_superuser", [False, True], ids=["admin", "superuser"])
def test_nobody_brings_back_a_patient_alone(is_superuser: bool, four_eyes: Scene) -> None:
    admin = person("admin", "admin")
    User.objects.filter(pk=admin.pk).update(is_superuser=is_superuser)
    found = suppress(four_eyes.own.center, "4711", admin, ErasureReason.REQUEST, "2026-17")
    answer = four_eyes.sign_in(User.objects.get(pk=admin.pk)).post(
        f"/results/patients/{found.pk}/lift/", {"reason": "by mistake", "suppressed_by": four_eyes.colleague.pk}
    )
    assert (answer.status_code, SuppressedPatient.objects.count()) == (422, 1)
