"""What was seen of the values behind a choice, as short phrases for the review page. *Pure*; nothing raw is in it."""

import re
from collections import Counter
from dataclasses import dataclass

from django.utils.dates import MONTHS
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from centers.catalog import Catalog, Table
from mappings.profile import ColumnProfile, Profile, TableProfile
from mappings.profile_words import NOT_LOOKED_AT, SHAPES, SKIPPED

_SHOWN_SHAPES = 3
_LEAST_SHARE = 0.05
_ALL = 0.995
_MONTH = re.compile(r"(\d{4})-(\d{2})")


@dataclass(frozen=True, slots=True)
class Values:
    """`facts` are phrases, `codes` short values with how often, `samples` masked; `not_looked_at` says why none are."""

    facts: tuple[str, ...] = ()
    codes: tuple[tuple[str, int], ...] = ()
    samples: tuple[str, ...] = ()
    not_looked_at: str = ""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the source's tables nobody looked at, by reason; `seen_values` False: no table at all."""

    tables: int
    skipped: int
    reasons: tuple[tuple[str, int], ...]
    seen_values: bool


def column_values(column: str | None, table: TableProfile | None) -> Values:
    """What was seen in a column."""
    if column is None or table is None:
        return Values()
    if table.skipped is not None:
        return Values(not_looked_at=str(NOT_LOOKED_AT[table.skipped]))
    found = table.column(column)
    if found is None:
        return Values()
    return Values((_rows(table), *_column_facts(found)), found.codes, found.samples if not found.codes else ())


def table_values(physical: Table | None, table: TableProfile | None) -> Values:
    """How much was seen of a table."""
    facts = []
    if physical is not None and (count := physical.row_count) is not None:
        facts.append(ngettext("%(count)s row", "%(count)s rows", count) % {"count": _number(count)})
    if table is None:
        return Values(tuple(facts))
    if table.skipped is not None:
        return Values(tuple(facts), not_looked_at=str(NOT_LOOKED_AT[table.skipped]))
    facts.append(_rows(table))
    if table.newest:
        facts.append(_("newest row of %(month)s") % {"month": _bound(table.newest)})
    return Values(tuple(facts))


def coverage(profile: Profile, catalog: Catalog) -> Coverage:
    """The tables of `catalog` whose values nobody looked at."""
    counted = Counter(table.skipped for table in profile.skipped if table.skipped is not None)
    return Coverage(
        tables=len(catalog.tables),
        skipped=sum(counted.values()),
        reasons=tuple((str(SKIPPED[reason]), count) for reason, count in sorted(counted.items())),
        seen_values=any(table.rows for table in profile.tables),
    )


def _rows(table: TableProfile) -> str:
    count = {"count": _number(table.rows)}
    if table.whole:
        return ngettext("all of %(count)s row looked at", "all of %(count)s rows looked at", table.rows) % count
    return ngettext("%(count)s row looked at", "%(count)s rows looked at", table.rows) % count


def _column_facts(column: ColumnProfile) -> list[str]:
    facts = [_emptiness(column.null_share)]
    if not column.values:
        return facts
    different = ngettext("%(count)s different value", "%(count)s different values", column.distinct)
    facts.append(different % {"count": _number(column.distinct)})
    facts += [
        str(SHAPES[shape])
        if share >= _ALL
        else _("%(share)s %% %(shape)s") % {"share": _percent(share), "shape": SHAPES[shape]}
        for shape, share in column.shapes[:_SHOWN_SHAPES]
        if share >= _LEAST_SHARE
    ]
    return facts + _bounds(column)


def _emptiness(share: float) -> str:
    if share <= 0:
        return _("none empty")
    if share >= 1:
        return _("all empty")
    return _("less than 1 % empty") if share < 0.01 else _("%(share)s %% empty") % {"share": _percent(share)}


def _bounds(column: ColumnProfile) -> list[str]:
    # Codes are listed one by one.
    if not column.lowest or not column.highest or column.codes:
        return []
    bounds = {"first": _bound(column.lowest), "last": _bound(column.highest)}
    are_months, is_one = _MONTH.fullmatch(column.lowest), column.lowest == column.highest
    if is_one:
        return [(_("all of %(first)s") if are_months else _("about %(first)s")) % bounds]
    return [(_("from %(first)s to %(last)s") if are_months else _("about %(first)s to %(last)s")) % bounds]


def _bound(text: str) -> str:
    """A month or a rounded number as people write it."""
    month = _MONTH.fullmatch(text)
    if month is not None and int(month[2]) in MONTHS:
        return _("%(month)s %(year)s") % {"month": MONTHS[int(month[2])], "year": month[1]}
    return _number(int(text)) if text.lstrip("-").isdecimal() else text


def _number(value: int) -> str:
    return number_format(value, force_grouping=True)


def _percent(share: float) -> str:
    """Never 100 for less than all, nor 0 for more than none."""
    return str(min(max(round(share * 100), 1), 99))
