"""What a change of the configuration did, as the audit trail keeps it: each field before and after. *Pure*."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from enum import Enum

from django.db import models

Plain = str | int | float | bool | None
# [before, after], or CHANGED alone where the values are secrets.
Changes = dict[str, list[Plain] | str]

CHANGED = "changed"
MOST_CHARACTERS = 500
# A field whose name has one of these words in it never shows its values. References to passwords count: where a
# secret lies is half of the way to it.
_SECRET_WORDS = frozenset({"password", "passphrase", "secret", "credential", "token", "digest", "key", "keys"})


def is_secret(field: str) -> bool:
    """True when the name of the field says that its values are for nobody to see."""
    return not _SECRET_WORDS.isdisjoint(field.lower().split("_"))


def changes(before: Mapping[str, object], after: Mapping[str, object], secret: Collection[str] = ()) -> Changes:
    """Each field whose value differs, with both values; empty when nothing differs.

    What stands on one side only has None on the other: an empty `before` is an object that came into being, an empty
    `after` one that went. The values of `secret` fields, and of those that `is_secret` knows, never appear. No field
    may hold a value of a patient.
    """
    found: Changes = {}
    for field in [*before, *(field for field in after if field not in before)]:
        old, new = before.get(field), after.get(field)
        if old == new:
            continue
        if field in secret or is_secret(field):
            found[field] = CHANGED
        else:
            found[field] = [plain(old), plain(new)]
    return found


def values_of(row: models.Model, fields: Iterable[str] | None = None) -> dict[str, object]:
    """The values of a row by field, for `changes`: of `fields` where they are named, else of all that people may set.

    Another row is named by its code where it has one; a set of rows by the sorted names. Takes a query for each
    relation that is not loaded.
    """
    known = {field.name: field for field in (*row._meta.concrete_fields, *row._meta.many_to_many)}
    names = [name for name, field in known.items() if field.editable] if fields is None else list(fields)
    found: dict[str, object] = {}
    for name in names:
        field = known.get(name)
        if isinstance(field, models.ManyToManyField):
            others = getattr(row, name).all() if row.pk else ()
            found[name] = sorted(_name_of(other) for other in others)
        elif isinstance(field, models.ForeignKey):
            other = getattr(row, name) if getattr(row, field.attname) is not None else None
            found[name] = None if other is None else _name_of(other)
        elif field is not None and not field.primary_key:
            found[name] = getattr(row, name)
    return found


def plain(value: object) -> Plain:
    """The value as JSON has it: times in ISO 8601, lists as one line, long text cut."""
    if isinstance(value, Enum):
        value = value.value
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    text = ", ".join(str(part) for part in value) if isinstance(value, list | tuple | set | frozenset) else str(value)
    return text if len(text) <= MOST_CHARACTERS else f"{text[: MOST_CHARACTERS - 1]}…"


def _name_of(row: models.Model) -> str:
    return str(getattr(row, "code", None) or row)
