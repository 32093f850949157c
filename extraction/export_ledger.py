"""Beginning and ending exports: a row in the ledger and an event in the audit trail for each."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from centers.models import Region
from centers.scope import scope_of
from dentalhub.access import Role, has_role, may_reveal_patients
from dentalhub.audit import record
from extraction.entry_filter import EntryFilter
from extraction.entry_scope import limited_for, regions_of
from extraction.enums import ExportChannel, ExportState
from extraction.export_estimates import Estimate, estimate
from extraction.export_filters import to_text
from extraction.export_formats import ExportFormat
from extraction.export_rows import Batch
from extraction.leases import new_token
from extraction.models import Export
from extraction.reveal_reasons import Why


class Tally:
    """Counts what goes by: rows before they are written, bytes and their SHA-256 after it."""

    def __init__(self) -> None:
        self.rows = 0
        self.bytes = 0
        # Cells that were too long for the format.
        self.cut = 0
        self._digest = hashlib.sha256()

    def counted(self, batches: Iterable[Batch]) -> Iterator[Batch]:
        """The same batches."""
        for batch in batches:
            self.rows += len(batch.rows)
            yield batch

    def add(self, piece: bytes) -> None:
        """Note a piece of the file."""
        self.bytes += len(piece)
        self._digest.update(piece)

    @property
    def sha256(self) -> str:
        """Of all pieces so far, in hexadecimal."""
        return self._digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Begun:
    """The row; `is_new` is False when the same request came before."""

    export: Export
    is_new: bool


def begin(
    wanted: EntryFilter,
    form: ExportFormat,
    person: User | AnonymousUser | None,
    channel: ExportChannel,
    *,
    state: ExportState = ExportState.QUEUED,
    key: str = "",
    expected: Estimate | None = None,
    why: Why | None = None,
    **also: Any,
) -> Begun:
    """Put an export into the ledger and the audit trail; no person: the system itself. `also` are further fields.

    What is outside of the person's regions at this moment is left out. `why` patient ids, and not pseudonyms: a person
    who may not see them gets pseudonyms all the same.
    """
    user = person if isinstance(person, User) else None
    wanted = limited_for(wanted, user)
    found = expected or estimate(wanted)
    # The system's own exports are those of the command line, whose files only its account can read.
    told = why if user is None or may_reveal_patients(user) else None
    export = Export(
        channel=channel,
        state=state,
        format=form.value,
        wanted=to_text(wanted),
        has_text=bool(wanted.text),
        has_pseudonym=bool(wanted.pseudonym),
        shows_patients=told is not None,
        reason=told.reason if told else "",
        note=told.note if told else "",
        requested_by=user,
        requested_name=user.get_username() if user else "system",
        request_key=key or new_token(),
        row_estimate=found.rows,
        started_at=timezone.now() if state == ExportState.RUNNING else None,
        **also,
    )
    try:
        with transaction.atomic():
            export.save()
            regions = regions_of(wanted)
            export.regions.set(regions)
            _record(export, wanted, regions, user)
    except IntegrityError:
        if not key:
            raise
        return Begun(Export.objects.get(request_key=key), False)
    return Begun(export, True)


def end(export: Export, state: ExportState, tally: Tally, error: str = "", **also: object) -> bool:
    """Write the outcome; `export.lease_token` must still be the row's, else False and nothing is written."""
    own = Export.objects.filter(pk=export.pk, lease_token=export.lease_token)
    return (
        own.update(
            state=state,
            row_count=tally.rows,
            byte_count=tally.bytes,
            cut_count=tally.cut,
            sha256=tally.sha256,
            error=error,
            lease_token="",
            lease_until=None,
            finished_at=timezone.now(),
            **also,
        )
        == 1
    )


def visible_to(person: User | AnonymousUser) -> QuerySet[Export]:
    """Admins see the exports from their regions, whoever made them; everybody sees the own ones."""
    exports, own = Export.objects.select_related("requested_by"), Q(requested_by_id=person.pk or 0)
    if not has_role(person, Role.ADMIN):
        return exports.filter(own)
    scope = scope_of(person)
    return exports if scope.all_regions else exports.filter(own | Q(pk__in=Export.objects.in_scope(scope).values("pk")))


def _record(export: Export, wanted: EntryFilter, held: Sequence[Region], person: User | None) -> None:
    shown = wanted.without_patients()
    record(
        person,
        "entries.exported",
        "extraction.chartentry",
        region=held[0].code if len(held) == 1 else "",
        export=export.pk,
        way=export.channel,
        format=export.format,
        rows=export.row_estimate,
        date_from=shown.date_from.isoformat() if shown.date_from else None,
        date_to=shown.date_to.isoformat() if shown.date_to else None,
        centers=list(shown.center_ids),
        regions=list(shown.regions),
        held_regions=[region.code for region in held],
        status=shown.status,
        service_code=shown.service_code,
        text=shown.text,
        pseudonym=shown.pseudonym,
        patient_ids=export.shows_patients,
        reason=export.reason,
        note=export.note,
    )
