"""API tokens: made once, kept as a hash, judged on every request."""

import datetime as dt
import re

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from dentalhub.access import Right
from dentalhub.models import ApiToken, AuditEvent
from dentalhub.tokens import Refusal, TokenNameError, issue, judge, note_use, revoke

MONTH = dt.timedelta(days=30)


def test_text_is_returned_once_and_stored_nowhere(analyst: User) -> None:
    made = issue(analyst, "night job", [Right.READ_ENTRIES], MONTH)
    assert re.fullmatch(r"dh_[0-9a-f]{8}_[A-Za-z0-9_-]{43}", made.text)
    secret = made.text[12:]
    for row in (*ApiToken.objects.values(), *AuditEvent.objects.values()):
        assert secret not in str(row)
    assert made.text.startswith(f"{made.token.prefix}_")
    assert judge(made.text) == made.token


def test_two_tokens_share_nothing(analyst: User) -> None:
    one, other = (issue(analyst, name, [Right.READ_ENTRIES], MONTH) for name in ("one", "other"))
    assert one.token.prefix != other.token.prefix
    assert one.text[12:] != other.text[12:]
    assert judge(one.token.prefix + other.text[11:]) is Refusal.INVALID


def test_making_one_is_audited(analyst: User) -> None:
    made = issue(analyst, "night job", [Right.EXPORT_ENTRIES, Right.READ_ENTRIES], MONTH)
    event = AuditEvent.objects.get(action="token.created")
    assert event.actor == analyst
    assert event.target == f"dentalhub.apitoken:{made.token.prefix} night job"
    assert event.details["scopes"] == ["read:entries", "export:entries"]


@pytest.mark.parametrize("rights", [[], [Right.READ_ENTRIES], [Right.READ_CENTERS, Right.EXPORT_ENTRIES]])
def test_no_right_beyond_those_of_the_person(reviewer: User, rights: list[Right]) -> None:
    with pytest.raises(ValueError, match="none that its person lacks"):
        issue(reviewer, "too much", rights, MONTH)
    assert not ApiToken.objects.exists()


def test_name_is_taken_until_its_token_is_revoked(analyst: User, admin: User) -> None:
    first = issue(analyst, "night job", [Right.READ_RUNS], MONTH)
    with pytest.raises(TokenNameError):
        issue(analyst, "night job", [Right.READ_RUNS], MONTH)
    issue(admin, "night job", [Right.READ_RUNS], MONTH)
    assert revoke(first.token, analyst)
    issue(analyst, "night job", [Right.READ_RUNS], MONTH)
    assert ApiToken.objects.count() == 3


def test_revoked_once_for_ever(analyst: User, admin: User) -> None:
    made = issue(analyst, "night job", [Right.READ_RUNS], MONTH)
    assert (revoke(made.token, admin), revoke(made.token, analyst)) == (True, False)
    assert judge(made.text) is Refusal.REVOKED
    event = AuditEvent.objects.get(action="token.revoked")
    assert (event.actor, event.details) == (admin, {"owner": "analyst"})


def test_expires_to_the_second(analyst: User, monkeypatch: pytest.MonkeyPatch) -> None:
    made = issue(analyst, "night job", [Right.READ_RUNS], MONTH)
    end = made.token.expires_at
    monkeypatch.setattr("dentalhub.tokens.timezone.now", lambda: end - dt.timedelta(seconds=1))
    assert judge(made.text) == made.token
    monkeypatch.setattr("dentalhub.tokens.timezone.now", lambda: end)
    assert judge(made.text) is Refusal.EXPIRED


def test_use_is_noted_to_the_hour_and_once_in_it(analyst: User, django_assert_num_queries: object) -> None:
    made = issue(analyst, "night job", [Right.READ_RUNS], MONTH)
    note_use(made.token)
    made.token.refresh_from_db()
    assert made.token.last_used_at == timezone.now().replace(minute=0, second=0, microsecond=0)
    with django_assert_num_queries(0):  # type: ignore[operator]
        note_use(made.token)


def test_judging_is_one_query(analyst: User, django_assert_num_queries: object) -> None:
    text = issue(analyst, "night job", [Right.READ_RUNS], MONTH).text
    with django_assert_num_queries(1):  # type: ignore[operator]
        judge(text)
