"""More of everything that pages list, all of it for who sees one side of the scene of `access_scene`."""

import datetime as dt

from django.contrib.auth.models import Group, User
from django.utils import timezone

from centers.models import Center, DatabaseServer, Region
from centers.scope_models import PersonScope
from dentalhub.access import Right, Role
from dentalhub.audit import record
from dentalhub.saved_view_models import SavedView
from dentalhub.tokens import issue
from extraction.alert_causes import AlertPhase
from extraction.breaker_models import Breaker
from extraction.enums import BreakerScope, BreakerState, ExportDays, RunState
from extraction.models import (
    Alert,
    AlertChannel,
    AlertMessage,
    CenterRun,
    Export,
    ExtractionRun,
    HeldSlice,
    SavedExport,
    SliceChange,
)
from extraction.schedule_changes import Wish, set_schedule
from mappings.approval import approve
from mappings.enums import NoticeEvent
from mappings.models import BulkApprovalItem, LearnedName, Mapping, Notice
from mappings.versions import new_version
from mappings.watches import want
from tests.extraction.builders import entry
from tests.extraction.landed_entries import land_entries
from tests.frame.access_scene import CLOSED_PORT, DAY, Side
from tests.mappings.plain_mappings import plain_draft
from tests.scopes import sees


def add_rows(side: Side, person: User, numbers: range) -> None:
    """For each of `numbers` one more of everything; `person` asks for what is a person's own."""
    now, reviewer = timezone.now(), User.objects.get(username="chief")
    for number in numbers:
        # Of a region of its own, for what a page shows by region.
        region = Region.objects.create(code=f"{side.mark}-{number}", name=f"{side.mark.title()} {number}")
        PersonScope.objects.get(user=person).regions.add(region)
        set_schedule(region, Wish(), None)
        server = DatabaseServer.objects.create(
            code=f"{side.mark}-server-{number}", region=region, host="127.0.0.1", port=CLOSED_PORT,
            user="reader", credential="env:IVORIS_PASSWORD",
        )  # fmt: skip
        center = Center.objects.create(
            center_id=f"{side.mark}_{number}", name=f"Praxis {number}", server=server, database=f"Db{number}"
        )
        approved = approve(plain_draft(center), reviewer, all_looked_at=True)
        _waits(center, side, number)
        _runs(center, side, approved, number, now)
        _left_alone(server, center, now)
        _told(side, number, now)
        _asked_for(side, person, number, now)
        SavedView.objects.create(user=person, list_name="centers", name=f"View {number}", query="state=active")
        BulkApprovalItem.objects.create(bulk=side.bulk, mapping=approved)
        more = User.objects.create_user(f"{side.mark}-{number}")
        more.groups.add(Group.objects.get(name=Role.ANALYST.value))
        sees(more, side.region)
        record(person, "region.changed", side.region, region=side.region.code)


def _waits(center: Center, side: Side, number: int) -> None:
    """A draft that somebody follows, and a further version of the side's own center."""
    draft = plain_draft(center)
    Notice.objects.get_or_create(mapping=draft, event=NoticeEvent.WAITING)
    want([center])
    LearnedName.objects.create(
        center=center, mapping=draft, canonical="KARTEI", name_key=f"NAME{number}", verdict="confirmed"
    )
    LearnedName.objects.create(
        center=center, mapping=draft, canonical="KARTEI", name_key=f"{side.mark.upper()}NAME", verdict="confirmed"
    )
    new_version(side.center, side.draft.snapshot, side.draft.document(), author=None, generated=True)


def _runs(center: Center, side: Side, approved: Mapping, number: int, now: dt.datetime) -> None:
    """Entries, a run of its own, a part of the side's run, a held day, and what the landing changed."""
    shared = land_entries(center, DAY, entry("7", "Befund", row="1"))
    land_entries(side.center, DAY - dt.timedelta(days=number), entry("7", "Befund", row="1"))
    land_entries(side.center, DAY, *(entry("7", "Befund", row=str(row)) for row in range(1, number + 2)))
    CenterRun.objects.create(run=shared, center=center, mapping=approved, state=RunState.SUCCEEDED, entry_count=1)
    own = ExtractionRun.objects.create(
        date_from=DAY, date_to=DAY, workers=1, idempotency_key=center.center_id, state=RunState.FAILED, finished_at=now
    )
    for run in (own, side.run):
        CenterRun.objects.create(
            run=run, center=center, mapping=approved, state=RunState.FAILED, error_kind="dns", error_message="No"
        )
    HeldSlice.objects.create(
        center=center, business_date=DAY, entry_count=1, previous_count=20, checksum="0" * 64, content="[]",
        mapping=approved, run=own, extracted_at=now,
    )  # fmt: skip
    for changed in (center, side.center):
        SliceChange.objects.create(
            center=changed, business_date=DAY, run=shared, read_at=now - dt.timedelta(minutes=number),
            count_before=20, count_after=20, added=1, removed=1, changed=1, is_remapped=False,
        )  # fmt: skip


def _left_alone(server: DatabaseServer, center: Center, now: dt.datetime) -> None:
    state = {"state": BreakerState.OPEN, "cause": "dns", "failures": 5, "opened_at": now}
    Breaker.objects.create(key=f"server:{server.pk}", scope=BreakerScope.SERVER, server=server, **state)
    Breaker.objects.create(key=f"center:{center.pk}", scope=BreakerScope.CENTER, center=center, **state)


def _told(side: Side, number: int, now: dt.datetime) -> None:
    Alert.objects.create(
        key=f"more:{side.mark}:{number}", cause="held", region=side.region, phase=AlertPhase.OPEN, is_live=True,
        since=now, value=2, opened_at=now,
    )  # fmt: skip
    channel = AlertChannel.objects.create(
        name=f"Channel {side.mark} {number}", kind="email", language="en", recipients="a@example.org",
        all_regions=False, time_zone="Europe/Berlin",
    )  # fmt: skip
    channel.regions.add(side.region)
    AlertMessage.objects.create(channel=channel, key=f"more {number}", kind="news", state="failed", created_at=now)
    AlertMessage.objects.create(channel=side.channel, key=f"own {number}", kind="news", state="failed", created_at=now)


def _asked_for(side: Side, person: User, number: int, now: dt.datetime) -> None:
    export = Export.objects.get(pk=side.export.pk)
    export.pk, export.requested_by, export.request_key = None, person, f"{side.mark} {number}"
    export.save(force_insert=True)
    SavedExport.objects.create(
        name=f"More {side.mark} {number}", owner=person, format="csv", days=ExportDays.YESTERDAY, changed_at=now
    )
    issue(person, f"more {number}", [Right.READ_CENTERS], dt.timedelta(days=1))
