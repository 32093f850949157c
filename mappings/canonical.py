"""The canonical model, read once from `canonical.yml`. *Pure* after loading."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml


@dataclass(frozen=True, slots=True)
class CanonicalField:
    """A column by our name; `kind` as canonical.yml explains; `refers_to` is a canonical table.

    `critical`: a person looks at it under every policy.
    """

    name: str
    kind: str
    required: bool = False
    refers_to: str | None = None
    critical: bool = False


@dataclass(frozen=True, slots=True)
class CanonicalTable:
    """A table by our name; `required`: a source without it cannot be extracted."""

    name: str
    title: str
    fields: tuple[CanonicalField, ...]
    required: bool = False


@cache
def canonical_tables() -> tuple[CanonicalTable, ...]:
    """All canonical tables in the file's order."""
    data = yaml.safe_load(Path(__file__).with_name("canonical.yml").read_text(encoding="utf-8"))
    return tuple(
        CanonicalTable(
            name=name,
            title=table["title"],
            required=table.get("required", False),
            fields=tuple(CanonicalField(name=field, **attributes) for field, attributes in table["fields"].items()),
        )
        for name, table in data.items()
    )


@cache
def canonical_order() -> dict[str, int]:
    """Every table ("KARTEI") and field ("KARTEI.DATUM") with its place in the canonical model."""
    names: list[str] = []
    for table in canonical_tables():
        names += [table.name, *(f"{table.name}.{field.name}" for field in table.fields)]
    return {name: place for place, name in enumerate(names)}
