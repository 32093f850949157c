"""The lines of this app's lists in files, as the pages show them."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from dentalhub.list_pages import ListPage
from extraction.models import Export, HeldSlice


def headings(page: ListPage) -> list[object]:
    """The first line of the file."""
    return [column.label for column in page.columns]


def run_line(run: Any) -> Sequence[object]:
    """A run whose centers were counted."""
    days = f"{run.date_from}" if run.date_from == run.date_to else f"{run.date_from}/{run.date_to}"
    who = run.requested_by.get_username() if run.requested_by else run.get_trigger_display()
    counts = [run.center_count, run.succeeded_count, run.failed_count]
    return [run, days, run.get_state_display(), *counts, who, run.requested_at, run.finished_at]


def export_line(export: Export) -> Sequence[object]:
    """An export of the ledger, with its whole checksum."""
    patients = _("pseudonyms")
    if export.shows_patients:
        patients = export.get_reason_display() or _("no reason: from before reasons were asked for")
    asked = [export, export.requested_at, export.requested_name, export.get_channel_display(), export.format, patients]
    return [*asked, export.get_state_display(), export.row_count, export.byte_count, export.sha256]


def held_line(held: HeldSlice) -> Sequence[object]:
    """A held day with its counts; none of its entries."""
    who = held.decided_by.get_username() if held.decided_by else ""
    counts = [held.previous_count, held.entry_count]
    return [
        held.center.center_id,
        held.business_date,
        held.get_state_display(),
        *counts,
        held.extracted_at,
        held.run,
        who,
    ]
