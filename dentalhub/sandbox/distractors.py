"""The other tables of a dental software, many with the words that a matcher looks for (*pure*)."""

from collections.abc import Sequence
from dataclasses import dataclass

from dentalhub.sandbox.filler import Kind, Surroundings, filler_column, filler_values
from dentalhub.sandbox.naming import Naming
from dentalhub.sandbox.source_model import KeyKind, KeySpec, TableSpec
from dentalhub.sandbox.traits import FlagForm

Fields = tuple[tuple[str, Kind], ...]


@dataclass(frozen=True, slots=True)
class Distractor:
    """A table that the extraction must leave alone; ``rows`` is the most it holds."""

    word: str
    rows: int
    fields: Fields


_ID = ("ID", Kind.ID)
_PATIENT = ("PATNR", Kind.PATIENT)
_DAY = ("DATUM", Kind.DAY)
_NOTE = ("BEMERKUNG", Kind.NOTE)
_FLAG = ("DELKZ", Kind.FLAG)
_USER = ("BENUTZER", Kind.USER)
_CODE = ("LEISTUNG", Kind.CODE)
_SUM = ("BETRAG", Kind.MONEY)
_STATE = ("STATUS", Kind.STATUS)

# Every practice has these; the rest differs from installation to installation.
ALWAYS = (
    Distractor("TERMIN", 60, (_ID, _PATIENT, _DAY, ("ZEIT", Kind.TIME), _NOTE, _STATE, _FLAG)),
    Distractor("RECHNUNG", 50, (_ID, _PATIENT, _DAY, _SUM, ("BEZAHLT_AM", Kind.DAY), _NOTE, _FLAG)),
    Distractor("RECHNUNGPOS", 60, (_ID, ("RECHNUNGID", Kind.COUNT), _CODE, ("FAKTOR", Kind.FACTOR), _SUM)),
    Distractor("LABOR", 30, (_ID, _PATIENT, _DAY, ("FIRMA", Kind.FIRM), _SUM, _NOTE)),
    Distractor("RECALL", 40, (_ID, _PATIENT, ("FAELLIG", Kind.DAY), ("MONATE", Kind.COUNT), _NOTE, _FLAG)),
    Distractor("BENUTZER", 6, (_ID, ("LOGIN", Kind.USER), ("NAME", Kind.FAMILY), ("VORNAME", Kind.GIVEN), _FLAG)),
    Distractor("PROTOKOLL", 60, (_ID, ("ZEITSTEMPEL", Kind.STAMP), _USER, ("TEXT", Kind.NOTE))),
)
SOMETIMES = (
    Distractor("BEFUND", 60, (_ID, _PATIENT, _DAY, ("ZAHN", Kind.TOOTH), ("BEFUND", Kind.NOTE), _FLAG)),
    Distractor("REZEPT", 30, (_ID, _PATIENT, _DAY, ("MEDIKAMENT", Kind.NOTE), _USER)),
    Distractor("HKP", 25, (_ID, _PATIENT, _DAY, _SUM, _STATE, _NOTE, _FLAG)),
    Distractor("HKPLEISTUNG", 40, (_ID, ("HKPID", Kind.COUNT), _CODE, ("ZAHN", Kind.TOOTH), _SUM)),
    Distractor("ANAMNESE", 40, (_ID, _PATIENT, _DAY, ("FRAGE", Kind.NOTE), ("ANTWORT", Kind.YES))),
    Distractor("ROENTGEN", 30, (_ID, _PATIENT, _DAY, ("PFAD", Kind.PATH), ("GUID", Kind.GUID), _NOTE)),
    Distractor("DOKUMENT", 30, (_ID, _PATIENT, _DAY, ("PFAD", Kind.PATH), ("GROESSE", Kind.NUMBER))),
    Distractor("BRIEF", 20, (_ID, _PATIENT, _DAY, ("BETREFF", Kind.NOTE), _USER)),
    Distractor("NOTIZZETTEL", 20, (_ID, _PATIENT, _DAY, ("NOTIZ", Kind.NOTE), _USER)),
    Distractor("UEBERWEISER", 15, (_ID, ("NAME", Kind.FAMILY), ("VORNAME", Kind.GIVEN), ("ORT", Kind.CITY))),
    Distractor("MAHNUNG", 15, (_ID, ("RECHNUNGID", Kind.COUNT), _DAY, _SUM, ("STUFE", Kind.STATUS))),
    Distractor("BEHANDLER", 5, (_ID, ("NAME", Kind.FAMILY), ("VORNAME", Kind.GIVEN), ("KUERZEL", Kind.USER), _FLAG)),
    Distractor("LEISTUNGSKATALOG", 60, (_ID, _CODE, ("TEXT", Kind.NOTE), ("PUNKTE", Kind.COUNT), _SUM)),
    Distractor("LIEFERANT", 10, (_ID, ("FIRMA", Kind.FIRM), ("STRASSE", Kind.STREET), ("TELEFON", Kind.PHONE))),
    Distractor("BESTELLUNG", 20, (_ID, _DAY, ("FIRMA", Kind.FIRM), _SUM, _STATE)),
    Distractor("PARAMETER", 30, (_ID, ("CODE", Kind.USER), ("WERT", Kind.SHARE), ("TEXT", Kind.NOTE))),
    Distractor("KASSENBUCH", 30, (_ID, _DAY, _SUM, ("TEXT", Kind.NOTE), _FLAG)),
    Distractor("KRANKENSCHEIN", 40, (_ID, _PATIENT, ("KASSENID", Kind.COUNT), ("QUARTAL", Kind.STATUS), _DAY)),
)
_FEWEST_EXTRA, _MOST_EXTRA = 4, len(SOMETIMES)


def make_distractors(
    here: Surroundings, naming: Naming, schemas: Sequence[str], patients: TableSpec | None
) -> list[TableSpec]:
    """Between 11 and 25 tables; ``patients`` is the table that foreign keys point to, if any do."""
    chosen = [*ALWAYS, *here.rng.sample(SOMETIMES, here.rng.randint(_FEWEST_EXTRA, _MOST_EXTRA))]
    here.rng.shuffle(chosen)
    return [_make_table(here, naming, here.rng.choice(schemas), distractor, patients) for distractor in chosen]


def patient_reference(table: str, column: str, patients: TableSpec) -> KeySpec:
    """The foreign key of ``table.column`` to the patients' primary key."""
    return KeySpec(f"FK_{table}_{column}", KeyKind.FOREIGN, (column,), patients.name, patients.primary_key)


def _make_table(
    here: Surroundings, naming: Naming, schema: str, distractor: Distractor, patients: TableSpec | None
) -> TableSpec:
    flagged = here.form.flags is not FlagForm.ABSENT
    fields = [field for field in distractor.fields if flagged or field[1] is not Kind.FLAG]
    columns = tuple(filler_column(naming.column(word), kind, here.form) for word, kind in fields)
    name = naming.table(distractor.word)
    keys = []
    if here.rng.random() < 0.85:
        keys.append(KeySpec(f"PK_{name}", KeyKind.PRIMARY, (columns[0].name,)))
    if patients and patients.schema == schema and _PATIENT in fields and here.rng.random() < 0.6:
        keys.append(patient_reference(name, columns[fields.index(_PATIENT)].name, patients))
    first = here.rng.randint(1, 500)
    count = here.rng.randint(max(1, distractor.rows // 2), distractor.rows)
    values = filler_values([kind for _, kind in fields[1:]], here, count)
    rows = tuple((number, *row) for number, row in enumerate(values, start=first))
    return TableSpec(schema, name, columns, tuple(keys), rows)
