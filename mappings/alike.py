"""What two centers' changes have in common, whatever random affixes their sources use. *Pure*."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from mappings.diff import DiffRow, changes, diff
from mappings.digest import NO_DIGEST, Digest, in_order
from mappings.document import MappingDocument
from mappings.review_load import Need

# What a version that is nobody's successor is compared with.
_NOTHING = MappingDocument((), insurance_codes=())


@dataclass(frozen=True, slots=True)
class CommonChange:
    """One decision that differs; names are without affixes, '' means none."""

    field: str
    before: str
    after: str

    @property
    def only_affix(self) -> bool:
        """True for a name that another affix was put on."""
        return self.before == self.after


def exact_changes(before: MappingDocument | None, after: MappingDocument) -> tuple[DiffRow, ...]:
    """What differs between the approved content, None where there is none, and `after`."""
    return changes(diff(before or _NOTHING, after))


def common_changes(before: Digest | None, after: Digest) -> tuple[CommonChange, ...]:
    """The same without affixes: equal for centers whose changes are identical."""
    old = before or NO_DIGEST
    differing = [key for key in {*old, *after} if _name(old, key) != _name(after, key)]
    return tuple(CommonChange(key, _plain(old, key), _plain(after, key)) for key in in_order(differing))


def key_of(common: Sequence[CommonChange], needs: Sequence[Need], *, is_first: bool) -> str:
    """Equal for equal changes that need the same look; 16 hexadecimal digits. A first version is never like a later
    one."""
    data = [
        is_first,
        [[item.field, item.before, item.after] for item in common],
        [[item.field, item.plain, item.is_doubt] for item in needs],
    ]
    return hashlib.sha256(json.dumps(data, ensure_ascii=False).encode()).hexdigest()[:16]


def _name(rows: Digest, key: str) -> str:
    return rows[key].name if key in rows else ""


def _plain(rows: Digest, key: str) -> str:
    return rows[key].plain if key in rows else ""
