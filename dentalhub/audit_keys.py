"""The keys that bind the audit trail. They never lie in the database."""

import hmac
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings

from dentalhub.audit_chain import key_name


class Key(NamedTuple):
    """A key and what events call it."""

    name: str
    secret: bytes


def current_key() -> Key:
    """The key for new events: the first of DENTALHUB_AUDIT_KEY, else one derived from the secret key."""
    return _keys(tuple(settings.AUDIT_KEYS), _secret_keys())[0]


def known_keys() -> Mapping[str, bytes]:
    """All keys by name, former ones as well."""
    return {key.name: key.secret for key in _keys(tuple(settings.AUDIT_KEYS), _secret_keys())}


def _secret_keys() -> tuple[str, ...]:
    return (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


@lru_cache(maxsize=8)
def _keys(own: tuple[str, ...], secret_keys: tuple[str, ...]) -> tuple[Key, ...]:
    # Derived ones stay known, so that events from before DENTALHUB_AUDIT_KEY was set verify.
    derived = [hmac.digest(text.encode(), b"dentalhub audit trail", "sha256") for text in secret_keys]
    secrets = [text.encode() for text in own] + derived
    return tuple(Key(key_name(secret), secret) for secret in secrets)
