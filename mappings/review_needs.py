"""Which choices the review policy leaves to a person, as the review page shows them. *Pure*."""

from mappings.look_subjects import INSURANCE_CODES, PATIENT_ID_FORM
from mappings.policy import Standing
from mappings.review_rows import TableRow

_TO_LOOK_AT = frozenset({Standing.REVIEW, Standing.OPEN})


def keys_to_look_at(rows: tuple[TableRow, ...]) -> tuple[str, ...]:
    """`KARTEI`, `KARTEI.DATUM` ...: what stands as *needs a look* or *open*; a missing table stands for its fields.

    What the values mean decides about every chart entry, so no policy takes it: the form of the patient ids, and the
    insurance codes of a source that has insurers.
    """
    found: list[str] = []
    for row in rows:
        if row.why.standing in _TO_LOOK_AT:
            found.append(row.name)
        if row.physical:
            found += [field.key for field in row.fields if field.why.standing in _TO_LOOK_AT]
    has_insurers = any(row.name == "KASSEN" and row.physical for row in rows)
    return (*found, *([INSURANCE_CODES] if has_insurers else []), PATIENT_ID_FORM)
