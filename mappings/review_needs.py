"""Which choices the review policy leaves to a person, as the review page shows them. *Pure*."""

from mappings.policy import Standing
from mappings.review_rows import TableRow

_TO_LOOK_AT = frozenset({Standing.REVIEW, Standing.OPEN})


def keys_to_look_at(rows: tuple[TableRow, ...]) -> tuple[str, ...]:
    """`KARTEI`, `KARTEI.DATUM` ...: what stands as *needs a look* or *open*; a missing table stands for its fields."""
    found: list[str] = []
    for row in rows:
        if row.why.standing in _TO_LOOK_AT:
            found.append(row.name)
        if row.physical:
            found += [field.key for field in row.fields if field.why.standing in _TO_LOOK_AT]
    return tuple(found)
