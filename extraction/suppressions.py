"""Who is suppressed, asked for a whole batch at once, and the lock that puts landing and suppressing in an order.

A suppression is committed before anything is erased. Whoever writes entries locks their centers and reads the
suppressions inside the same transaction: it then either commits before the suppression, and the erasure finds what it
wrote, or it sees the suppression and leaves the patient out, however long ago the rows were read.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from django.db import connection

from centers.models import Center
from extraction.exceptions import SuppressionKeyError
from extraction.models import SuppressedPatient
from extraction.rows import SliceRows, checksum
from extraction.suppression_keys import keys

# SQL Server takes 2,100 parameters in a statement.
_KEYS_PER_STATEMENT = 1000
Tokens = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Suppressions:
    """The tokens of some centers: by the center's own id, then by the name of the key that made them."""

    tokens: Mapping[str, Tokens] = field(default_factory=dict)

    def names(self, center_id: str, patient_id: str) -> bool:
        """True when nothing of this patient may land. Raises SuppressionKeyError when nobody can tell."""
        own = self.tokens.get(center_id)
        if not own:
            return False
        known = {key.name: key for key in keys()}
        if own.keys() - known.keys():
            raise SuppressionKeyError(center_id)
        return any(known[name].token(center_id, patient_id) in tokens for name, tokens in own.items())

    def patients(self, center_id: str, patient_ids: Collection[str]) -> frozenset[str]:
        """Those of `patient_ids` that are suppressed. Raises SuppressionKeyError."""
        if center_id not in self.tokens:
            return frozenset()
        return frozenset(patient for patient in set(patient_ids) if self.names(center_id, patient))

    def without(self, center_id: str, rows: SliceRows) -> SliceRows:
        """The slice without the entries of suppressed patients, which it counts. Raises SuppressionKeyError."""
        gone = self.patients(center_id, [entry.patient_id for entry in rows.entries])
        if not gone:
            return rows
        left = tuple(entry for entry in rows.entries if entry.patient_id not in gone)
        count = rows.suppressed + len(rows.entries) - len(left)
        return replace(rows, entries=left, suppressed=count, source_checksum=checksum(rows))


def suppressions_of(center_ids: Collection[str]) -> Suppressions:
    """The suppressions of these centers, by their own ids; one query for every 1,000 of them."""
    found: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    wanted = sorted(set(center_ids))
    for start in range(0, len(wanted), _KEYS_PER_STATEMENT):
        rows = SuppressedPatient.objects.filter(center_id__in=wanted[start : start + _KEYS_PER_STATEMENT]).order_by()
        for center_id, key_id, token in rows.values_list("center_id", "key_id", "token"):
            found[center_id][key_id].add(token)
    return Suppressions(
        {center_id: {name: frozenset(tokens) for name, tokens in own.items()} for center_id, own in found.items()}
    )


def locked_suppressions(centers: Mapping[int, str]) -> Suppressions:
    """The suppressions of `centers` (primary key to own id), which nobody can add to before the commit."""
    lock_centers(centers)
    return suppressions_of(centers.values())


def lock_centers(center_pks: Collection[int]) -> None:
    """Keep others who ask for the same from going on until the commit; only inside a transaction.

    SQLite's immediate transactions stand in a queue anyway.
    """
    if not connection.features.has_select_for_update:
        return
    wanted = sorted(center_pks)
    for start in range(0, len(wanted), _KEYS_PER_STATEMENT):
        some = Center.objects.select_for_update().filter(pk__in=wanted[start : start + _KEYS_PER_STATEMENT])
        list(some.order_by("pk").values_list("pk", flat=True))


def missing_keys() -> list[str]:
    """The ids of centers some of whose suppressions nobody can check, because their key is gone."""
    known = [key.name for key in keys()]
    lost = SuppressedPatient.objects.exclude(key_id__in=known).order_by("center_id")
    return list(lost.values_list("center_id", flat=True).distinct())
