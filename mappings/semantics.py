"""What values mean in the chosen tables: forms of dates, flags, patient numbers, kinds of insurance. *Pure*."""

from collections.abc import Mapping
from dataclasses import dataclass

from mappings.canonical import CanonicalTable, canonical_tables
from mappings.column_types import date_format, is_day, patient_id_form
from mappings.document import DeleteFlag, Evidence
from mappings.enums import DateFormat, PatientIdForm
from mappings.forms_of_values import date_form_of, delete_flag_of
from mappings.insurance_kinds import codes_from
from mappings.matcher.column_choice import ScoredColumn
from mappings.matcher.source import SourceTable
from mappings.matcher.table_comparison import ScoredTable
from mappings.patterns import is_inverted
from mappings.profile import ColumnProfile
from mappings.quality import flags_of
from mappings.words import meanings_of_name

_YES = frozenset({"1", "-1", "J", "JA", "Y", "YES", "T", "TRUE"})
_NO = frozenset({"0", "N", "NEIN", "NO", "F", "FALSE"})


@dataclass(frozen=True, slots=True)
class TableForms:
    """The forms in one chosen table, how they were found, and per field what its values warn of."""

    date_format: DateFormat | None
    delete_flag: DeleteFlag | None
    evidence: tuple[Evidence, ...]
    flags: Mapping[str, tuple[Evidence, ...]]


def table_forms(canonical: CanonicalTable, scored: ScoredTable) -> TableForms:
    """The forms in `scored`, taken for `canonical`."""
    date = next((scored.columns.get(field.name) for field in canonical.fields if field.kind == "date"), None)
    form, proof = _date_form(date, scored.item)
    return TableForms(
        date_format=form,
        delete_flag=_delete_flag(scored.columns.get("DELKZ"), scored.item),
        evidence=proof,
        flags={
            field.name: flags_of(field.kind, scored.item.values(scored.columns[field.name].column), scored.item.profile)
            for field in canonical.fields
            if field.name in scored.columns
        },
    )


def insurance_kinds(insurers: ScoredTable | None) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Which kind codes mean what, and the codes that were seen and that nobody knows."""
    kind = insurers.columns.get("ART") if insurers is not None else None
    profile = insurers.item.values(kind.column) if insurers is not None and kind is not None else None
    return codes_from(profile.codes if profile is not None else ())


def patient_form(chosen: Mapping[str, ScoredTable]) -> PatientIdForm | None:
    """How the chosen tables write the number of a patient; None where none has one."""
    columns = [
        chosen[canonical.name].columns[field.name].column
        for canonical in canonical_tables()
        for field in canonical.fields
        if field.refers_to == "PATIENT" and canonical.name in chosen and field.name in chosen[canonical.name].columns
    ]
    return patient_id_form(*columns) if columns else None


def _date_form(date: ScoredColumn | None, item: SourceTable) -> tuple[DateFormat | None, tuple[Evidence, ...]]:
    if date is None:
        return None, ()
    profile = item.values(date.column)
    found = date_form_of(date.column, profile.shapes if profile is not None else ())
    if found is None:
        return None, ()
    form, sure = found
    if not sure:
        return form, (Evidence("date_form_guessed", 0.6),)
    by_type = is_day(date.column) or date_format(date.column) == (form, True)
    return form, (Evidence("date_form_by_type" if by_type else "date_form_by_values", 1.0),)


def _delete_flag(flag: ScoredColumn | None, item: SourceTable) -> DeleteFlag | None:
    if flag is None:
        return None
    profile = item.values(flag.column)
    return delete_flag_of(flag.column, profile, inverted=says_active(flag.column.name, profile))


def says_active(name: str, profile: ColumnProfile | None) -> bool:
    """True for a flag that marks the living rows: by its name, else because most rows have it set."""
    said = meanings_of_name(name)
    if is_inverted(said) or "deleted" in said:
        return is_inverted(said)
    codes = [(code.upper(), count) for code, count in profile.codes] if profile is not None else []
    yes, no = (sum(count for code, count in codes if code in words) for words in (_YES, _NO))
    return (
        profile is not None
        and yes > no
        and yes > profile.null_share * profile.values / max(1 - profile.null_share, 0.01)
    )
