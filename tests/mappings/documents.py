"""Any mapping that a person could have decided, for property tests."""

from hypothesis import strategies as st

from mappings.canonical import CanonicalTable, canonical_tables
from mappings.document import DeleteFlag, FieldMapping, MappingDocument, TableMapping
from mappings.enums import DateFormat, InsuranceStatus, PatientIdForm
from mappings.insurance_kinds import code_key

# Few of each, so that two documents often agree; some as odd as SQL Server allows.
NAMES = st.sampled_from(["ID", "DATUM", "DATUM_MN", "DATUM_X7", "ä]\"' ;", "a.b", "表"])
CODES = st.sampled_from(["P", "G", "2", "BG", "Ä1", ""]).map(code_key)
FLAG_VALUES = st.sampled_from(["0", "1", "-1", "N", "NULL", "", "-", "0, 1", " N", '"'])
FLAGS = st.builds(DeleteFlag, st.lists(FLAG_VALUES, max_size=3, unique=True).map(tuple), st.booleans())


@st.composite
def table_mappings(draw: st.DrawFn, canonical: CanonicalTable) -> TableMapping:
    """One canonical table, mapped or not; a delete flag only where a column has it."""
    names = [field.name for field in canonical.fields]
    if draw(st.booleans()):
        return TableMapping(canonical.name, fields=tuple(FieldMapping(name) for name in names))
    columns = {name: draw(st.none() | NAMES) for name in names}
    return TableMapping(
        canonical.name,
        draw(st.sampled_from(["ck", "dbo"])),
        draw(NAMES),
        tuple(FieldMapping(name, columns[name], draw(st.floats(0, 1))) for name in names),
        draw(st.none() | st.sampled_from(DateFormat)),
        draw(st.none() | FLAGS) if columns.get("DELKZ") is not None else None,
    )


@st.composite
def documents(draw: st.DrawFn) -> MappingDocument:
    """All canonical tables, codes and forms."""
    decided = draw(st.dictionaries(CODES, st.sampled_from(InsuranceStatus.values), max_size=4))
    unknown = [code for code in draw(st.lists(CODES, max_size=2, unique=True)) if code not in decided]
    return MappingDocument(
        tuple(draw(table_mappings(canonical)) for canonical in canonical_tables()),
        tuple(decided.items()),
        draw(st.none() | st.sampled_from(PatientIdForm)),
        tuple(unknown),
    )
