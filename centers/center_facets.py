"""What other apps know of centers, by which the list of centers can be narrowed and of which it shows a column.

The apps that stand on this one register theirs when Django starts:

    register(Facet("mapping", _("Mapping"), choices, narrow, annotate))
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

from dentalhub.list_sorting import Order

Label = str | Promise


@dataclass(frozen=True, slots=True)
class Shown:
    """A state as a badge shows it."""

    state: str
    label: Label


@dataclass(frozen=True, slots=True)
class Facet:
    """One fact about each center. `annotate` adds to the rows what `narrow` compares and `shown` reads."""

    name: str
    label: Label
    choices: Sequence[tuple[str, Label]]
    annotate: Callable[[QuerySet[Any]], QuerySet[Any]]
    # Of annotated rows, those with one of the choices.
    narrow: Callable[[QuerySet[Any], str], QuerySet[Any]]
    # The badges of an annotated row.
    shown: Callable[[Any], Sequence[Shown]]
    order: tuple[Order, ...] = ()


_FACETS: dict[str, Facet] = {}


def register(facet: Facet) -> None:
    """Make a facet known; one of the same name is replaced."""
    _FACETS[facet.name] = facet


def facets() -> tuple[Facet, ...]:
    """All that are known."""
    return tuple(_FACETS.values())
