"""What a message says: what the changes of each alert come to, in which order, in which language, and how long."""

import json

import pytest
from django.utils import translation
from pytest_django import Settings

from extraction.alert_causes import AlertCause, AlertPhase, ChangeKind
from extraction.alerts.bulletins import PASSED, Bulletin, bulletin_of, net_kind
from extraction.alerts.formats import MOST_LINES, mail_text, more, plain_document, slack_document, teams_document
from extraction.alerts.wording import path_of, sentence
from extraction.models import Alert, AlertChange, AlertChannel, AlertDelivery, AlertMessage
from tests.extraction.alert_builders import NOON, channel, region

pytestmark = pytest.mark.django_db


def told(made: AlertChannel, *alerts: tuple[AlertCause, str, list[tuple[str, int]]], kind: str = "news") -> Bulletin:
    """A message about alerts with these changes: cause, name of the region, kind and value of each."""
    message = AlertMessage.objects.create(channel=made, key="k" * 32, kind=kind, created_at=NOON)
    for number, (cause, name, changes) in enumerate(alerts):
        where = region(f"r{number}")
        where.name = name
        where.save()
        most = max(value for _kind, value in changes)
        alert = Alert.objects.create(
            key=str(number), cause=cause, detail="dns", region=where, phase=AlertPhase.OPEN, since=NOON, most=most
        )
        for step, (change, value) in enumerate(changes):
            row = AlertChange.objects.create(alert=alert, number=step, kind=change, value=value, at=NOON)
            AlertDelivery.objects.create(change=row, channel=made, not_before=NOON, message=message)
    return bulletin_of(message)


@pytest.mark.parametrize(
    ("kinds", "comes_to"),
    [
        (["opened"], "opened"),
        (["opened", "grew"], "opened"),
        (["opened", "grew", "grew"], "opened"),
        (["opened", "closed"], PASSED),
        (["opened", "grew", "closed"], PASSED),
        (["grew"], "grew"),
        (["grew", "grew"], "grew"),
        (["grew", "closed"], "closed"),
        (["closed"], "closed"),
    ],
)
def test_what_changes_come_to(kinds: list[str], comes_to: str) -> None:
    assert net_kind(kinds) == comes_to


def test_a_summary_says_what_came_and_went() -> None:
    made = told(
        channel(),
        (AlertCause.CENTERS_FAILED, "Tyrol", [("opened", 3), ("grew", 9), ("closed", 0)]),
        (AlertCause.CENTERS_FAILED, "Vienna", [("opened", 3), ("grew", 9)]),
        kind="summary",
    )
    assert [(line.kind, line.label, line.text) for line in made.lines] == [
        ("opened", "new", "9 centers in Vienna: host name unknown"),
        ("passed", "came and went", "9 centers in Tyrol: host name unknown"),
    ]
    assert made.title == "dentalhub: 2 alerts"
    assert made.note.startswith("All since the quiet hours began. Channel “Operations”")


def test_the_worst_comes_first_and_what_is_over_last() -> None:
    made = told(
        channel(),
        (AlertCause.REVIEW, "Tyrol", [("opened", 1)]),
        (AlertCause.REGION_FAILED, "Vienna", [("closed", 0)]),
        (AlertCause.REGION_FAILED, "Salzburg", [("opened", 4)]),
    )
    assert [(line.cause, line.kind, line.is_critical) for line in made.lines] == [
        ("region_failed", "opened", True),
        ("review", "opened", False),
        ("region_failed", "closed", False),
    ]
    assert made.title == "dentalhub: 3 alerts, 1 of them critical"


def test_it_speaks_the_language_of_the_channel() -> None:
    made = told(channel(language="de"), (AlertCause.CENTERS_FAILED, "Tirol", [("opened", 14)]))
    assert made.title == "dentalhub, neu: 14 Zentren in Tirol: Hostname unbekannt"
    assert translation.get_language() == "en"


def test_without_a_public_address_there_are_no_links() -> None:
    made = told(channel(), (AlertCause.HELD, "Tyrol", [("opened", 2)]))
    assert (made.url, made.lines[0].url) == ("", "")
    assert "http" not in json.dumps([slack_document(made), plain_document(made)]) + mail_text(made)


def test_a_mail_is_plain_text(settings: Settings) -> None:
    settings.PUBLIC_URL = "https://dentalhub.example.org"
    made = told(channel(), (AlertCause.REGION_FAILED, "Tyrol", [("opened", 2)]))
    assert mail_text(made).splitlines()[:3] == [
        "new, critical: Nothing comes from Tyrol: all of its 2 centers fail",
        "    https://dentalhub.example.org/results/matrix/?region=r0&open=on",
        "",
    ]


def test_many_alerts_fit_into_what_receivers_take(settings: Settings) -> None:
    settings.PUBLIC_URL = "https://dentalhub.example.org"
    name = "Ü" * 100
    made = told(channel(), *((AlertCause.HELD, name, [("opened", 2)]) for _number in range(MOST_LINES + 15)))
    assert (more(made), len(made.lines)) == ("15 more are in dentalhub.", MOST_LINES + 15)
    assert len(slack_document(made)["blocks"]) <= 50
    assert len(json.dumps(teams_document(made), ensure_ascii=False).encode()) < 28_000
    assert len(plain_document(made)["alerts"]) == MOST_LINES + 15


@pytest.mark.parametrize("cause", AlertCause)
@pytest.mark.parametrize("language", ["en", "de"])
def test_every_cause_has_a_sentence_and_a_page(cause: AlertCause, language: str) -> None:
    with translation.override(language):
        for count in (1, 14):
            text = sentence(cause, "dns", count, "Österreich")
            assert text != cause.value
            assert "%" not in text
    assert path_of(cause, "austria").startswith("/")


def test_a_cause_of_another_release_is_shown_as_it_is() -> None:
    assert (sentence("later", "", 1, "x"), path_of("later", "x")) == ("later", "/alerts/")


def test_labels_are_those_of_the_changes() -> None:
    assert [str(ChangeKind(kind).label) for kind in ("opened", "grew", "closed")] == ["new", "more", "over"]


@pytest.mark.parametrize(
    ("cause", "limit", "days", "language", "said"),
    [
        (AlertCause.SLICES_MISSING, "missing_days", 1, "en", "1 center in Germany lacks 1 day or more"),
        (AlertCause.SLICES_MISSING, "missing_days", 3, "en", "1 center in Germany lacks 3 days or more"),
        (AlertCause.SLICES_MISSING, "missing_days", 1, "de", "1 Zentrum in Germany hat Lücken von 1 Tag oder mehr"),
        (AlertCause.SLICES_MISSING, "missing_days", 3, "de", "1 Zentrum in Germany hat Lücken von 3 Tagen oder mehr"),
        (
            AlertCause.AGREEMENT,
            "agreement_days",
            1,
            "de",
            "Der Auftragsverarbeitungsvertrag von 1 Zentrum in Germany läuft innerhalb von 1 Tag ab oder ist abgelaufen",  # noqa: E501
        ),
        (
            AlertCause.REVIEW,
            "review_days",
            14,
            "de",
            "Die Zuordnung von 1 Zentrum in Germany wartet seit mehr als 14 Tagen auf eine Entscheidung",
        ),
    ],
)
def test_a_limit_of_one_day_is_one_day(
    settings: Settings, cause: AlertCause, limit: str, days: int, language: str, said: str
) -> None:
    settings.ALERT_LIMITS = settings.ALERT_LIMITS | {limit: days}
    with translation.override(language):
        assert sentence(cause, "", 1, "Germany") == said
