"""Looks at what is wrong become rows, once, whoever else looks; and messages for the channels that want them."""

import datetime as dt

import pytest
from pytest_django import DjangoAssertNumQueries

from extraction.alert_causes import AlertCause, AlertPhase
from extraction.alerts import evaluation
from extraction.alerts.bundling import FORGET_AFTER, bundle
from extraction.alerts.evaluation import take_up
from extraction.alerts.facts import observe
from extraction.alerts.keys import AlertKey, Facts
from extraction.models import Alert, AlertChange, AlertChannel, AlertDelivery, AlertMessage
from tests.extraction.alert_builders import MINUTE, NOON, channel, facts, region

pytestmark = pytest.mark.django_db
AUDIT = AlertKey(AlertCause.AUDIT_BROKEN)


def password_refused(code: str = "austria") -> AlertKey:
    return AlertKey(AlertCause.CENTERS_FAILED, "login_failed", region(code).pk)


def told() -> list[tuple[str, str, int]]:
    return [(change.alert.cause, change.kind, change.value) for change in AlertChange.objects.select_related("alert")]


def looks(key: AlertKey, *values: int, begin: dt.datetime = NOON) -> dt.datetime:
    """A look every five minutes; when the last one was."""
    for number, value in enumerate(values):
        take_up(facts((key, value)) if value else facts(), begin + number * 5 * MINUTE)
    return begin + (len(values) - 1) * 5 * MINUTE


def test_fourteen_centers_with_one_trouble_are_one_alert() -> None:
    key = password_refused()
    last = looks(key, 14, 14, 14)

    alert = Alert.objects.get()
    assert (alert.cause, alert.detail, alert.region_id) == ("centers_failed", "login_failed", key.region_id)
    assert (alert.phase, alert.value, alert.most, alert.opened_at) == ("open", 14, 14, last - 5 * MINUTE)
    assert told() == [("centers_failed", "opened", 14)]


def test_it_is_told_once_from_beginning_to_end() -> None:
    last = looks(password_refused(), 3, 3, 5, 0, 0, 0, 0)

    assert told() == [("centers_failed", "opened", 3), ("centers_failed", "closed", 0)]
    alert = Alert.objects.get()
    assert (alert.phase, alert.is_live, alert.most, alert.closed_at) == ("closed", False, 5, last - 5 * MINUTE)


def test_what_was_noticed_only_leaves_nothing() -> None:
    looks(password_refused(), 3, 0)
    assert (Alert.objects.count(), told()) == (0, [])


def test_one_that_comes_again_soon_is_another_row_with_a_longer_wait() -> None:
    last = looks(password_refused(), 3, 3, 0, 0, 0)
    looks(password_refused(), 3, 3, 0, 0, 0, 0, begin=last + 5 * MINUTE)

    first, second = Alert.objects.order_by("pk")
    assert (first.returns, second.returns, first.is_live, second.is_live) == (0, 1, False, True)
    assert [kind for _cause, kind, _value in told()] == ["opened", "closed", "opened"]


def test_a_look_that_nobody_could_make_closes_nothing() -> None:
    looks(password_refused(), 3, 3)
    blind = Facts({}, set(AlertCause) - {AlertCause.CENTERS_FAILED})
    for minute in range(10, 200, 10):
        take_up(blind, NOON + minute * MINUTE)
    assert (Alert.objects.get().phase, len(told())) == ("open", 1)


def test_a_look_that_fails_does_not_end_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extraction.alerts.facts.broken_trail", lambda _facts: 1 / 0)
    looked_at = observe(NOON).looked_at
    assert set(AlertCause) - looked_at == {AlertCause.AUDIT_BROKEN}


