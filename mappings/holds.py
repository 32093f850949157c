"""Why a center is on hold. *Pure*.

What is stored are words (`gone:KARTEI.DATUM`), so that every reader gets the sentence in the own language.
"""

from collections.abc import Sequence
from functools import cache

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mappings.canonical import canonical_tables
from mappings.drift import Change
from mappings.enums import DriftKind

_SHOWN = 4
_WORDS: dict[str, Promise] = {
    DriftKind.GONE: gettext_lazy("%(field)s is gone"),
    DriftKind.RENAMED: gettext_lazy("%(field)s was renamed"),
    DriftKind.TYPE_CHANGED: gettext_lazy("%(field)s has another type"),
}


@cache
def read_tables() -> tuple[str, ...]:
    """The canonical tables that an extraction reads; the others only help to find these."""
    return tuple(table.name for table in canonical_tables() if any(field.required for field in table.fields))


def holding(changes: Sequence[Change]) -> tuple[Change, ...]:
    """The breaking changes of tables that an extraction reads; a table that is gone stands for its columns."""
    wanted = [change for change in changes if change.is_breaking and change.field.partition(".")[0] in read_tables()]
    gone = {change.field for change in wanted if change.kind is DriftKind.GONE}
    return tuple(change for change in wanted if "." not in change.field or change.field.partition(".")[0] not in gone)


def hold_of(changes: Sequence[Change]) -> str:
    """The stored form, at most 200 characters; empty when these changes hold nobody."""
    held = holding(changes)
    words = [f"{change.kind.value}:{change.field}" for change in held[:_SHOWN]]
    return " ".join([*words, f"more:{len(held) - _SHOWN}"] if len(held) > _SHOWN else words)


def hold_sentence(hold: str) -> str:
    """“Schema changed: KARTEI.DATUM is gone.”, in the active language; empty for an empty `hold`."""
    if not hold:
        return ""
    named: list[str] = []
    more = 0
    for word in hold.split():
        kind, _colon, field = word.partition(":")
        if kind == "more":
            more = int(field)
        elif kind in _WORDS:
            named.append(str(_WORDS[kind]) % {"field": field})
    changes = ", ".join(named)
    if not more:
        return _("Schema changed: %(changes)s.") % {"changes": changes}
    sentence = ngettext(
        "Schema changed: %(changes)s, and %(count)d more change.",
        "Schema changed: %(changes)s, and %(count)d more changes.",
        more,
    )
    return sentence % {"changes": changes, "count": more}
