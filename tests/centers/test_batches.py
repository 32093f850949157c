import datetime as dt
import threading
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks, Settings

from centers import batch_tests, batches
from centers.connection_report import ConnectionReport, Outcome, Step, StepResult
from centers.enums import BatchAction, BatchItemState, CenterState
from centers.models import Center, CenterBatch, CenterBatchItem
from centers.server_spec import ServerSpec
from dentalhub.models import AuditEvent
from tests.centers.makers import make_center, make_region, make_server
from tests.scopes import sees

SignIn = Callable[[User], Client]
BULK = "/centers/bulk/"
PASSED = ConnectionReport((StepResult(Step.DNS, Outcome.OK, 3), StepResult(Step.TABLES, Outcome.OK, 4)))
LOGIN_REFUSED = ConnectionReport(
    (StepResult(Step.DNS, Outcome.OK, 3), StepResult(Step.LOGIN, Outcome.FAILED, 9, "no", "login_failed"))
)
NO_DATABASE = ConnectionReport((StepResult(Step.DATABASE, Outcome.FAILED, 5, "no", "database_missing"),))
WRITES = ConnectionReport((StepResult(Step.SELECT, Outcome.WARNING, 5, "may write"),))


class Climbs:
    """Reports by database; notes who asked, and how many at once."""

    def __init__(self, **reports: ConnectionReport) -> None:
        self.asked: list[str] = []
        self.most_at_once = 0
        self._reports, self._now, self._lock = reports, 0, threading.Lock()

    def __call__(self, spec: ServerSpec, database: str | None) -> ConnectionReport:
        with self._lock:
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
            self.asked.append(database or "")
        try:
            return self._reports.get(database or "", PASSED)
        finally:
            with self._lock:
                self._now -= 1


@pytest.fixture
def fourteen(db: None) -> list[Center]:
    server = make_server()
    centers = [make_center(f"c{number:02d}", server=server) for number in range(14)]
    Center.objects.filter(pk__in=[center.pk for center in centers[:2]]).update(state=CenterState.PAUSED)
    return list(Center.objects.select_related("server__region").order_by("center_id"))


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    queues: list[str] = []
    monkeypatch.setattr("dentalhub.queue_wire.ring", lambda task, *, queue, name: queues.append(queue))
    return queues


@pytest.fixture(autouse=True)
def first_of_the_minute() -> None:
    cache.clear()


def states(batch: CenterBatch) -> dict[str, str]:
    return dict(batch.items.order_by("center__center_id").values_list("center__center_id", "state"))


def test_pausing_says_how_many_were_paused_already(fourteen: list[Center], admin: User, client_of: SignIn) -> None:
    posted = {"action": "pause", "which": "all", "expected": "14"}
    page = client_of(admin).post(BULK, posted, follow=True).content.decode()
    assert "12 of 14 centers were paused. 2 were paused already." in page
    assert "Undo: resume 12 centers" in page
    assert set(Center.objects.values_list("state", flat=True)) == {CenterState.PAUSED}
    events = AuditEvent.objects.filter(action="center.paused")
    assert [event.details["changes"] for event in events] == [{"state": ["active", "paused"]}] * 12
    assert {event.region for event in events} == {"germany"}


def test_undo_resumes_exactly_what_was_paused(fourteen: list[Center], admin: User, client_of: SignIn) -> None:
    client = client_of(admin)
    client.post(BULK, {"action": "pause", "which": "all", "expected": "14"})
    # Somebody resumed one of them meanwhile.
    Center.objects.filter(center_id="c05").update(state=CenterState.ACTIVE)
    batch = CenterBatch.objects.get()
    page = client.post(f"/centers/batches/{batch.pk}/undo/", follow=True).content.decode()
    assert "11 of 12 centers were resumed. 1 was active already." in page
    paused = Center.objects.filter(state=CenterState.PAUSED).values_list("center_id", flat=True)
    assert sorted(paused) == ["c00", "c01"]
    # Undone once: the second request leads to the same.
    client.post(f"/centers/batches/{batch.pk}/undo/")
    assert CenterBatch.objects.count() == 2
    assert "batch-undo" not in client.get(f"/centers/batches/{batch.pk}/").content.decode()


def test_ticked_centers_only(fourteen: list[Center], admin: User, client_of: SignIn) -> None:
    client_of(admin).post(BULK, {"action": "resume", "which": "ticked", "center": ["c00"], "expected": "14"})
    assert states(CenterBatch.objects.get()) == {"c00": BatchItemState.SUCCEEDED}
    assert Center.objects.get(center_id="c01").state == CenterState.PAUSED


def test_all_that_match_is_the_filter_at_that_moment(fourteen: list[Center], admin: User, client_of: SignIn) -> None:
    posted = {"action": "resume", "which": "all", "query": "state=paused", "expected": "2"}
    client_of(admin).post(BULK, posted)
    assert states(CenterBatch.objects.get()) == {"c00": BatchItemState.SUCCEEDED, "c01": BatchItemState.SUCCEEDED}


