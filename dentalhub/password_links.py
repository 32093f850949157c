"""One-time links with which people choose a password that nobody else knows: made, judged, used once.

Whoever has a link can take the place of its person, so it lives for hours, a new one ends the earlier one, and so does
whoever deactivates the person. It is no way around a second factor.
"""

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from dentalhub.audit import record
from dentalhub.link_models import PasswordLink
from dentalhub.session_ending import end_sessions

SECRET_BYTES = 32
# No secret is longer; what is longer is not even hashed.
MOST_CHARACTERS = 100


class DeadLinkError(Exception):
    """The link was used, revoked or too old, or its person is not active any more."""


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link and its secret, which nobody can show again."""

    link: PasswordLink
    secret: str

    @property
    def path(self) -> str:
        """The address of the link, without scheme and host."""
        return f"{reverse('password_link')}?{urlencode({'key': self.secret})}"


def issue(user: User) -> NewLink:
    """A new link for `user`, who is active; earlier ones count no more. Whoever hands it on records it."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    with transaction.atomic():
        revoke(user)
        until = timezone.now() + dt.timedelta(hours=settings.PASSWORD_LINK_HOURS)
        link = PasswordLink.objects.create(user=user, digest=_digest(secret), expires_at=until)
    return NewLink(link, secret)


def revoke(user: User) -> bool:
    """End the link of `user` that is open; False when there was none."""
    return bool(user.password_links.filter(used_at=None, revoked_at=None).update(revoked_at=timezone.now()))


def judge(secret: str) -> PasswordLink | None:
    """The link with this secret and its user while it counts; asking uses nothing up."""
    if len(secret) > MOST_CHARACTERS:
        return None
    return _open().filter(digest=_digest(secret)).select_related("user").first()


def still_open(pk: int) -> PasswordLink | None:
    """The link that `judge` found earlier, while it still counts."""
    return _open().filter(pk=pk).select_related("user").first()


def use(link: PasswordLink, password: str) -> User:
    """Give the person of `link` this password, which is valid, and end their sessions. Raises DeadLinkError."""
    with transaction.atomic():
        # Of two requests with the same link one gets a row here.
        if not _open().filter(pk=link.pk).update(used_at=timezone.now()):
            raise DeadLinkError
        user = User.objects.get(pk=link.user_id)
        user.set_password(password)
        user.save(update_fields=["password"])
        end_sessions(user)
        record(user, "person.password_chosen", user)
    return user


def _open() -> QuerySet[PasswordLink]:
    now = timezone.now()
    return PasswordLink.objects.filter(used_at=None, revoked_at=None, expires_at__gt=now, user__is_active=True)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
