"""Everything about one source that the matcher asks for more than once. *Pure*."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from centers.catalog import Catalog, Column, Table
from mappings.column_types import type_fit
from mappings.document import MappingDocument
from mappings.matcher.clues import Clue
from mappings.matcher.name_clues import shared_prefix
from mappings.matcher.value_fit import value_fit
from mappings.names import AffixPlace, affix_place, name_key, words_of
from mappings.profile import NO_PROFILE, ColumnProfile, Profile, TableProfile
from mappings.vocabulary import NO_VOCABULARY, Vocabulary

TableKey = tuple[str, str]
_FOUND = 0.5
_FLAG = 0.3
_COMMON = 3
_NEW = frozenset({"NEU", "NEW"})


@dataclass(frozen=True)
class SourceTable:
    """One table with its profile and what its columns have in common."""

    key: TableKey
    table: Table
    profile: TableProfile | None
    prefix: str
    profiles: Mapping[str, ColumnProfile]
    # What type, values and keys of a column say, by what was looked for and column; filled while it is asked for
    judged: dict[tuple[str, str], tuple[tuple[Clue, ...], float]] = field(default_factory=dict, compare=False)
    # The tables that its foreign keys or values lead to
    leads_to: frozenset[TableKey] = frozenset()
    # Name keys beside which a column of the same name and NEU or NEW stands
    renewed: frozenset[str] = frozenset()

    # The columns whose type can hold a kind of field, with how well it suits it; filled while it is asked for
    fitting: dict[str, tuple[tuple[Column, float], ...]] = field(default_factory=dict, compare=False)

    def columns_for(self, kind: str) -> tuple[tuple[Column, float], ...]:
        """The columns that can hold a field of `kind`, with how well their types suit it (above 0, to 1)."""
        found = self.fitting.get(kind)
        if found is None:
            fits = [(column, _type_fit(kind, column.data_type, column.max_length)) for column in self.table.columns]
            found = self.fitting[kind] = tuple((column, fit) for column, fit in fits if fit)
        return found

    def values(self, column: Column) -> ColumnProfile | None:
        """The profile of a column; None where no row was looked at."""
        return self.profiles.get(column.name)


@lru_cache(maxsize=4096)
def _type_fit(kind: str, data_type: str, max_length: int | None) -> float:
    return type_fit(kind, Column("", data_type, max_length, True, 0))


@dataclass(frozen=True)
class Source:
    """A catalog with its profile, its habits, and who refers to which column."""

    tables: tuple[SourceTable, ...]
    table_place: AffixPlace
    column_place: AffixPlace
    # (schema, table) to column to the number of tables whose foreign keys or values lead there
    referred: Mapping[TableKey, Counter[str]]
    # Name keys of columns that hold nothing but a flag to the number of tables that have one
    common_flags: Mapping[str, int]
    vocabulary: Vocabulary = NO_VOCABULARY
    previous: MappingDocument | None = None
    by_key: Mapping[TableKey, SourceTable] = field(default_factory=dict)


def source_of(
    catalog: Catalog,
    profile: Profile = NO_PROFILE,
    vocabulary: Vocabulary = NO_VOCABULARY,
    previous: MappingDocument | None = None,
) -> Source:
    """The source in an order that does not depend on the catalog's."""
    tables = tuple(
        _source_table(table, profile.table(table.schema, table.name))
        for table in sorted(catalog.tables, key=lambda table: (table.schema, table.name))
    )
    column_place = affix_place(column.name for item in tables if not item.prefix for column in item.table.columns)
    return Source(
        tables=tables,
        table_place=affix_place(item.table.name for item in tables),
        column_place=column_place,
        referred=_referred(tables),
        common_flags=_common_flags(tables, column_place),
        vocabulary=vocabulary,
        previous=previous,
        by_key={item.key: item for item in tables},
    )


def _source_table(table: Table, profile: TableProfile | None) -> SourceTable:
    looked_at = profile is not None and profile.rows > 0
    return SourceTable(
        key=(table.schema, table.name),
        table=table,
        profile=profile if looked_at else None,
        prefix=shared_prefix(tuple(column.name for column in table.columns)),
        profiles={item.name: item for item in profile.columns} if profile is not None and looked_at else {},
        leads_to=_leads_to(table, profile),
        renewed=frozenset(
            "".join(word for word in words if word not in _NEW)
            for words in (words_of(column.name) for column in table.columns)
            if _NEW & set(words)
        ),
    )


def _leads_to(table: Table, profile: TableProfile | None) -> frozenset[TableKey]:
    declared = {(key.ref_schema, key.ref_table) for key in table.foreign_keys}
    columns = profile.columns if profile is not None else ()
    return frozenset(declared | {(found.schema, found.table) for column in columns for found in column.references})


def _referred(tables: tuple[SourceTable, ...]) -> dict[TableKey, Counter[str]]:
    found: dict[TableKey, Counter[str]] = defaultdict(Counter)
    for item in tables:
        leads = {
            (key.ref_schema, key.ref_table, key.ref_columns[0])
            for key in item.table.foreign_keys
            if len(key.ref_columns) == 1
        }
        for column in item.profiles.values():
            best = column.references[0] if column.references else None
            if best is not None and best.share >= _FOUND and best.reach >= _FOUND:
                leads.add((best.schema, best.table, best.column))
        for schema, table, name in leads:
            found[schema, table][name] += 1
    return dict(found)


def _common_flags(tables: tuple[SourceTable, ...], place: AffixPlace) -> dict[str, int]:
    """A delete flag is called the same all over a source, where names mean anything."""
    found: Counter[str] = Counter()
    for item in tables:
        names = {
            name_key(column.name, place)
            for column in item.profiles.values()
            if column.values and value_fit("", "", "flag", column) > _FLAG
        }
        found.update(name for name in names if name.isalpha() and len(name) > 2)
    return {name: count for name, count in found.items() if count >= _COMMON}
