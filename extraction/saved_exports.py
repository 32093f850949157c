"""Making saved exports: at once when a person asks, and each day by their schedule."""

import datetime as dt
import logging
from dataclasses import replace
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.text import slugify

from centers.scope import scope_of
from dentalhub.access import Right, may
from extraction.due_nights import Timing, night_at
from extraction.entry_filter import EntryFilter
from extraction.entry_scope import names_hidden
from extraction.enums import ExportChannel, ExportDays, ExportState
from extraction.export_days import days_of
from extraction.export_downloads import OWNER_MAY_NOT
from extraction.export_filters import from_text
from extraction.export_formats import ExportFormat, file_name
from extraction.export_ledger import Begun, Tally, begin, end
from extraction.models import Export, SavedExport

logger = logging.getLogger(__name__)


def request_due_exports(now: dt.datetime | None = None) -> list[Export]:
    """Put what is due into the ledger, and return what `tasks.dispatch_export` is to hand out.

    Of days on which no worker ran only the last one is made up for. Two at once make each export once.
    """
    moment, found = now or timezone.now(), list[Export]()
    for saved in SavedExport.objects.filter(is_active=True).select_related("owner", "clock"):
        try:
            found += _request_if_due(saved, moment)
        except Exception:
            logger.exception("saved export %s was not asked for", saved.pk)
    return found


def request_now(saved: SavedExport, key: str) -> Begun:
    """Make it now, besides its schedule; the same `key` makes one."""
    return _request(saved, timezone.now().astimezone(zone_of(saved)).date(), key)


def zone_of(saved: SavedExport) -> ZoneInfo:
    """Whose clocks its time is read on."""
    return ZoneInfo(saved.clock.time_zone if saved.clock else settings.NETWORK_TIME_ZONE)


def filter_of(saved: SavedExport, today: dt.date) -> EntryFilter:
    """Its filter with the days that it has on `today`."""
    first, last = days_of(ExportDays(saved.days), today)
    return replace(from_text(saved.wanted), date_from=first, date_to=last)


def _request_if_due(saved: SavedExport, now: dt.datetime) -> list[Export]:
    night = night_at(now, Timing(zone_of(saved), saved.starts_at, 0))
    key = f"saved:{saved.pk}:{night.date}"
    if night.begins < saved.changed_at or Export.objects.filter(request_key=key).exists():
        return []
    asked = _request(saved, night.date, key)
    if not asked.is_new:
        return []
    return [asked.export] if asked.export.state == ExportState.QUEUED else []


def _request(saved: SavedExport, today: dt.date, key: str) -> Begun:
    wanted, form = filter_of(saved, today), ExportFormat(saved.format)
    refused = _is_refused(saved, wanted)
    name = file_name(wanted.date_from, wanted.date_to, form).removeprefix("chart_entries_")
    file = f"{slugify(saved.name) or saved.pk}_{name}"
    target = f"{saved.folder}/{file}" if saved.folder else file
    begun = begin(
        wanted,
        form,
        saved.owner,
        ExportChannel.SAVED,
        key=key,
        why=saved.why,
        saved=saved,
        destination=saved.destination,
        target=target,
    )
    if begun.is_new and refused:
        end(begun.export, ExportState.FAILED, Tally(), OWNER_MAY_NOT)
        begun.export.state = ExportState.FAILED
    return begun


def _is_refused(saved: SavedExport, wanted: EntryFilter) -> bool:
    """Its owner has no account, role or region for it any more."""
    owner, scope = saved.owner, scope_of(saved.owner)
    return not may(owner, Right.EXPORT_ENTRIES) or scope.is_empty or names_hidden(wanted, scope)
