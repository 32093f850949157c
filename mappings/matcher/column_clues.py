"""All clues for one column being one canonical field. *Pure*."""

import math
from collections.abc import Iterator, Mapping
from functools import lru_cache

from centers.catalog import Column
from mappings.canonical import CanonicalField
from mappings.column_types import same_sort
from mappings.document import MappingDocument
from mappings.matcher.clues import Clue, Weights, total
from mappings.matcher.name_clues import column_name_clues
from mappings.matcher.source import Source, SourceTable, TableKey
from mappings.matcher.value_fit import looked_for, value_fit
from mappings.names import name_key, words_of
from mappings.profile import ColumnProfile

# Canonical table to the table and key column that was taken for it.
Targets = Mapping[str, tuple[TableKey, str]]
_FEW_VALUES = 5
# Letters that two words must share at their beginning to come from one root.
_ROOT = 4
_NEW = frozenset({"NEU", "NEW"})


def column_clues(
    source: Source, canonical: str, field: CanonicalField, item: SourceTable, weights: Weights
) -> Iterator[tuple[Column, tuple[Clue, ...], float]]:
    """Each column whose type can hold the field, with the clues that do not depend on which other tables are taken,
    and what they weigh in log-odds."""
    values, judged = looked_for(canonical, field.name, field.kind), item.judged
    for column, fit in item.columns_for(field.kind):
        clues = column_name_clues(canonical, field.name, column.name, source.column_place, item.prefix)
        found = judged.get((values, column.name))
        if found is None:
            told = tuple(_judged(source, canonical, field, item, column, fit, values))
            found = judged[values, column.name] = (told, total(told, weights))
        if source.vocabulary.entries:
            clues += tuple(_learned(source, f"{canonical}.{field.name}", column.name))
        if source.previous is not None:
            clues += tuple(_decided_before(source.previous, canonical, field.name, item, column))
        yield column, clues + found[0], (total(clues, weights) if clues else 0.0) + found[1]


def _judged(
    source: Source, canonical: str, field: CanonicalField, item: SourceTable, column: Column, fit: float, values: str
) -> list[Clue]:
    """What type, values and keys say. Keys, dates and flags look the same in every canonical table: judged once.

    `values`: the word for what is looked for.
    """
    clues = [_type_clue(fit, column.data_type, column.max_length)]
    profile = item.values(column)
    if profile is not None:
        clues += _value_clues(canonical, field, profile, values)
    elif _has_newer(source, item, column):
        # Which of the two is in use, only values could say.
        clues.append(Clue("newer_column"))
    if field.kind == "key":
        clues += _key_clues(source, item, column)
    if field.kind == "flag" and source.common_flags:
        clues += _flag_clues(source, column)
    return clues


def _has_newer(source: Source, item: SourceTable, column: Column) -> bool:
    if not item.renewed or _NEW & set(words_of(column.name)):
        return False
    own = name_key(column.name, source.column_place)
    return any(base.startswith(own) for base in item.renewed)


@lru_cache(maxsize=4096)
def _type_clue(fit: float, data_type: str, max_length: int | None) -> Clue:
    return Clue("type_fits" if fit == 1 else "type_odd", 1.0, (("type", shown_type(data_type, max_length)),))


def join_clues(field: CanonicalField, item: SourceTable, column: Column, targets: Targets) -> tuple[Clue, ...]:
    """The clues for a reference, once it is known which table it should lead to."""
    if field.refers_to is None or field.refers_to not in targets:
        return ()
    target, key_column = targets[field.refers_to]
    name = (("table", f"{target[0]}.{target[1]}"),)
    alike = (
        (Clue("named_like_key", 1.0, (("column", key_column),)),) if named_like(column.name, target, key_column) else ()
    )
    for key in item.table.foreign_keys:
        if key.columns == (column.name,):
            if (key.ref_schema, key.ref_table) == target:
                return (Clue("foreign_key", 1.0, name), *alike)
            return (Clue("foreign_key_elsewhere", 1.0, (("table", f"{key.ref_schema}.{key.ref_table}"),)),)
    profile = item.values(column)
    if profile is None or profile.values < _FEW_VALUES:
        return alike
    for reference in profile.references:
        if (reference.schema, reference.table) == target and reference.column == key_column:
            return (Clue("values_in_key", round((reference.share + reference.reach) / 2, 3), name), *alike)
    return (Clue("values_not_in_key", 1.0, name), *alike)


