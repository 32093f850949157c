import datetime as dt
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.test import RequestFactory
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from dentalhub import list_csv
from dentalhub.list_csv import csv_answer, rows_of
from dentalhub.models import AuditEvent
from tests.frame.test_list_pages import PAGE

HEADINGS = ["Name", "Since"]
LINES: list[list[object]] = [
    ["Müller; Söhne", dt.date(2026, 11, 3)],
    ['say "hi"', None],
    ["=cmd|' /C calc'!A0", dt.datetime(2026, 11, 3, 12, 30, 5, tzinfo=dt.UTC)],
    ["-1+1", 7],
]


def file_of(person: User, query: str = "", method: str = "get") -> bytes:
    request = getattr(RequestFactory(), method)(f"/centers/?format=csv&{query}")
    request.user = person
    answer = csv_answer(request, PAGE.asked(request), HEADINGS, iter(LINES))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith('attachment; filename="things-20')
    with translation.override("en"):
        # As when the request is over and another one in another language has begun.
        return b"".join(answer)


def test_german_file_has_semicolons_and_a_mark(admin: User) -> None:
    with translation.override("de"):
        text = file_of(admin).decode()
    assert text.splitlines() == [
        "\ufeffName;Since",
        '"Müller; Söhne";2026-11-03',
        '"say ""hi""";',
        "'=cmd|' /C calc'!A0;2026-11-03 13:30:05+01:00",
        "'-1+1;7",
    ]


def test_english_file_has_commas_and_no_mark(admin: User) -> None:
    lines = file_of(admin).decode().split("\r\n")
    assert (lines[0], lines[1], lines[4]) == ("Name,Since", "Müller; Söhne,2026-11-03", "'-1+1,7")


def test_who_took_it_is_recorded_without_what_was_searched(admin: User) -> None:
    file_of(admin, "q=anna&state=active")
    event = AuditEvent.objects.get()
    assert (event.action, event.target, event.actor) == ("list.exported", "list:things", admin)
    assert event.details == {"state": "active", "has_text": True}
    file_of(admin, method="head")
    assert AuditEvent.objects.count() == 1


def test_rows_come_in_order_and_in_pieces(
    db: None, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    monkeypatch.setattr(list_csv, "_ROWS_AT_ONCE", 3)
    for number in range(7):
        User.objects.create(username=f"p{number}")
    with django_assert_num_queries(4):
        names = [person.username for person in rows_of(User.objects.order_by("-username"))]
    assert names == ["p6", "p5", "p4", "p3", "p2", "p1", "p0"]


def test_row_that_moves_meanwhile_comes_once(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_csv, "_ROWS_AT_ONCE", 2)
    people = [User.objects.create(username=f"p{number}") for number in range(4)]
    rows: Iterator[User] = rows_of(User.objects.order_by("username"))
    found = [next(rows)]
    User.objects.filter(pk=people[0].pk).update(username="z")
    people[3].delete()
    assert [row.pk for row in [*found, *rows]] == [person.pk for person in people[:3] if person.pk]