@pytest.mark.parametrize("expected", ["13", "15", "", "x"])
def test_other_count_than_was_shown_asks_again(
    expected: str, fourteen: list[Center], admin: User, client_of: SignIn
) -> None:
    answer = client_of(admin).post(BULK, {"action": "pause", "which": "all", "expected": expected})
    page = answer.content.decode()
    assert (answer.status_code, CenterBatch.objects.count()) == (409, 0)
    assert "now it is 14 centers. Nothing was done yet." in page
    assert '<input type="hidden" name="expected" value="14">' in page


def test_ticked_center_that_is_gone_asks_again(fourteen: list[Center], admin: User, client_of: SignIn) -> None:
    posted = {"action": "pause", "which": "ticked", "center": ["c03", "gone"]}
    page = client_of(admin).post(BULK, posted).content.decode()
    assert "Of 2 ticked centers, 1 is still there." in page
    assert ('value="c03"' in page, 'value="gone"' in page, CenterBatch.objects.count()) == (True, False, 0)


def test_nothing_ticked_does_nothing(fourteen: list[Center], admin: User, client_of: SignIn) -> None:
    answer = client_of(admin).post(BULK, {"action": "pause", "which": "ticked", "query": "state=active"}, follow=True)
    assert "Tick at least one center" in answer.content.decode()
    assert answer.redirect_chain == [("/centers/?state=active", 302)]
    assert CenterBatch.objects.count() == 0


def test_centers_of_other_regions_are_left_alone(fourteen: list[Center], admin: User, client_of: SignIn) -> None:
    make_center("wien", server=make_server("wien", make_region("austria", "Austria"), port=1434))
    sees(admin, make_region("swiss", "Switzerland"), fourteen[0].server.region)
    client = client_of(admin)
    client.post(BULK, {"action": "pause", "which": "all", "expected": "14"})
    assert client.post(BULK, {"action": "pause", "which": "ticked", "center": ["wien"]}).status_code == 409
    assert Center.objects.get(center_id="wien").state == CenterState.ACTIVE


@pytest.mark.parametrize("action", ["test", "pause", "resume", "delete", ""])
def test_reviewer_has_none_of_an_admins_buttons(
    action: str, fourteen: list[Center], reviewer: User, client_of: SignIn
) -> None:
    posted = {"action": action, "which": "all", "expected": "14"}
    assert client_of(reviewer).post(BULK, posted).status_code == 403
    assert CenterBatch.objects.count() == 0


