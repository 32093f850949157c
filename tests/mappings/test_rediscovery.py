import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from django_q.models import OrmQ
from pytest_django import Settings

from centers.catalog import Catalog
from centers.exceptions import SourceError, SourceErrorKind
from centers.models import Center, Region
from dentalhub.models import AuditEvent
from dentalhub.queue_settings import every_cluster
from mappings import discovery, rediscovery, tasks
from mappings.approval import approve, reject
from mappings.discovery import Outcome, store_catalog
from mappings.enums import DriftState, MappingStatus
from mappings.models import Mapping, Notice, SchemaWatch
from mappings.rediscovery import Look, look_at_due_centers, settle
from mappings.versions import edit, new_version
from mappings.watches import LEASE, claim, want
from tests.mappings.catalogs import standard, table
from tests.mappings.conftest import make_center
from tests.mappings.plain_mappings import approved_center, plain_draft, plain_mapping
from tests.mappings.test_drift_state import renamed, widened
from tests.scopes import sees_all_regions

Sources = dict[str, Catalog | SourceError]
HOLD = "renamed:KARTEI.BEMERKUNG"
REFUSED = SourceError(SourceErrorKind.REFUSED, "The server refuses the connection.")


@pytest.fixture
def sources(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Sources:
    """What each database answers; the standard source where nothing else is said."""
    settings.SAMPLE_ROWS = 0
    found: Sources = {}

    def read(spec: object, database: str) -> Catalog:
        answer = found.get(database, standard())
        if isinstance(answer, SourceError):
            raise answer
        return answer

    monkeypatch.setattr(discovery, "read_catalog", read)
    return found


def looked(center: Center, source: Catalog, actor: User | None = None) -> Look:
    return settle(Outcome(center, store_catalog(center, source, None, actor)), actor)


def approved(center: Center) -> Mapping:
    return Mapping.objects.get(center=center, status=MappingStatus.APPROVED)


@pytest.fixture
def center(reviewer: User) -> Center:
    """center_01 with version 1 approved for the standard source."""
    return approved_center(1, reviewer)


def test_same_schema_changes_nothing(center: Center) -> None:
    assert looked(center, standard()) == Look(center)
    assert Mapping.objects.count() == 1


def test_change_that_the_mapping_does_not_use_drafts_nothing(center: Center) -> None:
    source = standard(extra=[table("LABOR", 5, "ID int, NAME varchar:10")])
    assert looked(center, source) == Look(center)
    assert (approved(center).drift, approved(center).hold) == (DriftState.NONE, "")


def test_drift_that_breaks_nothing_drafts_and_holds_nobody(center: Center, reviewer: User) -> None:
    look = looked(center, widened(), reviewer)
    assert look.draft is not None
    assert (look.draft.version, look.draft.status, look.draft.author, look.hold) == (2, MappingStatus.DRAFT, None, "")
    assert (approved(center).drift, approved(center).hold) == (DriftState.DRIFT, "")


def test_breaking_drift_drafts_and_holds_that_center_only(center: Center, reviewer: User) -> None:
    other = approved_center(2, reviewer)
    look = looked(center, renamed())
    assert (look.hold, look.draft is not None) == (HOLD, True)
    assert (approved(center).hold, approved(other).hold) == (HOLD, "")
    event = AuditEvent.objects.get(action="mapping.drifted")
    assert (event.target, event.details) == ("center:center_01", {"state": "breaking", "hold": HOLD})


def test_what_was_drafted_is_not_drafted_again(center: Center) -> None:
    assert looked(center, renamed()).draft is not None
    again = looked(center, renamed())
    assert (again.draft, again.hold) == (None, HOLD)
    assert Mapping.objects.count() == 2
    assert AuditEvent.objects.filter(action="mapping.drifted").count() == 1


def test_what_a_reviewer_rejected_is_not_drafted_every_night(center: Center, reviewer: User) -> None:
    draft = looked(center, renamed()).draft
    assert draft is not None
    reject(draft, reviewer, "Not yet.")
    again = looked(center, renamed())
    assert (again.draft, again.hold) == (None, HOLD)


@pytest.mark.parametrize(("source", "events"), [(standard(), []), (widened(), ["drifted"]), (renamed(), ["broken"])])
def test_reviewers_are_told_of_drift_once(
    source: Catalog, events: list[str], center: Center, settings: Settings
) -> None:
    settings.NOTICE_EMAILS = True
    looked(center, source)
    looked(center, source)
    assert list(Notice.objects.filter(mapping__version=1).values_list("event", flat=True)) == events


def test_another_change_is_drafted_anew(center: Center) -> None:
    first = looked(center, widened()).draft
    second = looked(center, renamed()).draft
    assert first is not None
    assert second is not None
    assert (first.version, second.version) == (2, 3)
    first.refresh_from_db()
    assert first.status == MappingStatus.SUPERSEDED


def test_approval_of_the_draft_lifts_the_hold(center: Center, reviewer: User) -> None:
    draft = looked(center, renamed()).draft
    assert draft is not None
    # The affix of one column; the rest of the plain mapping reads the same source.
    content = plain_mapping()
    kartei = draft.document().table("KARTEI")
    edited = edit(draft, type(content)(tuple(kartei if t.name == "KARTEI" else t for t in content.tables)), reviewer)
    second = User.objects.create_user("second")
    second.groups.set(reviewer.groups.all())
    sees_all_regions(second)
    approve(edited, second, all_looked_at=True)
    assert (approved(center).version, approved(center).drift, approved(center).hold) == (2, DriftState.NONE, "")
    assert looked(center, renamed()) == Look(center)


def test_old_schema_lifts_the_hold_and_withdraws_the_draft(center: Center) -> None:
    draft = looked(center, renamed()).draft
    assert draft is not None
    assert looked(center, standard()) == Look(center)
    draft.refresh_from_db()
    assert (draft.status, approved(center).hold) == (MappingStatus.SUPERSEDED, "")
    assert AuditEvent.objects.get(action="mapping.withdrawn").details == {"versions": ["2"]}


def test_draft_that_a_person_edited_is_not_withdrawn(center: Center, reviewer: User) -> None:
    draft = looked(center, renamed()).draft
    assert draft is not None
    edit(draft, plain_mapping(), reviewer)
    looked(center, standard())
    draft.refresh_from_db()
    assert draft.status == MappingStatus.DRAFT


def test_own_proposal_for_the_approved_schema_is_not_withdrawn(center: Center) -> None:
    draft = new_version(center, approved(center).snapshot, plain_mapping(), author=None, generated=True)
    looked(center, standard())
    draft.refresh_from_db()
    assert draft.status == MappingStatus.DRAFT


@pytest.mark.django_db
def test_center_without_approval_is_only_discovered() -> None:
    center = make_center()
    plain_draft(center)
    assert looked(center, renamed()) == Look(center)
    assert Mapping.objects.count() == 1


def test_due_centers_are_looked_at_and_failures_are_told(sources: Sources, reviewer: User) -> None:
    centers = [approved_center(number, reviewer) for number in (1, 2, 3, 4)]
    sources |= {"DentalDB_01": renamed(), "DentalDB_02": REFUSED}
    want(centers[:3])
    looks: dict[str, Look] = {}
    assert look_at_due_centers("token", lambda look: looks.update({look.center.center_id: look})) == 3
    assert {name: (look.hold, look.error) for name, look in looks.items()} == {
        "center_01": (HOLD, ""),
        "center_02": ("", "The server refuses the connection."),
        "center_03": ("", ""),
    }
    watches = SchemaWatch.objects.order_by("center").values_list("wanted", "error_kind", "claim_token", "attempts")
    assert list(watches) == [(False, "", "", 0), (False, "refused", "", 0), (False, "", "", 0), (False, "", "", 0)]
    assert look_at_due_centers("token") == 0


def queued() -> list[str]:
    return [str(row.task["func"]) for row in OrmQ.objects.all()]


@pytest.fixture
def due_center(center: Center) -> Center:
    """center_01, asked for."""
    want([center])
    return center


def test_tick_hands_due_centers_on_without_arguments(due_center: Center) -> None:
    assert tasks.rediscover_due() == 1
    assert queued() == ["mappings.tasks.look_again"]
    assert [row.task["args"] for row in OrmQ.objects.all()] == [()]


def test_tick_without_work_queues_nothing(center: Center) -> None:
    assert tasks.rediscover_due() == 0
    assert queued() == []


def test_tick_leaves_a_process_that_looks_alone(due_center: Center) -> None:
    claim("a", timezone.now(), 9)
    want([due_center])
    assert tasks.rediscover_due() == 0
    assert queued() == []


def test_lost_task_is_made_up_for_by_the_next_tick(due_center: Center) -> None:
    tasks.rediscover_due()
    OrmQ.objects.all().delete()
    assert tasks.rediscover_due() == 1


@pytest.fixture
def abroad(reviewer: User, settings: Settings) -> Center:
    """center_02 in Austria, which has workers of its own; asked for."""
    settings.QUEUES = ("austria",)
    found = approved_center(2, reviewer)
    found.server.region = Region.objects.create(code="austria", name="Austria")
    found.server.code, found.server.pk = "abroad", None
    found.server.save(force_insert=True)
    Center.objects.filter(pk=found.pk).update(server=found.server)
    want([found])
    return found


def test_each_region_is_looked_at_by_its_own_workers(due_center: Center, abroad: Center) -> None:
    assert tasks.rediscover_due() == 2
    assert [row.key for row in OrmQ.objects.order_by("pk")] == ["dentalhub", "austria"]


def test_what_a_person_asked_for_does_not_wait_for_a_run(
    due_center: Center, abroad: Center, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        tasks.look_soon()
    assert [row.key for row in OrmQ.objects.order_by("pk")] == ["interactive", "austria"]


@pytest.mark.parametrize(
    ("queue", "ids"),
    [("", ["center_01"]), ("interactive", ["center_01"]), ("austria", ["center_02"]), ("dentalhub", ["center_01"])],
)
def test_process_claims_only_what_its_queue_may_read(
    queue: str, ids: list[str], due_center: Center, abroad: Center, settings: Settings
) -> None:
    settings.OWN_QUEUE = queue
    assert [center.center_id for center in claim("a", timezone.now(), 9)] == ids


def test_process_in_one_region_keeps_nobody_from_looking_in_another(
    due_center: Center, abroad: Center, settings: Settings
) -> None:
    settings.OWN_QUEUE = "austria"
    claim("a", timezone.now(), 9)
    assert tasks.rediscover_due() == 1
    assert [row.key for row in OrmQ.objects.all()] == ["dentalhub"]


@pytest.fixture
def child(monkeypatch: pytest.MonkeyPatch) -> Callable[[int | None], list[list[str]]]:
    """A child process that claims, does nothing, and ends with the given code."""
    started: list[list[str]] = []

    def use(code: int | None) -> list[list[str]]:
        def run(command: list[str], directory: object, seconds: float) -> int | None:
            started.append(command)
            claim(command[-1], timezone.now(), 9)
            return code

        monkeypatch.setattr(tasks, "run_child", run)
        return started

    return use


@pytest.mark.parametrize(("code", "is_well"), [(0, True), (1, False), (None, False)])
def test_what_a_process_did_not_do_is_free_again(
    code: int | None, is_well: bool, due_center: Center, child: Callable[[int | None], list[list[str]]]
) -> None:
    started = child(code)
    assert tasks.look_again() is is_well
    assert started[0][1:-1] == ["-m", "django", "rediscover", "--token"]
    watch = SchemaWatch.objects.get()
    assert (watch.claim_token, watch.claimed_until, watch.attempts, watch.wanted) == ("", None, 1, True)


def test_doubled_tasks_look_once(due_center: Center, sources: Sources) -> None:
    looks: list[str] = []
    assert look_at_due_centers("a", lambda look: looks.append(look.center.center_id)) == 1
    assert look_at_due_centers("b", lambda look: looks.append(look.center.center_id)) == 0
    assert looks == ["center_01"]


def test_lease_outlasts_the_process(settings: Settings) -> None:
    assert dt.timedelta(seconds=tasks.LOOK_SECONDS) < LEASE
    for name, cluster in every_cluster(settings.Q_CLUSTER).items():
        assert tasks.look_seconds(name) < cluster["timeout"]


@pytest.mark.django_db
def test_one_process_looks_at_all_that_are_due_and_once_at_each(
    sources: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rediscovery, "MOST_AT_ONCE", 2)
    centers = [make_center(number) for number in range(1, 8)]
    sources["DentalDB_02"] = SourceError(SourceErrorKind.TIMEOUT, "No answer.", transient=True)
    sources["DentalDB_03"] = SourceError(SourceErrorKind.LOGIN, "The login is refused.")
    want(centers)
    looks: list[str] = []
    assert look_at_due_centers("token", lambda look: looks.append(look.center.center_id)) == 7
    assert sorted(looks) == [center.center_id for center in centers]
    # What may do better later is asked for still, and the next call tries it again.
    assert [watch.center for watch in SchemaWatch.objects.filter(wanted=True)] == [centers[1]]
    assert look_at_due_centers("token") == 1
