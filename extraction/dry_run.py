"""The real query of a version that is not approved yet, tried on its source for a recent day. Only counts are kept."""

import datetime as dt
from dataclasses import asdict, dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from centers.exceptions import SourceError, SourceErrorKind
from dentalhub.audit import record
from extraction.adapters.base import Rehearsal, Source
from extraction.adapters.registry import adapter_class
from extraction.causes import Cause
from extraction.dry_run_counts import MaskedEntry, day_counts, masked_entries, newest_day
from extraction.exceptions import UnknownAdapterError
from extraction.rows import SourceRow
from extraction.run_requests import yesterday
from mappings.dry_run_gate import outcome_of
from mappings.models import Mapping
from mappings.queries import newest_snapshot
from mappings.review_models import DryRun

DAYS = 30
# Most practices have entries in the last week, and the practice's server need not read a month for them.
FIRST_DAYS = 7
TIMEOUT_SECONDS = 15


@dataclass(frozen=True, slots=True)
class Tried:
    """A rehearsal: the stored counts, and for this one answer only what people look at."""

    found: DryRun
    samples: tuple[MaskedEntry, ...] = ()
    sql: str = ""
    columns: tuple[SourceRow, ...] = ()


def try_on_source(mapping: Mapping, person: User) -> Tried:
    """Read the newest day with chart entries of the last DAYS days, as the extraction would, and store the counts.

    Never raises for what the source or the version does wrong: that is the result.
    """
    try:
        tried = _tried(mapping, _rehearsal(mapping))
    except SourceError as error:
        tried = Tried(DryRun(error_kind=error.kind.value, error_message=error.message[:500]))
    except UnknownAdapterError as error:
        tried = Tried(DryRun(error_kind=Cause.ADAPTER.value, error_message=str(error)[:500]))
    except NotImplementedError:
        text = _("This center's software cannot be tried without an extraction.")
        tried = Tried(DryRun(error_kind=Cause.ADAPTER.value, error_message=text))
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        # A draft may say what no column can mean. The class only: a message could hold a patient's value.
        text = _("The program failed on this center's data (%(error)s).") % {"error": type(error).__name__}
        tried = Tried(DryRun(error_kind=SourceErrorKind.OTHER.value, error_message=text))
    _store(tried.found, mapping, person)
    return tried


def _rehearsal(mapping: Mapping) -> Rehearsal:
    center, snapshot = mapping.center, newest_snapshot(mapping.center) or mapping.snapshot
    source = Source(center.server.spec(), center.database, mapping.document(), snapshot.catalog())
    adapter, last = adapter_class(center.adapter)(source), yesterday()
    middle = last - dt.timedelta(days=FIRST_DAYS - 1)
    recent = adapter.rehearse(middle, last, timeout=TIMEOUT_SECONDS)
    if recent.extraction.entry_count:
        return recent
    first = last - dt.timedelta(days=DAYS - 1)
    return adapter.rehearse(first, middle - dt.timedelta(days=1), timeout=TIMEOUT_SECONDS)


def _tried(mapping: Mapping, rehearsal: Rehearsal) -> Tried:
    day = newest_day(rehearsal.extraction)
    found = DryRun(day=day, undated=rehearsal.extraction.undated)
    if day is None:
        return Tried(found, (), rehearsal.sql, rehearsal.columns)
    for name, value in asdict(day_counts(rehearsal.rows, day, mapping.document())).items():
        setattr(found, name, value)
    return Tried(found, masked_entries(rehearsal.extraction, day), rehearsal.sql, rehearsal.columns)


@transaction.atomic
def _store(found: DryRun, mapping: Mapping, person: User) -> None:
    found.mapping, found.content_hash, found.person = mapping, mapping.content_hash, person
    found.outcome = outcome_of(found, mapping.document())
    found.save()
    record(
        person,
        "mapping.tried",
        mapping,
        hash=mapping.content_hash,
        outcome=str(found.outcome),
        entries=found.entries,
        cause=found.error_kind,
    )