def test_double_click_makes_one_batch(
    fourteen: list[Center], admin: User, client_of: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("centers.bulk_views.time.time", lambda: 1_000.0)
    client, posted = client_of(admin), {"action": "pause", "which": "all", "expected": "14"}
    first, second = (client.post(BULK, posted)["Location"] for _ in range(2))
    assert (first, CenterBatch.objects.count()) == (second, 1)
    # Later it is meant.
    monkeypatch.setattr("centers.bulk_views.time.time", lambda: 1_100.0)
    assert client.post(BULK, posted)["Location"] != first


def test_batch_is_shown_to_its_person_only(
    fourteen: list[Center], admin: User, reviewer: User, client_of: SignIn
) -> None:
    batch = batches.begin(admin, BatchAction.PAUSE, fourteen)
    other = User.objects.create_user("other")
    other.groups.set(admin.groups.all())
    sees(other, fourteen[0].server.region)
    address = batch.get_absolute_url()
    assert [client_of(person).get(address).status_code for person in (admin, reviewer, other)] == [200, 404, 404]
    assert client_of(other).post(f"{address}undo/").status_code == 404


def test_progress_tells_quarters_once(fourteen: list[Center], admin: User, client_of: SignIn) -> None:
    batch = batches.begin(admin, BatchAction.TEST, fourteen)
    done = [item.pk for item in batch.items.all()[:7]]
    batch.items.filter(pk__in=done).update(state=BatchItemState.SUCCEEDED, finished_at=timezone.now())
    client = client_of(admin)
    assert "&amp;heard=50" in client.get(batch.get_absolute_url()).text
    answers = [
        client.get(batch.get_absolute_url(), {"heard": heard}, headers={"HX-Request": "true"}).text
        for heard in ("0", "50")
    ]
    assert ["50%: 7 of 14 centers have ended." in text for text in answers] == [True, False]


def test_tests_run_in_the_background_with_a_result_for_each(
    fourteen: list[Center],
    admin: User,
    client_of: SignIn,
    rung: list[str],
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    climbs = Climbs(DB_c03=NO_DATABASE, DB_c04=WRITES)
    monkeypatch.setattr(batch_tests, "climb", climbs)
    client = client_of(admin)
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(BULK, {"action": "test", "which": "all", "expected": "14"}, follow=True)
    assert 'hx-trigger="every 2s"' in answer.content.decode()
    assert (rung, climbs.asked) == (["interactive"], [])
    assert batch_tests.test_waiting_centers("a") == 14
    batch = CenterBatch.objects.get()
    page = client.get(batch.get_absolute_url()).content.decode()
    assert "13 of 14 centers can be reached." in page
    assert "Database: The database cannot be opened." in page
    assert "the step “Right to read” has a remark" in page
    assert ("every 2s" in page, states(batch)["c03"]) == (False, "failed")
    assert AuditEvent.objects.filter(action="connection.tested", actor_name="admin").count() == 14


def test_failed_ones_are_tried_again(
    fourteen: list[Center], admin: User, client_of: SignIn, rung: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_tests, "climb", Climbs(DB_c03=NO_DATABASE))
    batch = batches.begin(admin, BatchAction.TEST, fourteen)
    batch_tests.test_waiting_centers("a")
    client, climbs = client_of(admin), Climbs()
    monkeypatch.setattr(batch_tests, "climb", climbs)
    assert "Test 1 failed center again" in client.get(batch.get_absolute_url()).content.decode()
    page = client.post(f"{batch.get_absolute_url()}retry/", follow=True).content.decode()
    assert "1 center is tested again." in page
    batch_tests.test_waiting_centers("b")
    assert (climbs.asked, set(states(batch).values())) == (["DB_c03"], {"succeeded"})


def test_refused_login_is_tried_once_for_the_whole_server(
    fourteen: list[Center], admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    climbs = Climbs(**{f"DB_c{number:02d}": LOGIN_REFUSED for number in range(14)})
    monkeypatch.setattr(batch_tests, "climb", climbs)
    batch = batches.begin(admin, BatchAction.TEST, fourteen)
    batch_tests.test_waiting_centers("a")
    assert (len(climbs.asked), set(states(batch).values())) == (1, {"failed"})
    assert set(batch.items.values_list("step", "error_kind")) == {("login", "login_failed")}


def test_no_more_at_once_than_the_server_allows(
    fourteen: list[Center], admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = fourteen[0].server
    server.max_connections = 1
    server.save()
    climbs = Climbs()
    monkeypatch.setattr(batch_tests, "climb", climbs)
    batches.begin(admin, BatchAction.TEST, fourteen)
    assert (batch_tests.test_waiting_centers("a"), climbs.most_at_once) == (14, 1)


def test_claimed_centers_are_nobody_elses_until_the_lease_ends(
    fourteen: list[Center], admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    climbs = Climbs()
    monkeypatch.setattr(batch_tests, "climb", climbs)
    batches.begin(admin, BatchAction.TEST, fourteen[:2])
    later = timezone.now() + dt.timedelta(minutes=5)
    CenterBatchItem.objects.update(claim_token="dead", claimed_until=later, attempts=1)
    assert batch_tests.test_waiting_centers("a") == 0
    assert batch_tests.release("dead") == 2
    assert batch_tests.test_waiting_centers("a") == 2


def test_center_that_takes_the_process_down_is_given_up(fourteen: list[Center], admin: User) -> None:
    batch = batches.begin(admin, BatchAction.TEST, fourteen[:1])
    CenterBatchItem.objects.update(attempts=3)
    assert batch_tests.test_waiting_centers("a") == 0
    assert list(batch.items.values_list("state", "error_kind")) == [("failed", "hung")]


def test_tests_of_a_batch_count_once_in_a_minute(
    fourteen: list[Center], admin: User, client_of: SignIn, rung: list[str], settings: Settings
) -> None:
    settings.CONNECTION_TESTS_PER_MINUTE = 1
    client = client_of(admin)
    client.post(BULK, {"action": "test", "which": "all", "expected": "14"})
    answer = client.post(BULK, {"action": "test", "which": "ticked", "center": ["c03"]}, follow=True)
    assert "Too many connection tests." in answer.content.decode()
    assert CenterBatch.objects.count() == 1


def test_batches_are_forgotten_after_a_month(fourteen: list[Center], admin: User) -> None:
    old = batches.begin(admin, BatchAction.PAUSE, fourteen[:1])
    CenterBatch.objects.filter(pk=old.pk).update(requested_at=timezone.now() - dt.timedelta(days=31))
    new = batches.begin(admin, BatchAction.RESUME, fourteen[:1])
    assert list(CenterBatch.objects.values_list("pk", flat=True)) == [new.pk]


@pytest.mark.parametrize("count", [3, 1_000])
def test_pages_take_the_same_queries_for_any_number(
    count: int, admin: User, client_of: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    server = make_server()
    Center.objects.bulk_create(
        [Center(center_id=f"c{number:04d}", name="X", server=server, database=f"D{number}") for number in range(count)]
    )
    batch = batches.begin(admin, BatchAction.PAUSE, list(Center.objects.select_related("server__region")))
    client = client_of(admin)
    with django_assert_num_queries(7):
        client.get(batch.get_absolute_url())
