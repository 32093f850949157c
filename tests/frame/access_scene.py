"""One network with two regions and something of every kind in both, for the test of who gets what.

All names of a region contain its mark, so that a page that shows them to the wrong person is found out.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group, User
from django.utils import timezone

from centers.batches import begin
from centers.enums import BatchAction
from centers.models import Center, CenterBatch, DatabaseServer, Region
from dentalhub.access import Right, Role, may
from dentalhub.tokens import issue
from extraction.alert_causes import AlertPhase
from extraction.breaker_models import Breaker
from extraction.entry_filter import EntryFilter
from extraction.enums import BreakerScope, BreakerState, ExportDays, RunState
from extraction.export_formats import ExportFormat
from extraction.export_jobs import request_export, write
from extraction.models import (
    Alert,
    AlertChannel,
    AlertMessage,
    CenterRun,
    Export,
    ExtractionRun,
    HeldSlice,
    SavedExport,
)
from extraction.reveal_reasons import Why
from extraction.schedule_changes import Wish, set_schedule
from mappings.approval import approve
from mappings.discovery_jobs import request_discovery
from mappings.enums import NoticeEvent
from mappings.models import BulkApproval, BulkApprovalItem, DiscoveryJob, LearnedName, Mapping, Notice
from tests.extraction.builders import entry
from tests.extraction.landed_entries import land_entries
from tests.mappings.plain_mappings import plain_draft
from tests.scopes import sees, sees_all_regions

DAY = dt.date(2026, 11, 20)
PASSWORD = "correct horse battery staple"
MARKS = ("north", "south")
# Nothing listens there, so that a connection is refused at once.
CLOSED_PORT = 9


@dataclass(frozen=True, slots=True)
class Side:
    """One region and everything in it."""

    mark: str
    region: Region
    server: DatabaseServer
    center: Center
    draft: Mapping
    approved: Mapping
    bulk: BulkApproval
    discovery: DiscoveryJob
    batch: CenterBatch
    run: ExtractionRun
    export: Export
    saved: SavedExport
    channel: AlertChannel
    message: AlertMessage


@dataclass(frozen=True, slots=True)
class Scene:
    """Both regions, and people by what the columns of the matrix call them."""

    north: Side
    south: Side
    people: dict[str, User]
    tokens: dict[str, str]


def build_scene() -> Scene:
    """Everybody with a role sees the north; `elsewhere` has every role and sees the south."""
    people = _people()
    regions = {mark: Region.objects.create(code=f"{mark}land", name=f"{mark.title()}land") for mark in MARKS}
    for name in (*Role, "none", "insider"):
        sees(people[str(name)], regions["north"])
    sees(people["elsewhere"], regions["south"])
    # Approves what both regions have, and is no column of the matrix.
    reviewer = sees_all_regions(_person("chief", Role.REVIEWER))
    north = _side("north", regions["north"], people["admin"], reviewer)
    south = _side("south", regions["south"], people["elsewhere"], reviewer)
    return Scene(north, south, people, {name: _token(person) for name, person in people.items() if name != "none"})


def _people() -> dict[str, User]:
    people = {role.value: _person(role.value, role) for role in Role}
    people["none"] = _person("none")
    people["superuser"] = User.objects.create_superuser("superuser", password=PASSWORD)
    people["elsewhere"] = _person("elsewhere", *Role)
    people["insider"] = _person("insider", *Role)
    return people


def _person(name: str, *roles: Role) -> User:
    person = User.objects.create_user(name, password=PASSWORD)
    person.groups.set([Group.objects.get_or_create(name=role.value)[0] for role in roles])
    return person


def _token(person: User) -> str:
    rights = [right for right in Right if may(person, right)]
    return issue(person, "matrix", rights, dt.timedelta(days=1)).text


def _side(mark: str, region: Region, person: User, reviewer: User) -> Side:
    server = DatabaseServer.objects.create(
        code=f"{mark}server",
        region=region,
        host="127.0.0.1",
        port=CLOSED_PORT,
        user=f"{mark}user",
        credential="env:IVORIS_PASSWORD",
    )
    center = Center.objects.create(
        center_id=f"{mark}_practice", name=f"Praxis {mark}", city=mark.title(), server=server, database=f"Db_{mark}"
    )
    approved = approve(plain_draft(center), reviewer, all_looked_at=True)
    draft = plain_draft(center)
    bulk = BulkApproval.objects.create(reviewer=person)
    BulkApprovalItem.objects.create(bulk=bulk, mapping=approved)
    LearnedName.objects.get_or_create(
        center=center, mapping=approved, canonical="KARTEI", name_key=f"{mark.upper()}NAME", verdict="confirmed"
    )
    Notice.objects.get_or_create(mapping=draft, event=NoticeEvent.WAITING)
    discovery = request_discovery(person, [center])
    batch = begin(person, BatchAction.TEST, [center])
    set_schedule(region, Wish(), None)
    run = _run(mark, center, approved)
    _shut(server, center)
    exports, alerts = _exports(mark, person), _alerts(mark, region)
    return Side(mark, region, server, center, draft, approved, bulk, discovery, batch, run, *exports, *alerts)


def _run(mark: str, center: Center, mapping: Mapping) -> ExtractionRun:
    """A run with entries of a day, a failure of the day before, and a day that is held."""
    shared = land_entries(center, DAY, entry("7", f"Befund {mark}", row="1"))
    CenterRun.objects.create(run=shared, center=center, mapping=mapping, state=RunState.SUCCEEDED, entry_count=1)
    run = ExtractionRun.objects.create(
        date_from=DAY, date_to=DAY, workers=1, idempotency_key=mark, state=RunState.FAILED, finished_at=timezone.now()
    )
    CenterRun.objects.create(
        run=run, center=center, mapping=mapping, state=RunState.FAILED, error_kind="dns", error_message=f"No {mark}"
    )
    HeldSlice.objects.create(
        center=center,
        business_date=DAY,
        entry_count=1,
        previous_count=20,
        checksum="0" * 64,
        content="[]",
        mapping=mapping,
        run=run,
        extracted_at=timezone.now(),
    )
    return run


def _shut(server: DatabaseServer, center: Center) -> None:
    open_one: dict[str, Any] = {"state": BreakerState.OPEN, "cause": "dns", "failures": 5, "opened_at": timezone.now()}
    Breaker.objects.create(key=f"server:{server.pk}", scope=BreakerScope.SERVER, server=server, **open_one)
    Breaker.objects.create(key=f"center:{center.pk}", scope=BreakerScope.CENTER, center=center, **open_one)


def _exports(mark: str, person: User) -> tuple[Export, SavedExport]:
    export = request_export(EntryFilter(), ExportFormat.CSV, person, why=Why("billing")).export
    assert write(export.pk)
    saved = SavedExport.objects.create(
        name=f"Saved {mark}", owner=person, format="csv", days=ExportDays.YESTERDAY, changed_at=timezone.now()
    )
    export.refresh_from_db()
    return export, saved


def _alerts(mark: str, region: Region) -> tuple[AlertChannel, AlertMessage]:
    """An open alert and one that is over, and a message about them that was given up."""
    now = timezone.now()
    for is_live, phase in ((True, AlertPhase.OPEN), (False, AlertPhase.CLOSED)):
        Alert.objects.create(
            key=f"held::{region.pk}", cause="held", region=region, phase=phase, is_live=is_live, since=now, value=2,
            opened_at=now, closed_at=None if is_live else now,
        )  # fmt: skip
    channel = AlertChannel.objects.create(
        name=f"Channel {mark}", kind="email", language="en", recipients=f"{mark}@example.org", all_regions=False,
        time_zone="Europe/Berlin",
    )  # fmt: skip
    channel.regions.add(region)
    message = AlertMessage.objects.create(channel=channel, key=mark, kind="news", state="failed", created_at=now)
    return channel, message
