"""The part of a filter that may be stored, as a JSON text. *Pure*.

A searched text may be a patient's name and a pseudonym is one patient: neither is ever stored, so that an export with
one of them is made while it is downloaded, and by no job, schedule or queue.
"""

import datetime as dt
import json
from dataclasses import fields, replace
from typing import Any

from extraction.entry_filter import EntryFilter

_DAYS = frozenset({"date_from", "date_to"})


def is_storable(wanted: EntryFilter) -> bool:
    """False for a filter that says something about a patient."""
    return wanted == _stored_part(wanted)


def to_text(wanted: EntryFilter) -> str:
    """The stored part, empty parts left out."""
    stored = _stored_part(wanted)
    values = {field.name: getattr(stored, field.name) for field in fields(stored)}
    # No region at all is another thing than every region.
    kept = {name: value for name, value in values.items() if value or (name == "within" and value is not None)}
    return json.dumps(kept, default=dt.date.isoformat)


def from_text(text: str) -> EntryFilter:
    """The inverse of `to_text`; parts that this version does not know raise TypeError."""
    values: dict[str, Any] = json.loads(text)
    for name, value in values.items():
        if name in _DAYS:
            values[name] = dt.date.fromisoformat(value)
        elif isinstance(value, list):
            values[name] = tuple(value)
    return EntryFilter(**values)


def _stored_part(wanted: EntryFilter) -> EntryFilter:
    # What `without_patients` hides.
    return replace(wanted, text="", pseudonym="")
