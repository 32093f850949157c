"""Second factors' secrets under the present secret key, so that a former one is needed no more."""

from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.db import transaction

from dentalhub.sign_in import stored_secrets

# Where an authenticator keeps what is encrypted; keys and passkeys have no secret here.
_SECRETS = ("secret", "seed")


@dataclass(frozen=True, slots=True)
class Renewal:
    """How many secrets a former key had encrypted, and the people whose secrets no key opens."""

    renewed: int = 0
    unreadable: tuple[str, ...] = ()


def renew(*, dry_run: bool = False) -> Renewal:
    """Encrypt anew, one row after the other, what a former key has encrypted; `dry_run`: only count."""
    renewed, unreadable = 0, []
    for pk in Authenticator.objects.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            found = Authenticator.objects.select_for_update().filter(pk=pk).first()
            if found is None:
                continue
            try:
                changed = {name: text for name in _SECRETS if (text := _renewed(found.data.get(name)))}
            except InvalidToken:
                unreadable.append(found.user.get_username())
                continue
            renewed += len(changed)
            if changed and not dry_run:
                found.data |= changed
                found.save(update_fields=["data"])
    return Renewal(renewed, tuple(unreadable))


def _renewed(stored: str | None) -> str | None:
    """The secret under the present key; None where there is none, or it is so already. Raises InvalidToken."""
    if not stored or stored_secrets.is_present(stored):
        return None
    return stored_secrets.encrypt(stored_secrets.decrypt(stored))
