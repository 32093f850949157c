"""How a newer catalog differs from the one that an approved mapping was made for, seen from that mapping. *Pure*."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from centers.catalog import Catalog, Column, Table, qualified_name
from mappings.canonical import canonical_tables
from mappings.document import MappingDocument, TableMapping
from mappings.enums import DriftKind, DriftState
from mappings.key_changes import key_changes
from mappings.renames import Renames, Renaming
from mappings.type_changes import breaks, described, same_type
from mappings.unused_changes import Counts, Kept, unused_changes


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one mapped table (`field` is `KARTEI`) or column (`KARTEI.DATUM`).

    `before` and `after` are for people; `new_name` is the exact name that a rename leads to. `is_breaking`: the
    approved mapping no longer reads what was approved. `candidates` could be meant by something that is gone.
    """

    field: str
    kind: DriftKind
    before: str
    after: str = ""
    is_breaking: bool = False
    sentence: str = ""
    new_name: str | None = None
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Drift:
    """Every mapped table and column in the order of the canonical model, and what else came or went."""

    entries: tuple[Change, ...] = ()
    unused: Counts = field(default_factory=Counts)

    @property
    def changes(self) -> tuple[Change, ...]:
        """The entries that changed; what breaks the mapping comes first."""
        changed = [entry for entry in self.entries if entry.kind is not DriftKind.UNCHANGED]
        return tuple(sorted(changed, key=lambda entry: not entry.is_breaking))

    @property
    def unchanged(self) -> tuple[Change, ...]:
        """The entries that are as they were."""
        return tuple(entry for entry in self.entries if entry.kind is DriftKind.UNCHANGED)

    @property
    def breaking(self) -> tuple[Change, ...]:
        """The changes after which the approved mapping no longer reads what was approved."""
        return tuple(entry for entry in self.entries if entry.is_breaking)

    @property
    def state(self) -> DriftState:
        """Breaking, mere drift, or none; what the mapping does not use is no drift."""
        if self.breaking:
            return DriftState.BREAKING
        return DriftState.DRIFT if self.changes else DriftState.NONE


def drift(document: MappingDocument, old: Catalog, new: Catalog) -> Drift:
    """What happened between `old`, for which `document` was approved, and `new`."""
    names = Renames(old, new)
    entries: list[Change] = []
    kept: list[Kept] = []
    for mapped in document.tables:
        if mapped.schema is None or mapped.table is None:
            continue
        before, after, change = _table_change(mapped, old, new, names)
        entries.append(change)
        if after is None:
            entries += [_gone_with_table(mapped.name, item.name, item.column) for item in mapped.fields if item.column]
            continue
        before = before or after
        entries += _column_changes(mapped, before, after, names)
        kept.append(Kept(mapped, before, after))
    renamed = {entry.field: entry.new_name for entry in entries if entry.new_name is not None}
    for item in kept:
        entries += [
            Change(item.mapped.name, DriftKind.KEYS_CHANGED, change.before, change.after, sentence=change.sentence)
            for change in key_changes(item, renamed, names)
        ]
    return Drift(tuple(sorted(entries, key=_canonical_place)), unused_changes(old, new, kept, renamed))


def _table_change(
    mapped: TableMapping, old: Catalog, new: Catalog, names: Renames
) -> tuple[Table | None, Table | None, Change]:
    schema, name = mapped.schema or "", mapped.table or ""
    before, after = old.table(schema, name), new.table(schema, name)
    label = qualified_name(schema, name)
    if after is not None:
        if before is None or before.is_view == after.is_view:
            return before, after, Change(mapped.name, DriftKind.UNCHANGED, label, label)
        sentence = _("It is a view now.") if after.is_view else _("It is a table now, no longer a view.")
        types = (f"{label} ({before.table_type})", f"{label} ({after.table_type})")
        return before, after, Change(mapped.name, DriftKind.TYPE_CHANGED, *types, sentence=sentence)
    found = names.of_table(before) if before is not None else Renaming()
    if found.name is None:
        return before, None, _gone(mapped.name, label, found.candidates)
    after = new.table(schema, found.name)
    return before, after, _renamed(mapped.name, label, qualified_name(schema, found.name), found.name)


def _column_changes(mapped: TableMapping, before: Table, after: Table, names: Renames) -> list[Change]:
    kinds = {
        field.name: field.kind
        for canonical in canonical_tables()
        if canonical.name == mapped.name
        for field in canonical.fields
    }
    changes = []
    for item in mapped.fields:
        if item.column is None:
            continue
        field, old, new = f"{mapped.name}.{item.name}", before.column(item.column), after.column(item.column)
        if new is None:
            found = names.of_column(old, before, after) if old is not None else Renaming()
            if found.name is None:
                changes.append(_gone(field, item.column, found.candidates))
            else:
                changes.append(_renamed(field, item.column, found.name, found.name))
        elif old is None or same_type(old, new):
            changes.append(Change(field, DriftKind.UNCHANGED, item.column, item.column))
        else:
            broken = breaks(kinds.get(item.name, ""), mapped.date_format, old, new)
            changes.append(_retyped(field, old, new, is_breaking=broken))
    return changes


def _renamed(field: str, before: str, after: str, new_name: str) -> Change:
    sentence = _("Only the affix of its name changed; the approved version reads a name that is gone.")
    return Change(field, DriftKind.RENAMED, before, after, True, sentence, new_name)


def _retyped(field: str, old: Column, new: Column, *, is_breaking: bool) -> Change:
    sentence = (
        _("The type changed, and what was approved no longer fits it.")
        if is_breaking
        else _("The type changed, and what was approved still fits it.")
    )
    before, after = f"{old.name} {described(old)}", f"{new.name} {described(new)}"
    return Change(field, DriftKind.TYPE_CHANGED, before, after, is_breaking, sentence)


def _gone(field: str, before: str, candidates: tuple[str, ...]) -> Change:
    sentence = _("It is gone, and nothing new has its name.")
    if candidates:
        sentence = _("It is gone; it is not certain what took its place: %(names)s.") % {"names": ", ".join(candidates)}
    return Change(field, DriftKind.GONE, before, "", True, sentence, candidates=candidates)


def _gone_with_table(table: str, field: str, column: str) -> Change:
    sentence = _("It is gone with its table.")
    return Change(f"{table}.{field}", DriftKind.GONE, column, "", True, sentence)


def _canonical_place(change: Change) -> tuple[int, int]:
    """Tables in the canonical order, each before its fields; the keys follow the fields."""
    table, _dot, field = change.field.partition(".")
    tables = [canonical.name for canonical in canonical_tables()]
    at = tables.index(table) if table in tables else len(tables)
    fields = [item.name for canonical in canonical_tables() if canonical.name == table for item in canonical.fields]
    if not field:
        return (at, len(fields) + 2 if change.kind is DriftKind.KEYS_CHANGED else 0)
    return (at, 1 + (fields.index(field) if field in fields else len(fields)))
