"""A cache that all processes share: rows of our own database.

Django's own one is not used because its `incr` reads and writes in two steps, so that two processes count one request,
and because it keeps pickled objects, which run code when somebody changed a row.
"""

import datetime as dt
import json
import random
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from dentalhub.models import CacheEntry

NEVER = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)
# One write of so many takes away what has expired.
WRITES_PER_CLEANING = 200


class DatabaseCache(BaseCache):
    """Keeps JSON values, and whole numbers that can be added to at the same time."""

    def __init__(self, _location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """The value of `key`, or `default` when there is none or its time is over."""
        entry = _living(self.make_and_validate_key(key, version)).first()
        if entry is None:
            return default
        return entry.number if entry.number is not None else json.loads(entry.value)

    def set(self, key: str, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        """Keep `value` for `timeout` seconds."""
        full_key = self.make_and_validate_key(key, version)
        columns = _columns(value, self._expiry(timeout))
        if not CacheEntry.objects.filter(key=full_key).update(**columns) and not _insert(full_key, columns):
            CacheEntry.objects.filter(key=full_key).update(**columns)

    def add(self, key: str, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Keep `value` unless there is one; True for exactly one of several callers."""
        full_key = self.make_and_validate_key(key, version)
        CacheEntry.objects.filter(key=full_key, expires_at__lte=timezone.now()).delete()
        return _insert(full_key, _columns(value, self._expiry(timeout)))

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Add to a number and return what it is now. Raises ValueError when there is none."""
        full_key = self.make_and_validate_key(key, version)
        with transaction.atomic():
            if not _living(full_key).filter(number__isnull=False).update(number=F("number") + delta):
                raise ValueError(f"There is no number under {key!r}.")
            # The row stays locked until the end of the transaction: nobody has added in between.
            return int(CacheEntry.objects.values_list("number", flat=True).get(key=full_key) or 0)

    def touch(self, key: str, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Keep a value for longer."""
        return bool(_living(self.make_and_validate_key(key, version)).update(expires_at=self._expiry(timeout)))

    def delete(self, key: str, version: int | None = None) -> bool:
        """Forget a value."""
        return bool(CacheEntry.objects.filter(key=self.make_and_validate_key(key, version)).delete()[0])

    def clear(self) -> None:
        """Forget everything."""
        CacheEntry.objects.all().delete()

    def _expiry(self, timeout: float | None) -> dt.datetime:
        # Django: a negative time is over at once, None never.
        seconds = self.get_backend_timeout(timeout)
        return NEVER if seconds is None else dt.datetime.fromtimestamp(seconds, dt.UTC)


def _living(key: str) -> Any:
    return CacheEntry.objects.filter(key=key, expires_at__gt=timezone.now())


def _columns(value: Any, expires_at: dt.datetime) -> dict[str, Any]:
    if isinstance(value, int) and not isinstance(value, bool):
        return {"number": value, "value": "", "expires_at": expires_at}
    return {"number": None, "value": json.dumps(value), "expires_at": expires_at}


def _insert(key: str, columns: dict[str, Any]) -> bool:
    if random.randrange(WRITES_PER_CLEANING) == 0:  # noqa: S311  no secret
        CacheEntry.objects.filter(expires_at__lte=timezone.now()).delete()
    try:
        with transaction.atomic():
            CacheEntry.objects.create(key=key, **columns)
    except IntegrityError:
        return False
    return True
