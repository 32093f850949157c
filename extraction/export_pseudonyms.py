"""Puts pseudonyms where patient ids stand, for people who may not see the ids. *Pure* but for the key."""

from collections.abc import Iterable, Iterator

from extraction.export_rows import Batch, EntryRow
from extraction.pseudonyms import pseudonym_of

_MOST_REMEMBERED = 50_000


def pseudonymised(batches: Iterable[Batch]) -> Iterator[Batch]:
    """The same entries with pseudonyms."""
    known = dict[tuple[int, str], str]()
    for rows, centers in batches:
        if len(known) > _MOST_REMEMBERED:
            known.clear()
        changed = list[EntryRow]()
        for center, date, patient, *rest in rows:
            name = known.get((center, patient))
            if name is None:
                name = known[center, patient] = str(pseudonym_of(centers[center].id, patient))
            changed.append((center, date, name, *rest))  # type: ignore[arg-type]
        yield Batch(changed, centers)
