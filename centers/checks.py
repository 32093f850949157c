"""System checks that say in one sentence what stored passwords lack."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core import checks
from django.db import connections

from centers.key_rotation import counts_by_key
from centers.sealing import is_key, key_id
from centers.secret_models import StoredSecret


@checks.register()
def secret_keys_are_keys(**_: Any) -> list[checks.CheckMessage]:
    """A line that is no key would make every stored password unreadable."""
    wrong = sum(1 for key in settings.SECRET_KEYS if not is_key(key))
    if not wrong:
        return []
    text = f"DENTALHUB_SECRET_KEYS: {wrong} of {len(settings.SECRET_KEYS)} are no keys."
    return [checks.Error(text, hint="Make one with: dentalhub rotate_keys --new-key", id="centers.E001")]


@checks.register(checks.Tags.database)
def stored_secrets_can_be_read(databases: Sequence[str] | None = None, **_: Any) -> list[checks.CheckMessage]:
    """Warn of passwords whose key is missing; only with `check --database default`, and before each migration."""
    if not databases or "default" not in databases:
        return []
    # Before the first migration there is nothing to look at.
    if StoredSecret._meta.db_table not in connections["default"].introspection.table_names():
        return []
    counts = counts_by_key()
    known = {key_id(key) for key in settings.SECRET_KEYS if is_key(key)}
    if counts and not known:
        text = f"{sum(counts.values())} stored passwords cannot be read: DENTALHUB_SECRET_KEYS is empty."
        return [checks.Warning(text, hint="Set it as it was when they were stored.", id="centers.W001")]
    return [
        checks.Warning(
            f"{count} stored passwords cannot be read: DENTALHUB_SECRET_KEYS lacks the key {identity or '?'}.",
            hint="Put the key back, or type these passwords again.",
            id="centers.W002",
        )
        for identity, count in sorted(counts.items())
        if identity not in known
    ]
