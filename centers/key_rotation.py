"""Encrypts stored passwords anew with the first key, so that an older key can be taken away."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import transaction

from centers.credentials.stored import keyring
from centers.exceptions import CredentialError
from centers.sealing import Keyring, key_id_of
from centers.secret_models import StoredSecret
from dentalhub.audit import record

# Rows of one transaction: short enough to keep nobody waiting, and each is whole or not there after a crash.
BATCH = 20


@dataclass(slots=True)
class Rotation:
    """What a rotation did: how many passwords it encrypted anew, and which it could not read, with the reason."""

    key: str
    rotated: int = 0
    unreadable: dict[int, str] = field(default_factory=dict)


def counts_by_key() -> dict[str, int]:
    """How many passwords each key has sealed, by its id. Reads all of them, a batch at a time."""
    return dict(Counter(key_id_of(sealed) for _pk, sealed in _stored()))


def rotate() -> Rotation:
    """Encrypt anew what the first key has not sealed. Raises CredentialError without a usable key.

    It may be ended at any moment and run again. What somebody changes meanwhile stays changed: each row is written only
    where it still holds what was read.
    """
    keys = keyring()
    rotation = Rotation(keys.first)
    batch: list[tuple[int, str]] = []
    for pk, sealed in _stored():
        if key_id_of(sealed) == keys.first:
            continue
        batch.append((pk, sealed))
        if len(batch) >= BATCH:
            _write(keys, batch, rotation)
            batch = []
    _write(keys, batch, rotation)
    return rotation


def _write(keys: Keyring, batch: list[tuple[int, str]], rotation: Rotation) -> None:
    anew = []
    for pk, sealed in batch:
        try:
            anew.append((pk, sealed, keys.reseal(sealed)))
        except CredentialError as error:
            rotation.unreadable[pk] = str(error)
    if not anew:
        return
    with transaction.atomic():
        written = sum(
            StoredSecret.objects.filter(pk=pk, sealed=before).update(sealed=after) for pk, before, after in anew
        )
        if written:
            record(None, "secret.keys_rotated", f"key {keys.first}", count=written)
    rotation.rotated += written


def _stored() -> Iterator[tuple[int, str]]:
    """Every row by its primary key, page by page: no cursor stays open while rows are written."""
    last = 0
    while page := list(StoredSecret.objects.filter(pk__gt=last).order_by("pk").values_list("pk", "sealed")[:200]):
        yield from page
        last = page[-1][0]