@lru_cache(maxsize=65536)
def named_like(name: str, target: TableKey, key_column: str) -> bool:
    """True when a column has the name of the key it would refer to, or the root of that table's name in its own."""
    words = {word for word in words_of(name) if len(word) >= _ROOT and word.isalpha()}
    if name == key_column and words:
        return True
    roots = {word[:_ROOT] for word in words_of(target[1]) if len(word) >= _ROOT and word.isalpha()}
    return any(word[:_ROOT] in roots for word in words)


def type_clues(column: Column, key: Column, table: str) -> tuple[Clue, ...]:
    """What a reference's type says beside the type of the key it should lead to."""
    if same_sort(column, key):
        return ()
    return (Clue("key_types_differ", 1.0, (("table", table), ("column", key.name))),)


def _value_clues(canonical: str, field: CanonicalField, profile: ColumnProfile, values: str) -> list[Clue]:
    if not profile.values:
        return [Clue("flag_empty" if field.kind == "flag" else "empty")]
    clues = []
    if profile.filled_first > 0 and profile.filled_last == 0 and field.kind != "flag":
        clues.append(Clue("not_filled_any_more"))
    fit = value_fit(canonical, field.name, field.kind, profile)
    if fit > 0:
        clues.append(Clue("values_fit", round(fit, 3), (("values", values),)))
    elif fit < 0:
        clues.append(Clue("values_contradict", round(-fit, 3), (("values", values),)))
    return clues


def _flag_clues(source: Source, column: Column) -> list[Clue]:
    """A delete flag is called the same all over a source, where names mean anything."""
    count = source.common_flags.get(name_key(column.name, source.column_place), 0)
    if not count:
        return [Clue("flag_of_another_name")]
    return [Clue("flag_in_many_tables", min(1.0, math.log2(count) / 4), (("count", str(count)),))]


def _key_clues(source: Source, item: SourceTable, column: Column) -> list[Clue]:
    clues = []
    if item.table.primary_key:
        clues.append(Clue("primary_key" if item.table.primary_key == (column.name,) else "not_primary_key"))
    referred = source.referred.get(item.key)
    if referred:
        here = referred.get(column.name, 0)
        if here and here == max(referred.values()):
            clues.append(Clue("referred_to", min(1.0, math.log2(1 + here) / 4), (("count", str(here)),)))
        elif here < max(referred.values()):
            clues.append(Clue("another_is_referred_to", 1.0 if max(referred.values()) > 1 else 0.5))
    return clues


def _learned(source: Source, canonical: str, name: str) -> list[Clue]:
    standing = source.vocabulary.standing(canonical, name_key(name, source.column_place))
    return learned_clues(standing.confirmed, standing.rejected)


def learned_clues(confirmed: int, rejected: int) -> list[Clue]:
    """What people decided about the same name in other centers."""
    clues = []
    if confirmed:
        share = confirmed / (confirmed + rejected)
        clues.append(Clue("learned", round(share * min(1.0, (1 + confirmed) / 4), 3), (("count", str(confirmed)),)))
    if rejected:
        amount = rejected / (confirmed + rejected)
        clues.append(Clue("unlearned", round(amount, 3), (("count", str(rejected)),)))
    return clues


def _decided_before(
    previous: MappingDocument, canonical: str, field: str, item: SourceTable, column: Column
) -> list[Clue]:
    decided = previous.table(canonical)
    if (decided.schema, decided.table) == item.key and decided.column(field) == column.name:
        return [Clue("decided_before")]
    return []


def shown_type(data_type: str, max_length: int | None) -> str:
    """The type as people write it: nvarchar(100)."""
    if max_length is None:
        return data_type
    return f"{data_type}({'max' if max_length < 0 else max_length})"
