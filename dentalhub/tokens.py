"""API tokens: made once, kept as a hash, judged on every request."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from dentalhub.access import Right, may
from dentalhub.audit import record
from dentalhub.models import ApiToken

# `dh_` lets people and secret scanners see what it is.
START = "dh_"
PREFIX_BYTES = 4
SECRET_BYTES = 32
# No token is longer; what is longer is not even hashed.
MOST_CHARACTERS = 100


class Refusal(StrEnum):
    """Why a token does not count."""

    INVALID = "invalid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    INACTIVE = "inactive"


class TokenNameError(Exception):
    """This person has a token of this name already."""


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token and its text, which nobody can show again."""

    token: ApiToken
    text: str


def issue(user: User, name: str, rights: Iterable[Right], lifetime: dt.timedelta) -> NewToken:
    """A new token of `user`. Raises TokenNameError, and ValueError for a right that the user's roles lack."""
    scopes = [right for right in Right if right in set(rights)]
    if not scopes or not all(may(user, right) for right in scopes):
        raise ValueError("A token has at least one right, and none that its person lacks.")
    prefix = START + secrets.token_hex(PREFIX_BYTES)
    text = f"{prefix}_{secrets.token_urlsafe(SECRET_BYTES)}"
    try:
        with transaction.atomic():
            token = ApiToken.objects.create(
                user=user,
                name=name,
                prefix=prefix,
                digest=_digest(text),
                scopes=" ".join(scopes),
                expires_at=timezone.now() + lifetime,
            )
            until = token.expires_at.isoformat(timespec="minutes")
            record(user, "token.created", token, scopes=token.scope_list, expires_at=until)
    except IntegrityError as error:
        raise TokenNameError from error
    return NewToken(token, text)


def revoke(token: ApiToken, person: User) -> bool:
    """End a token for ever; False when somebody has done so already."""
    with transaction.atomic():
        if not ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now()):
            return False
        record(person, "token.revoked", token, owner=token.user.get_username())
    return True


def judge(text: str) -> ApiToken | Refusal:
    """The token with this text and its user, in one query; or why it does not count at this moment."""
    if len(text) > MOST_CHARACTERS:
        return Refusal.INVALID
    prefix = text[: len(START) + 2 * PREFIX_BYTES]
    token = ApiToken.objects.select_related("user").filter(prefix=prefix).first()
    if token is None or not constant_time_compare(token.digest, _digest(text)):
        return Refusal.INVALID
    if token.revoked_at is not None:
        return Refusal.REVOKED
    if token.expires_at <= timezone.now():
        return Refusal.EXPIRED
    return token if token.user.is_active else Refusal.INACTIVE


def note_use(token: ApiToken) -> None:
    """Remember the hour in which a token was last used; writes once an hour at most."""
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    if token.last_used_at is None or token.last_used_at < hour:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=hour)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
