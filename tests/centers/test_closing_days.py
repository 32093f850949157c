"""Closing days as people write them, and on the page of a center."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from centers.centers_export import export_centers
from centers.centers_import import apply_import, read_centers_file
from centers.closing_days import ClosingDaysError, ClosingPeriod, normal_form, parse_closing_days
from centers.exceptions import ImportFileError
from centers.models import Center
from dentalhub.models import AuditEvent
from tests.centers.makers import make_center

SignIn = Callable[[User], Client]
HEAD = 'database: {host: localhost, port: 1434, user: u, password: "env:IVORIS_PASSWORD"}\ncenters:\n'
PAGE = "/centers/id/c1/closing-days/"


def test_days_ranges_and_reasons_are_read() -> None:
    assert parse_closing_days("24.12.2026..6.1.2027 Betriebsferien\n\n2026-05-15\n2026-08-03 - 2026-08-21 Urlaub") == (
        ClosingPeriod(dt.date(2026, 5, 15), dt.date(2026, 5, 15)),
        ClosingPeriod(dt.date(2026, 8, 3), dt.date(2026, 8, 21), "Urlaub"),
        ClosingPeriod(dt.date(2026, 12, 24), dt.date(2027, 1, 6), "Betriebsferien"),
    )


def test_normal_form_is_sorted_and_stays_as_it_is() -> None:
    text = normal_form("31.12.2026\n2026-05-15 Brückentag\n2026-05-15 Brückentag")
    assert text == "2026-05-15 Brückentag\n2026-12-31"
    assert normal_form(text) == text


@pytest.mark.parametrize(
    "line",
    [
        "Betriebsferien",
        "2026-02-29",
        "31.11.2026",
        "2027-01-06..2026-12-24",
        "2026-01-01..2027-01-02",
        "2026-05-15..",
        "2026-05-15Urlaub",
        "2026-05-15 " + "x" * 101,
    ],
)
def test_line_that_names_no_days_is_named(line: str) -> None:
    with pytest.raises(ClosingDaysError) as caught:
        parse_closing_days(f"2026-05-15\n{line}")
    assert caught.value.line == 2


def test_leap_day_is_a_day() -> None:
    assert normal_form("29.2.2028") == "2028-02-29"


@pytest.mark.django_db
class TestPage:
    def test_admin_changes_them_and_the_trail_says_what(self, client_of: SignIn, admin: User) -> None:
        center = make_center("c1")
        client = client_of(admin)
        client.post(PAGE, {"closing_days": "15.5.2026 Brückentag\n2026-06-05"})
        response = client.post(PAGE, {"closing_days": "2026-05-15 Brückentag\n2026-12-24..2026-12-31"}, follow=True)
        center.refresh_from_db()
        assert center.closing_days == "2026-05-15 Brückentag\n2026-12-24..2026-12-31"
        assert "The closing days of c1 were changed." in response.content.decode()
        event = AuditEvent.objects.filter(action="center.closing_days_changed").latest("pk")
        assert (event.actor, event.details) == (admin, {"added": ["2026-12-24..2026-12-31"], "removed": ["2026-06-05"]})

    def test_bad_line_is_named_and_nothing_is_saved(self, client_of: SignIn, admin: User) -> None:
        center = make_center("c1")
        response = client_of(admin).post(PAGE, {"closing_days": "2026-05-15\n<b>bald</b>"})
        assert response.status_code == 422
        text = response.content.decode()
        assert "Line 2: write a day as 2026-12-24" in text
        assert "&lt;b&gt;bald&lt;/b&gt;" in text
        center.refresh_from_db()
        assert center.closing_days == ""

    def test_same_days_are_no_event(self, client_of: SignIn, admin: User) -> None:
        make_center("c1")
        response = client_of(admin).post(PAGE, {"closing_days": ""}, follow=True)
        assert "Nothing was changed." in response.content.decode()
        assert not AuditEvent.objects.exists()

    def test_anonymous_goes_to_the_login(self, client: Client) -> None:
        make_center("c1")
        response = client.post(PAGE, {"closing_days": ""})
        assert (response.status_code, response.headers["Location"].split("?")[0]) == (302, "/accounts/login/")

    def test_reviewer_and_analyst_may_not(self, client_of: SignIn, reviewer: User, analyst: User) -> None:
        make_center("c1")
        assert client_of(reviewer).post(PAGE, {"closing_days": "2026-05-15"}).status_code == 403
        assert client_of(analyst).post(PAGE, {"closing_days": "2026-05-15"}).status_code == 403

    def test_unknown_center_and_wrong_method(self, client_of: SignIn, admin: User) -> None:
        client = client_of(admin)
        assert client.post("/centers/id/nowhere/closing-days/").status_code == 404
        assert client.get(PAGE).status_code == 405

    def test_center_page_shows_them_to_everybody_and_the_form_to_admins(
        self, client_of: SignIn, admin: User, analyst: User
    ) -> None:
        center = make_center("c1")
        center.closing_days = "2026-12-24..2026-12-31 Betriebsferien"
        center.save()
        seen, changed = (client_of(person).get("/centers/id/c1/").content.decode() for person in (analyst, admin))
        assert "Betriebsferien" in seen
        assert "Change the closing days" not in seen
        assert "Change the closing days" in changed


@pytest.mark.django_db
class TestFile:
    def test_dates_ranges_and_reasons_are_imported_and_exported_again(self) -> None:
        days = "[2026-05-15, 2026-12-24..2027-01-06 Betriebsferien, '3.8.2026 Urlaub']"
        center = f"  - {{id: c1, name: Anna, database: D1, holiday_area: DE-BY, closing_days: {days}}}\n"
        apply_import(read_centers_file(HEAD + center))
        stored = Center.objects.get()
        assert stored.holiday_area == "DE-BY"
        assert stored.closing_days == "2026-05-15\n2026-08-03 Urlaub\n2026-12-24..2027-01-06 Betriebsferien"
        again = apply_import(read_centers_file(export_centers()))
        assert (again.changes_nothing, Center.objects.get().closing_days) == (True, stored.closing_days)

    def test_file_without_the_key_keeps_them(self) -> None:
        line = "  - {id: c1, name: Anna, database: D1%s}\n"
        apply_import(read_centers_file(HEAD + line % ", closing_days: [2026-05-15]"))
        apply_import(read_centers_file(HEAD + line % ""))
        assert Center.objects.get().closing_days == "2026-05-15"
        apply_import(read_centers_file(HEAD + line % ", closing_days: []"))
        assert Center.objects.get().closing_days == ""

    @pytest.mark.parametrize(
        ("key", "message"),
        [
            ("closing_days: [2026-05-15, bald]", "closing_days: Line 2: write a day"),
            ("closing_days: 7", "closing_days must be text"),
            ("holiday_area: DE-XX", "holiday_area: Write a country"),
            ("holiday_area: de", "holiday_area: Write a country"),
        ],
    )
    def test_wrong_key_is_a_problem_of_its_line(self, key: str, message: str) -> None:
        with pytest.raises(ImportFileError) as caught:
            read_centers_file(f"{HEAD}  - {{id: c1, name: Anna, database: D1, {key}}}\n")
        assert [(problem.line, message in problem.message) for problem in caught.value.problems] == [(3, True)]