def test_nothing_new_writes_nothing(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    key = password_refused()
    looks(key, 3, 3, 3)
    with django_assert_num_queries(1):
        take_up(facts((key, 3)), NOON + 20 * MINUTE)


def test_of_two_looks_at_once_one_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second one read the rows before the first one wrote."""
    channel()
    key = password_refused()
    looks(key, 3)
    with monkeypatch.context() as patch:
        stale = evaluation._live_alerts()
        take_up(facts((key, 3)), NOON + 6 * MINUTE)
        patch.setattr(evaluation, "_live_alerts", lambda: stale)
        assert take_up(facts((key, 3)), NOON + 6 * MINUTE) == 0
    assert (told(), AlertDelivery.objects.count()) == ([("centers_failed", "opened", 3)], 1)


def test_of_two_looks_that_begin_an_alert_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    Alert.objects.create(key=str(AUDIT), cause=AUDIT.cause, phase=AlertPhase.OPEN, since=NOON)
    monkeypatch.setattr(evaluation, "_live_alerts", dict)
    assert take_up(facts((AUDIT, 7)), NOON) == 0
    assert (Alert.objects.count(), told()) == (1, [])


def test_every_channel_tells_what_it_is_for() -> None:
    austria, germany = region("austria"), region("germany")
    channel("everything")
    channel("austria", austria)
    channel("germany", germany)
    channel("both", austria, germany)
    channel("audit only", causes="audit_broken,held")
    channel("failures only", causes="centers_failed")
    channel("off", is_active=False)
    looks(password_refused(), 14, 14)
    take_up(facts((AUDIT, 7), (password_refused(), 14)), NOON + 6 * MINUTE)

    found = AlertDelivery.objects.order_by("channel__name").values_list("channel__name", "change__alert__cause")
    assert sorted(found) == [
        ("audit only", "audit_broken"),
        ("austria", "centers_failed"),
        ("both", "centers_failed"),
        ("everything", "audit_broken"),
        ("everything", "centers_failed"),
        ("failures only", "centers_failed"),
    ]


def test_a_new_channel_hears_no_end_of_what_it_never_heard_of() -> None:
    last = looks(password_refused(), 3, 3)
    channel()
    looks(password_refused(), 0, 0, 0, begin=last + 5 * MINUTE)
    assert (len(told()), AlertDelivery.objects.count()) == (2, 0)


def test_one_message_has_all_that_is_new() -> None:
    channel()
    take_up(facts((AUDIT, 7), (AlertKey(AlertCause.CERTIFICATE, "", region().pk), 2)), NOON)

    (key,) = bundle(NOON)
    assert bundle(NOON) == []
    message = AlertMessage.objects.get(pk=key)
    assert (message.kind, message.state, message.deliveries.count(), message.next_try_at) == (
        "news",
        "waiting",
        2,
        NOON,
    )


def test_quiet_hours_hold_back_until_they_end() -> None:
    night = {"quiet_from": dt.time(22), "quiet_until": dt.time(6)}
    channel("patient", **night)
    channel("woken", disturbing="critical", **night)
    at_night = dt.datetime(2026, 11, 20, 23, 30, tzinfo=dt.UTC)
    take_up(facts((AUDIT, 7), (AlertKey(AlertCause.CERTIFICATE, "", region().pk), 2)), at_night)

    (woken,) = bundle(at_night)
    message = AlertMessage.objects.get(pk=woken)
    assert (message.channel.name, message.kind) == ("woken", "news")
    assert [delivery.change.alert.cause for delivery in message.deliveries.all()] == ["audit_broken"]
    morning = dt.datetime(2026, 11, 21, 5, 0, tzinfo=dt.UTC)
    assert bundle(morning - MINUTE) == []
    made = AlertMessage.objects.filter(pk__in=bundle(morning))
    assert sorted((row.channel.name, row.kind, row.deliveries.count()) for row in made) == [
        ("patient", "summary", 2),
        ("woken", "summary", 1),
    ]


def test_what_a_channel_could_not_tell_for_days_is_forgotten() -> None:
    made = channel()
    take_up(facts((AUDIT, 7)), NOON)
    AlertChannel.objects.update(is_active=False)
    assert bundle(NOON + MINUTE) == []
    AlertChannel.objects.update(is_active=True)
    assert bundle(NOON + FORGET_AFTER + MINUTE) == []
    assert (made.messages.count(), AlertDelivery.objects.count()) == (0, 0)


def test_the_end_of_a_cause_of_another_release_is_not_guessed() -> None:
    Alert.objects.create(key="later::", cause="later", phase=AlertPhase.OPEN, since=NOON)
    assert take_up(facts(), NOON + 600 * MINUTE) == 0
    assert Alert.objects.get().phase == "open"
