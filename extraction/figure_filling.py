"""Makes search texts and figures of entries that are there already: for the migration that brought them, and tests.

Takes the models, since a migration has its own.
"""

import json
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import models

from centers.search_text import fold
from extraction.bulk_rows import database_value, insert_rows, update_rows
from extraction.slice_counts import codes_text, counts_of

_BATCH = 5000
_FIELDS = ("business_date", "center_id", "insurance_status", "service_codes")
_FIGURES = ("center", "business_date", "gkv_count", "pkv_count", "self_payer_count", "codes")


def fill_search_texts(entries: type[models.Model]) -> None:
    """Write the search text of every entry."""
    last, manager = 0, entries._default_manager
    while some := list(manager.filter(pk__gt=last).order_by("pk").values_list("pk", "chart_entry")[:_BATCH]):
        update_rows(entries, ("search_text",), [(fold(text), pk) for pk, text in some])
        last = some[-1][0]


def fill_figures(entries: type[models.Model], figures: type[models.Model]) -> None:
    """Write the figures of every slice, of which there are none before; day by day, so that no cursor stays open."""
    manager = entries._default_manager
    days = manager.order_by("business_date").values_list("business_date", flat=True)
    day = days.first()
    while day is not None:
        rows = manager.filter(business_date=day).order_by("center_id", "position").values_list(*_FIELDS)
        value = database_value(figures, "business_date", day)
        made = list[tuple[Any, ...]]()
        for center, of_slice in groupby(rows, key=itemgetter(1)):
            statuses, codes = counts_of((status, json.loads(text)) for _day, _center, status, text in of_slice)
            made.append((center, value, *statuses, codes_text(codes)))
        insert_rows(figures, _FIGURES, made)
        day = days.filter(business_date__gt=day).first()
