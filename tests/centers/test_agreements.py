"""The terms of a center: its own, its region's, the network's."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from centers.agreements import AgreementState, Terms, agreement_problem, network_today, terms_of, with_agreement
from centers.centers_export import export_centers
from centers.centers_import import apply_import, read_centers_file
from centers.exceptions import ImportFileError
from centers.import_plan import plan_import
from centers.models import Center, Region
from dentalhub.models import AuditEvent
from tests.extraction.builders import center

SignIn = Callable[[User], Client]
TODAY = dt.date(2026, 11, 20)
DAY = dt.timedelta(days=1)


def terms(begins: dt.date | None, ends: dt.date | None = None, days: int | None = None) -> Terms:
    return Terms("", "", "", begins, ends, days)


@pytest.mark.parametrize(
    ("begins", "ends", "expected"),
    [
        (None, None, AgreementState.MISSING),
        (TODAY + DAY, None, AgreementState.FUTURE),
        (TODAY, None, AgreementState.VALID),
        (TODAY, TODAY, AgreementState.EXPIRING),
        (TODAY - DAY, TODAY - DAY, AgreementState.EXPIRED),
        (TODAY, TODAY + 30 * DAY, AgreementState.EXPIRING),
        (TODAY, TODAY + 31 * DAY, AgreementState.VALID),
    ],
)
def test_how_an_agreement_stands(begins: dt.date | None, ends: dt.date | None, expected: AgreementState) -> None:
    assert terms(begins, ends).agreement(TODAY) is expected


def test_what_is_kept() -> None:
    assert terms(None).kept_from(TODAY) is None
    assert terms(None, days=10).kept_from(TODAY) == dt.date(2026, 11, 10)
    assert terms(None, days=10**6).kept_from(TODAY) == dt.date.min


@pytest.mark.django_db
def test_what_a_center_leaves_empty_is_its_regions(settings: Any) -> None:
    found = center(1)
    Region.objects.update(controller="Netz AG", purpose="Auswertung", agreement_on=TODAY, agreement_until=TODAY + DAY)
    settings.RETENTION_DAYS = 3650
    found.controller, found.agreement_on = "Praxis Dr. A", TODAY - DAY
    found.server.region.refresh_from_db()
    assert terms_of(found) == Terms("Praxis Dr. A", "", "Auswertung", TODAY - DAY, None, 3650)
    found.retention_days, found.agreement_on = 10, None
    assert terms_of(found) == Terms("Praxis Dr. A", "", "Auswertung", TODAY, TODAY + DAY, 10)


@pytest.mark.django_db
@pytest.mark.parametrize("state", AgreementState)
@pytest.mark.parametrize("is_regions", [True, False])
def test_filter_says_what_the_terms_say(state: AgreementState, is_regions: bool) -> None:
    today = network_today()
    dates = {
        AgreementState.MISSING: (None, None),
        AgreementState.FUTURE: (today + DAY, None),
        AgreementState.VALID: (today, None),
        AgreementState.EXPIRING: (today, today + DAY),
        AgreementState.EXPIRED: (today - 2 * DAY, today - DAY),
    }[state]
    found = center(1)
    model = Region if is_regions else Center
    model._default_manager.update(agreement_on=dates[0], agreement_until=dates[1])
    found = Center.objects.select_related("server__region").get()
    assert terms_of(found).agreement(today) is state
    assert [other for other in AgreementState if with_agreement(Center.objects.all(), other).exists()] == [state]


@pytest.mark.django_db
def test_agreement_is_demanded_only_where_the_network_says_so(settings: Any) -> None:
    found = center(1)
    assert agreement_problem(found) == ""
    settings.AGREEMENT_REQUIRED = True
    assert agreement_problem(found, TODAY) == "The center has no processing agreement."
    found.agreement_on = TODAY + DAY
    assert agreement_problem(found, TODAY) == "The processing agreement begins on 21.11.2026."
    found.agreement_on, found.agreement_until = TODAY - 9 * DAY, TODAY - DAY
    assert agreement_problem(found, TODAY) == "The processing agreement ended on 19.11.2026."
    found.agreement_until = TODAY
    assert agreement_problem(found, TODAY) == ""


FILE = """
database: {host: localhost, user: svc, password: "env:IVORIS_PASSWORD"}
regions: {default: {name: Default, controller: Netz AG, retention_days: 3650}}
centers:
  - {id: c_01, name: P, database: D1, agreement_on: 2026-01-31, agreement_until: 2027-01-31, purpose: Statistik}
"""


@pytest.mark.django_db
def test_file_brings_and_takes_the_terms() -> None:
    apply_import(read_centers_file(FILE))
    found = Center.objects.select_related("server__region").get()
    expected = Terms("Netz AG", "", "Statistik", dt.date(2026, 1, 31), dt.date(2027, 1, 31), 3650)
    assert terms_of(found) == expected
    assert plan_import(read_centers_file(export_centers())).changes_nothing
    changed = plan_import(read_centers_file(FILE.replace("purpose: Statistik", "purpose: Abrechnung")))
    assert [change.field for item in changed.objects for change in item.changes] == ["purpose"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("before", "after", "line", "text"),
    [
        ("agreement_on: 2026-01-31", "agreement_on: soon", 5, "agreement_on must be a date such as 2026-12-31."),
        ("agreement_on: 2026-01-31, ", "", 5, "An agreement that ends needs the date on which it began"),
        ("retention_days: 3650", "retention_days: 0", 3, "retention_days: "),
        ("retention_days: 3650", "retention_days: long", 3, "retention_days must be a whole number."),
        ("controller: Netz AG", "controler: Netz AG", 3, "Did you mean controller?"),
    ],
)
def test_file_with_wrong_terms_names_the_line(before: str, after: str, line: int, text: str) -> None:
    with pytest.raises(ImportFileError) as error:
        read_centers_file(FILE.replace(before, after))
    (problem,) = error.value.problems
    assert (problem.line, text in problem.message) == (line, True), problem.message


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/centers/id/center_01/privacy/", "/centers/regions/germany/privacy/"])
def test_form_of_the_terms(client_of: SignIn, admin: User, analyst: User, path: str) -> None:
    center(1)
    assert Client().get(path).status_code == 302
    assert client_of(analyst).get(path).status_code == 403
    client = client_of(admin)
    assert client.get(path).status_code == 200
    wrong = {"agreement_on": "2026-02-01", "agreement_until": "2026-01-01", "retention_days": "0"}
    answer = client.post(path, wrong)
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {"agreement_until", "retention_days"})
    right = {"controller": "Praxis Dr. A", "agreement_on": "2026-01-01", "retention_days": "3650"}
    assert client.post(path, right).status_code == 302
    found = Center.objects.select_related("server__region").get()
    assert terms_of(found) == Terms("Praxis Dr. A", "", "", dt.date(2026, 1, 1), None, 3650)
    assert AuditEvent.objects.filter(action__endswith=".changed").count() == 1
    page = client.get("/centers/id/center_01/").content.decode()
    assert ("Praxis Dr. A" in page, "3,650 days" in page) == (True, True)


@pytest.mark.django_db
def test_list_by_agreement(client_of: SignIn, admin: User) -> None:
    center(1)
    center(2)
    Center.objects.filter(center_id="center_02").update(agreement_on=TODAY)
    page = client_of(admin).get("/centers/?agreement=missing")
    assert [found.center_id for found in page.context["page_obj"]] == ["center_01"]
    assert list(client_of(admin).get("/centers/?agreement=x").context["page_obj"]) == []
