"""The physical form of the five tables that are extracted: names, types, keys and stored rows (*pure*)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from dentalhub.sandbox.distractors import patient_reference
from dentalhub.sandbox.filler import Kind, Surroundings, filler_column, filler_values
from dentalhub.sandbox.naming import Naming
from dentalhub.sandbox.rows import Practice
from dentalhub.sandbox.source_model import ColumnSpec, KeyKind, KeySpec, Row, TableSpec
from dentalhub.sandbox.traits import FlagForm, SourceForm
from dentalhub.sandbox.value_forms import (
    day_column,
    day_value,
    flag_column,
    flag_value,
    patient_column,
    patient_value,
)

FLAG = "DELKZ"


@dataclass(frozen=True, slots=True)
class CanonicalTable:
    """A canonical table as it stands in one source; ``columns`` maps canonical fields to physical names or None."""

    canonical: str
    table: TableSpec
    columns: Mapping[str, str | None]


# The columns beside the canonical ones.
_EXTRAS: Mapping[str, tuple[tuple[str, Kind], ...]] = MappingProxyType(
    {
        "PATIENT": (("GEBDAT", Kind.BIRTH), ("STRASSE", Kind.STREET), ("ORT", Kind.CITY), ("TELEFON", Kind.PHONE)),
        "KASSEN": (("KURZNAME", Kind.USER), ("IKNR", Kind.NUMBER), ("ORT", Kind.CITY)),
        "PATKASSE": (("VERSNR", Kind.NUMBER), ("GUELTIG_AB", Kind.DAY)),
        "KARTEI": (("ZAHN", Kind.TOOTH), ("BEHANDLER", Kind.STATUS), ("ERFASST_AM", Kind.STAMP)),
        "LEISTUNG": (("ZAHN", Kind.TOOTH), ("ANZAHL", Kind.COUNT), ("FAKTOR", Kind.FACTOR), ("BETRAG", Kind.MONEY)),
    }
)
# With a second day beside the renamed one, only a person can tell which of them counts.
_SECOND_DAY = (("AENDERDATUM", Kind.DAY),)

Fields = tuple[tuple[str, Callable[[str], ColumnSpec]], ...]


def make_canonical_tables(
    here: Surroundings, naming: Naming, schema: str, practice: Practice
) -> tuple[CanonicalTable, ...]:
    """The five tables; PATIENT comes first, since the others may refer to it."""
    form = here.form
    linked = here.rng.random() < 0.6  # whether the installation declares foreign keys
    parts = _parts(form, practice)
    patients = _make_table(here, naming, schema, "PATIENT", *parts["PATIENT"], None)
    return (
        patients,
        *(
            _make_table(here, naming, schema, word, *parts[word], patients.table if linked else None)
            for word in ("KASSEN", "PATKASSE", "KARTEI", "LEISTUNG")
        ),
    )


def _parts(form: SourceForm, practice: Practice) -> dict[str, tuple[Fields, list[Row], list[bool | None]]]:
    """Fields (without the flag), canonical values and delete marks of each table."""
    key = form.keys
    return {
        "PATIENT": (
            (("ID", _patient(form, nullable=False)), ("P_NAME", _text(60)), ("P_VORNAME", _text(60))),
            [(patient_value(row.id, key), row.family_name, row.given_name) for row in practice.patients],
            [row.deleted for row in practice.patients],
        ),
        "KASSEN": (
            (("ID", _number), ("NAME", _text(100)), ("ART", _code(3))),
            [(row.id, row.name, row.kind) for row in practice.insurers],
            [row.deleted for row in practice.insurers],
        ),
        "PATKASSE": (
            (("ID", _number), ("PATNR", _patient(form)), ("KASSENID", _reference)),
            [(row.id, patient_value(row.patient_id, key), row.insurer_id) for row in practice.links],
            [row.deleted for row in practice.links],
        ),
        "KARTEI": (
            (("ID", _number), ("PATNR", _patient(form)), ("DATUM", _day(form)), ("BEMERKUNG", _text(-1))),
            [
                (row.id, patient_value(row.patient_id, key), day_value(row.day, row.junk, form.dates), row.text)
                for row in practice.charts
            ],
            [row.deleted for row in practice.charts],
        ),
        "LEISTUNG": (
            (("ID", _number), ("PATIENTID", _patient(form)), ("DATUM", _day(form)), ("LEISTUNG", _code(12))),
            [
                (row.id, patient_value(row.patient_id, key), day_value(row.day, row.junk, form.dates), row.code)
                for row in practice.services
            ],
            [row.deleted for row in practice.services],
        ),
    }


def _make_table(
    here: Surroundings,
    naming: Naming,
    schema: str,
    word: str,
    fields: Fields,
    values: list[Row],
    marks: list[bool | None],
    patients: TableSpec | None,
) -> CanonicalTable:
    form = here.form
    columns = [make(naming.column(form.renamed.get(f"{word}.{field}", field))) for field, make in fields]
    physical: dict[str, str | None] = {field: column.name for (field, _), column in zip(fields, columns, strict=True)}
    flag: ColumnSpec | None = None
    if form.flags is not FlagForm.ABSENT:
        flag = flag_column(naming.column("AKTIV" if form.flags is FlagForm.ACTIVE else FLAG), form.flags)
        columns.append(flag)
    physical[FLAG] = flag.name if flag else None
    extras = _EXTRAS[word] + (_SECOND_DAY if f"{word}.DATUM" in form.renamed else ())
    columns += [filler_column(naming.column(extra), kind, form) for extra, kind in extras]
    others = filler_values([kind for _, kind in extras], here, len(values))
    rows = tuple(
        (*row, *((flag_value(mark, form.flags),) if flag else ()), *other)
        for row, mark, other in zip(values, marks, others, strict=True)
    )
    name = naming.table(word)
    keys = [KeySpec(f"PK_{name}", KeyKind.PRIMARY, (columns[0].name,))]
    patient_column_name = physical.get("PATNR") or physical.get("PATIENTID")
    if patients is not None and patient_column_name:
        keys.append(patient_reference(name, patient_column_name, patients))
    table = TableSpec(schema, name, tuple(columns), tuple(keys), rows)
    return CanonicalTable(word, table, MappingProxyType(physical))


def _number(name: str) -> ColumnSpec:
    return ColumnSpec(name, "int", nullable=False)


def _reference(name: str) -> ColumnSpec:
    return ColumnSpec(name, "int")


def _text(length: int) -> Callable[[str], ColumnSpec]:
    return lambda name: ColumnSpec(name, "nvarchar", length)


def _code(length: int) -> Callable[[str], ColumnSpec]:
    return lambda name: ColumnSpec(name, "varchar", length)


def _patient(form: SourceForm, *, nullable: bool = True) -> Callable[[str], ColumnSpec]:
    return lambda name: patient_column(name, form.keys, nullable=nullable)


def _day(form: SourceForm) -> Callable[[str], ColumnSpec]:
    return lambda name: day_column(name, form.dates)
