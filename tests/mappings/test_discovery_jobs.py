"""Discovery in the background: what is asked for, what becomes of it, and what is lost on the way without harm."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from django_q.models import OrmQ

from centers.catalog import Catalog
from centers.enums import CenterState
from centers.exceptions import SourceError, SourceErrorKind
from centers.models import Center
from centers.scope import EVERYTHING
from dentalhub.models import AuditEvent
from mappings import discovery_answers, tasks
from mappings.approval import approve, reject
from mappings.discovery import Outcome, store_catalog
from mappings.discovery_jobs import MOST_RESTARTS, request_discovery, retry_failed, revive
from mappings.discovery_progress import DiscoveryProgress, progress_of
from mappings.enums import MappingStatus
from mappings.models import DiscoveryItem, DiscoveryJob, Mapping, SchemaWatch
from mappings.rediscovery import look_at_due_centers, settle
from mappings.versions import edit, propose_for
from mappings.watches import LEASE, claim, note_failure, release
from tests.mappings.catalogs import standard
from tests.mappings.conftest import make_center
from tests.mappings.plain_mappings import approved_center, plain_draft, plain_mapping
from tests.mappings.test_drift_state import renamed
from tests.mappings.test_rediscovery import REFUSED, Sources, sources
from tests.scopes import sees

__all__ = ["sources"]
TIMEOUT = SourceError(SourceErrorKind.TIMEOUT, "No answer.", transient=True)


def asked(person: User, *numbers: int) -> DiscoveryJob:
    return request_discovery(person, [make_center(number) for number in numbers])


def states(job: DiscoveryJob) -> list[str]:
    return list(job.items.order_by("center__center_id").values_list("state", flat=True))


def test_centers_are_discovered_and_proposed(sources: Sources, reviewer: User) -> None:
    job = asked(reviewer, 1, 2)
    assert states(job) == ["queued", "queued"]
    assert look_at_due_centers("token") == 2
    assert states(job) == ["succeeded", "succeeded"]
    item = job.items.select_related("mapping")[0]
    assert item.mapping is not None
    assert (item.mapping.version, item.mapping.status, item.mapping.author) == (1, MappingStatus.DRAFT, None)
    assert (item.table_count, item.finished_at is not None) == (len(standard().tables), True)
    event = AuditEvent.objects.get(action="discovery.requested")
    assert (event.actor, event.region, event.details) == (reviewer, "germany", {"count": 2})


def test_jobs_are_forgotten_after_a_month(sources: Sources, reviewer: User) -> None:
    """All but one whose center still waits."""
    ended, waiting = asked(reviewer, 1), asked(reviewer, 2)
    ended.items.update(state="failed")
    DiscoveryJob.objects.update(asked_at=timezone.now() - dt.timedelta(days=31))
    new = asked(reviewer, 3)
    assert list(DiscoveryJob.objects.order_by("pk").values_list("pk", flat=True)) == [waiting.pk, new.pk]
    assert DiscoveryItem.objects.filter(job_id=ended.pk).count() == 0


def test_one_source_that_fails_ends_no_other(sources: Sources, reviewer: User) -> None:
    sources["DentalDB_01"] = REFUSED
    job = asked(reviewer, 1, 2)
    look_at_due_centers("token")
    assert states(job) == ["failed", "succeeded"]
    item = job.items.all()[0]
    assert (item.error_kind, item.error_message) == ("refused", "The server refuses the connection.")


def test_proposal_that_fails_ends_no_other(sources: Sources, reviewer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    job = asked(reviewer, 1, 2)

    def propose(center: Center, *rest: object) -> Mapping:
        if center.center_id == "center_01":
            raise ValueError("a value of the source")
        return propose_for(center, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(discovery_answers, "propose_for", propose)
    look_at_due_centers("token")
    assert list(job.items.values_list("state", "error_kind", "error_message")) == [
        ("failed", "not_proposed", ""),
        ("succeeded", "", ""),
    ]


def test_what_may_do_better_later_waits_and_is_given_up_at_last(sources: Sources, reviewer: User) -> None:
    sources["DentalDB_01"] = TIMEOUT
    job = asked(reviewer, 1)
    for _try in range(3):
        look_at_due_centers("token")
        assert states(job) == ["queued"]
    look_at_due_centers("token")
    assert list(job.items.values_list("state", "error_kind")) == [("failed", SourceErrorKind.TIMEOUT)]


def test_same_key_makes_one_job(reviewer: User) -> None:
    center = make_center()
    first = request_discovery(reviewer, [center], "key")
    assert request_discovery(reviewer, [center], "key") == first
    assert (DiscoveryJob.objects.count(), AuditEvent.objects.filter(action="discovery.requested").count()) == (1, 1)


def test_center_twice_is_one_item(reviewer: User) -> None:
    center = make_center()
    assert states(request_discovery(reviewer, [center, center])) == ["queued"]


def test_centers_of_other_regions_are_left_out(reviewer: User) -> None:
    center = make_center()
    stranger = User.objects.create_user("stranger")
    sees(stranger)
    job = request_discovery(stranger, [center])
    assert (states(job), SchemaWatch.objects.count()) == ([], 0)


def test_paused_center_is_skipped_with_the_reason(sources: Sources, reviewer: User) -> None:
    center = make_center()
    Center.objects.update(state=CenterState.PAUSED)
    center.refresh_from_db()
    job = request_discovery(reviewer, [center])
    assert list(job.items.values_list("state", "error_kind")) == [("skipped", "paused")]
    assert look_at_due_centers("token") == 0


def test_center_that_is_paused_while_it_waits_is_skipped(reviewer: User) -> None:
    job = asked(reviewer, 1)
    Center.objects.update(state=CenterState.PAUSED)
    tasks.rediscover_due()
    assert states(job) == ["skipped"]


def test_request_reaches_the_workers_and_a_lost_task_is_made_up_for(
    reviewer: User, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    asked(reviewer, 1)
    tasks.rediscover_due()
    OrmQ.objects.all().delete()
    assert tasks.rediscover_due() == 1
    assert [str(row.task["func"]) for row in OrmQ.objects.all()] == ["mappings.tasks.look_again"]


def test_doubled_task_proposes_once(sources: Sources, reviewer: User) -> None:
    job = asked(reviewer, 1)
    assert (look_at_due_centers("a"), look_at_due_centers("b")) == (1, 0)
    assert (states(job), Mapping.objects.count()) == (["succeeded"], 1)


def test_late_look_after_the_end_changes_nothing(sources: Sources, reviewer: User) -> None:
    job = asked(reviewer, 1)
    look_at_due_centers("a")
    ended = job.items.get().finished_at
    center = Center.objects.get()
    settle(Outcome(center, store_catalog(center, standard())))
    note_failure(center, REFUSED)
    assert (states(job), job.items.get().finished_at) == (["succeeded"], ended)


def test_process_that_died_before_the_look_leaves_the_center_to_the_next(sources: Sources, reviewer: User) -> None:
    job = asked(reviewer, 1)
    claim("dead", timezone.now(), 9)
    assert look_at_due_centers("other") == 0
    release("dead")
    assert look_at_due_centers("other") == 1
    assert states(job) == ["succeeded"]


def test_frozen_process_loses_its_claim_after_the_lease(sources: Sources, reviewer: User) -> None:
    job = asked(reviewer, 1)
    claim("frozen", timezone.now() - LEASE - dt.timedelta(seconds=1), 9)
    assert look_at_due_centers("other") == 1
    assert states(job) == ["succeeded"]


def test_process_that_died_between_snapshot_and_proposal_is_made_up_for(sources: Sources, reviewer: User) -> None:
    job = asked(reviewer, 1)
    store_catalog(Center.objects.get(), standard())
    assert (states(job), revive()) == (["queued"], 0)
    SchemaWatch.objects.update(looked_at=timezone.now() - dt.timedelta(minutes=3))
    assert tasks.rediscover_due() == 1
    assert look_at_due_centers("token") == 1
    assert (states(job), job.items.get().restarts) == (["succeeded"], 1)


def test_center_that_takes_its_process_down_again_and_again_is_given_up(reviewer: User) -> None:
    job = asked(reviewer, 1)
    for _death in range(MOST_RESTARTS):
        SchemaWatch.objects.update(wanted=False, looked_at=timezone.now() - dt.timedelta(hours=1))
        assert revive() == 1
    SchemaWatch.objects.update(wanted=False, looked_at=timezone.now() - dt.timedelta(hours=1))
    assert revive() == 0
    assert list(job.items.values_list("state", "error_kind")) == [("failed", SourceErrorKind.HUNG)]


def test_one_look_answers_all_who_asked(sources: Sources, reviewer: User) -> None:
    center = make_center()
    jobs = [request_discovery(reviewer, [center]), request_discovery(reviewer, [center])]
    assert look_at_due_centers("token") == 1
    assert [states(job) for job in jobs] == [["succeeded"], ["succeeded"]]


@pytest.mark.parametrize("how", ["approved", "same schema", "of a person", "rejected"])
def test_present_version_makes_a_proposal_needless(how: str, sources: Sources, reviewer: User) -> None:
    center = make_center()
    draft = plain_draft(center)
    if how == "approved":
        approve(draft, reviewer, all_looked_at=True)
    elif how == "of a person":
        sources["DentalDB_01"] = renamed()
        document = plain_mapping()
        edit(draft, type(document)(document.tables[:1]), reviewer)
    elif how == "rejected":
        reject(draft, reviewer, "Not this one.")
    job = request_discovery(reviewer, [center])
    look_at_due_centers("token")
    assert (states(job), job.items.get().mapping) == (["succeeded"], draft)
    assert Mapping.objects.count() == 1


def test_draft_of_the_machine_for_an_older_schema_is_replaced(sources: Sources, reviewer: User) -> None:
    center = make_center()
    propose_for(center, store_catalog(center, standard()).snapshot)
    sources["DentalDB_01"] = renamed()
    job = request_discovery(reviewer, [center])
    look_at_due_centers("token")
    mapping = job.items.get().mapping
    assert mapping is not None
    assert (mapping.version, list(Mapping.objects.values_list("status", flat=True))) == (2, ["draft", "superseded"])


def test_drift_drafts_what_the_nights_draft(sources: Sources, reviewer: User) -> None:
    center = approved_center(1, reviewer)
    sources["DentalDB_01"] = renamed()
    job = request_discovery(reviewer, [center])
    look_at_due_centers("token")
    mapping = job.items.get().mapping
    assert mapping is not None
    assert (mapping.version, Mapping.objects.count()) == (2, 2)


@pytest.mark.django_db
def test_look_that_nobody_asked_for_proposes_nothing(sources: Sources) -> None:
    center = make_center()
    settle(Outcome(center, store_catalog(center, standard())))
    assert Mapping.objects.count() == 0


def test_failed_ones_are_tried_again_and_no_others(sources: Sources, reviewer: User) -> None:
    sources["DentalDB_01"] = REFUSED
    job = asked(reviewer, 1, 2)
    look_at_due_centers("token")
    del sources["DentalDB_01"]
    assert retry_failed(job, reviewer) == 1
    assert (states(job), list(job.items.values_list("error_message", flat=True))) == (["queued", "succeeded"], ["", ""])
    assert retry_failed(job, reviewer) == 0
    assert look_at_due_centers("token") == 1
    assert states(job) == ["succeeded", "succeeded"]
    assert AuditEvent.objects.get(action="discovery.retried").details == {"count": 1}


def test_progress_counts_and_says_since_when_nobody_works(sources: Sources, reviewer: User) -> None:
    sources |= {"DentalDB_01": REFUSED}
    job = asked(reviewer, 1, 2, 3)
    now = job.asked_at + dt.timedelta(seconds=5)
    assert progress_of(job, EVERYTHING, now) == DiscoveryProgress(waiting=3)
    late = job.asked_at + dt.timedelta(seconds=21)
    assert progress_of(job, EVERYTHING, late) == DiscoveryProgress(waiting=3, no_worker_since=job.asked_at)
    claim("a", now, 1)
    assert progress_of(job, EVERYTHING, late) == DiscoveryProgress(waiting=3, running=1)
    release("a")
    look_at_due_centers("token")
    progress = progress_of(job, EVERYTHING, late + dt.timedelta(hours=1))
    assert progress == DiscoveryProgress(succeeded=2, failed=1, again=1)
    assert (progress.all, progress.finished, progress.is_finished) == (3, 3, True)


def test_what_is_tried_again_soon_is_no_missing_worker(sources: Sources, reviewer: User) -> None:
    sources["DentalDB_01"] = TIMEOUT
    job = asked(reviewer, 1)
    look_at_due_centers("token")
    soon, late = job.asked_at + dt.timedelta(minutes=2), job.asked_at + dt.timedelta(minutes=4)
    assert progress_of(job, EVERYTHING, soon) == DiscoveryProgress(waiting=1, retried=1)
    assert progress_of(job, EVERYTHING, late).no_worker_since == job.asked_at


def test_catalog_that_a_person_reads_meanwhile_answers_too(reviewer: User, catalog: Catalog) -> None:
    job = asked(reviewer, 1)
    center = Center.objects.get()
    settle(Outcome(center, store_catalog(center, catalog, None, reviewer)), reviewer)
    assert (states(job), DiscoveryItem.objects.filter(mapping=None).count()) == (["succeeded"], 0)
