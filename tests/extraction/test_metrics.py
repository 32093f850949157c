"""What Prometheus and load balancers are told, and who is told."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import DjangoAssertNumQueries, Settings

from centers.models import Center, DatabaseServer
from extraction.alert_causes import AlertCause
from extraction.alerts.bundling import bundle
from extraction.alerts.evaluation import take_up
from extraction.alerts.keys import AlertKey
from extraction.enums import RunState
from extraction.metrics.counting import count_last_day, count_runs, stored_totals
from extraction.metrics.durations import BOUNDS, Totals
from extraction.models import CenterRun, CenterTotals, ExtractionRun, Heartbeat, RegionDay
from extraction.queues import all_queues
from tests.extraction.alert_builders import channel, facts
from tests.extraction.certificates_made import pem_that_ends

pytestmark = pytest.mark.django_db
Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def scraped(client: Client, **headers: str) -> Samples:
    response = client.get("/metrics", **headers)  # type: ignore[arg-type]
    assert response.status_code == 200
    families = text_string_to_metric_families(response.content.decode())
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


def ended_run(run: ExtractionRun, *, seconds: float = 0.4) -> ExtractionRun:
    """The first center took so long and has 7 entries, the second was refused, the third had no mapping."""
    first, second, third = run.center_runs.order_by("pk")
    ended = {"duration_ms": int(seconds * 1000), "finished_at": timezone.now()}
    CenterRun.objects.filter(pk=first.pk).update(state=RunState.SUCCEEDED, entry_count=7, **ended)
    CenterRun.objects.filter(pk=second.pk).update(state=RunState.FAILED, error_kind="refused", **ended)
    CenterRun.objects.filter(pk=third.pk).update(state=RunState.SKIPPED, error_kind="no_mapping")
    now = timezone.now()
    ExtractionRun.objects.filter(pk=run.pk).update(
        state=RunState.PARTIAL, started_at=now - dt.timedelta(seconds=3), finished_at=now
    )
    return run


def duration(name: str, center_id: str, le: str = "") -> tuple[str, tuple[tuple[str, str], ...]]:
    labels = {"center_id": center_id} | ({"le": le} if le else {})
    return f"extraction_duration_seconds_{name}", tuple(sorted(labels.items()))


def of_extraction(samples: Samples) -> Samples:
    return {key: value for key, value in samples.items() if key[0].startswith("extraction_")}


def test_counters_say_the_same_before_and_after_the_run_is_counted(client: Client, run: ExtractionRun) -> None:
    ended_run(run)
    before = of_extraction(scraped(client))

    assert (count_runs(), count_runs()) == (1, 0)
    assert of_extraction(scraped(client)) == before
    assert before[duration("bucket", "center_01", "0.25")] == 0.0
    assert before[duration("bucket", "center_01", "0.5")] == 1.0
    assert before[duration("bucket", "center_01", "+Inf")] == 1.0
    assert before[duration("sum", "center_02")] == pytest.approx(0.4)
    assert before["extraction_entries_landed_total", (("center_id", "center_01"),)] == 7.0
    assert before["extraction_errors_total", (("center_id", "center_02"), ("error_type", "refused"))] == 1.0
    assert not any(("center_id", "center_03") in labels for _name, labels in before)
    assert before["extraction_last_run_duration_seconds", ()] == pytest.approx(3.0)
    assert before["extraction_last_run_centers", (("state", "failed"),)] == 1.0


def test_several_runs_add_up(run: ExtractionRun) -> None:
    ended_run(run, seconds=0.4)
    count_runs()
    ExtractionRun.objects.update(is_counted=False)
    CenterRun.objects.update(duration_ms=70_000)
    count_runs()

    totals = stored_totals()
    first, second = (totals[Center.objects.get(center_id=name).pk] for name in ("center_01", "center_02"))
    assert first.buckets == [0, 1, 0, 0, 0, 0, 1]
    assert first.seconds == pytest.approx(70.4)
    assert (first.entries, len(first.errors)) == (14, 0)
    assert second.errors == {"refused": 2}


def test_the_bound_itself_belongs_to_its_bucket() -> None:
    totals = Totals()
    for seconds in (*BOUNDS, BOUNDS[-1] + 0.1):
        totals.add(seconds, 0, "")

    assert totals.buckets == [1] * (len(BOUNDS) + 1)
    assert list(totals.cumulative())[-2:] == [("60.0", 6), ("+Inf", 7)]


def test_buckets_of_other_bounds_keep_their_number() -> None:
    totals = Totals.read("[3, 4]", 9.0, 5, "{}")

    assert totals.buckets == [0] * len(BOUNDS) + [7]


def test_the_last_day_is_counted_per_region(client: Client, run: ExtractionRun) -> None:
    count_last_day()
    count_last_day()

    assert RegionDay.objects.count() == 1
    region = Center.objects.select_related("server__region")[0].server.region.code
    samples = scraped(client)
    states = {dict(labels)["state"]: value for (name, labels), value in samples.items() if "last_day_centers" in name}
    assert sum(states.values()) == 3.0
    missing = states.get("missing", 0.0) + states.get("failed", 0.0)
    assert samples["dentalhub_slices_missing", (("region", region),)] == missing


def test_what_runs_now_shows(client: Client, run: ExtractionRun) -> None:
    CenterRun.objects.filter(pk=run.center_runs.order_by("pk")[0].pk).update(state=RunState.RUNNING)
    region = Center.objects.select_related("server__region")[0].server.region.code

    samples = scraped(client)
    assert samples["dentalhub_connections_active", (("region", region),)] == 1.0
    assert samples["extraction_runs", (("state", "running"),)] + samples["extraction_runs", (("state", "queued"),)] == 1
    assert samples["dentalhub_centers", (("state", "configured"),)] == 3.0
    assert samples["dentalhub_worker_heartbeat_age_seconds", (("queue", "dentalhub"),)] == float("inf")


def test_what_ends_first_is_told_per_region(client: Client, run: ExtractionRun) -> None:
    def days(name: str) -> dict[str, float]:
        found = {key: value for key, value in scraped(client).items() if key[0] == f"dentalhub_{name}_expiry_days"}
        return {dict(labels)["region"]: value for (_name, labels), value in found.items()}

    assert (days("certificate"), days("agreement")) == ({}, {})
    now = timezone.now()
    DatabaseServer.objects.update(tls="pinned", certificate=pem_that_ends(now + dt.timedelta(days=20, hours=1)))
    Center.objects.filter(center_id="center_01").update(agreement_until=now.date() + dt.timedelta(days=90))
    Center.objects.filter(center_id="center_02").update(agreement_until=now.date() - dt.timedelta(days=3))
    assert days("certificate") == {"germany": 20.0}
    assert days("agreement")["germany"] in {-3.0, -4.0}
    DatabaseServer.objects.update(tls="trusted", trust_expires_at=now - dt.timedelta(hours=1))
    assert days("certificate") == {"germany": -1.0}


def test_alerts_and_their_messages_are_counted(client: Client) -> None:
    made = channel(sent_count=3, failed_count=1)
    channel("Other", sent_count=4)
    take_up(facts((AlertKey(AlertCause.AUDIT_BROKEN), 7)), timezone.now())
    bundle(timezone.now())

    samples = scraped(client)
    assert samples["dentalhub_alerts", (("cause", "audit_broken"), ("severity", "critical"))] == 1.0
    assert samples["dentalhub_alerts", (("cause", "held"), ("severity", "warning"))] == 0.0
    assert samples["dentalhub_alert_messages_total", (("kind", "email"), ("outcome", "sent"))] == 7.0
    assert samples["dentalhub_alert_messages_total", (("kind", "email"), ("outcome", "failed"))] == 1.0
    assert samples["dentalhub_alert_messages_total", (("kind", "slack"), ("outcome", "sent"))] == 0.0
    assert samples["dentalhub_alert_messages_waiting", ()] == 2.0
    assert made.name not in client.get("/metrics").content.decode()


def test_a_scrape_asks_little_whatever_the_number_of_centers(
    client: Client, run: ExtractionRun, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ended_run(run)
    count_runs()
    with django_assert_num_queries(24):
        scraped(client)
    CenterTotals.objects.exclude(center__center_id="center_01").delete()
    CenterRun.objects.exclude(center__center_id="center_01").delete()
    with django_assert_num_queries(24):
        scraped(client)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"REMOTE_ADDR": "127.0.0.1"}, 200),
        ({"REMOTE_ADDR": "::1"}, 200),
        ({"REMOTE_ADDR": "10.0.0.5"}, 404),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "10.0.0.5"}, 404),
        ({"REMOTE_ADDR": ""}, 404),
    ],
)
@pytest.mark.parametrize("address", ["/metrics", "/health"])
def test_without_a_token_only_this_machine_is_told(
    client: Client, address: str, headers: dict[str, str], status: int
) -> None:
    assert client.get(address, **headers).status_code == status  # type: ignore[arg-type]


@pytest.mark.parametrize(("given", "status"), [("Bearer let-me-in", 200), ("Bearer other", 404), ("", 404)])
def test_with_a_token_whoever_has_it_is_told(client: Client, settings: Settings, given: str, status: int) -> None:
    settings.METRICS_TOKEN = "let-me-in"

    assert client.get("/metrics", HTTP_AUTHORIZATION=given, REMOTE_ADDR="10.0.0.5").status_code == status
    assert client.post("/metrics", HTTP_AUTHORIZATION=given).status_code == 405


def test_request_durations_name_routes_and_no_addresses(client: Client) -> None:
    client.get("/centers/id/a-secret-name/")
    client.get("/nothing/here/patient-1234/")

    body = client.get("/metrics").content.decode()
    assert 'route="centers:center_detail"' in body
    assert "a-secret-name" not in body
    assert "patient-1234" not in body


def test_ready_names_what_is_ill_and_stays_in_service(client: Client) -> None:
    Heartbeat.objects.update_or_create(queue="dentalhub", defaults={"beat_at": timezone.now(), "host": "one"})

    answer = client.get("/health/ready").json()
    assert (answer["status"], answer["checks"]["workers"]) == ("degraded", "deaf")
    assert answer["deaf_queues"] == [queue for queue in all_queues() if queue != "dentalhub"]
    assert client.get("/health/ready").status_code == 200
    assert client.get("/health/ready?strict=1").status_code == 503


def test_every_region_has_its_entry(client: Client, run: ExtractionRun) -> None:
    for queue in all_queues():
        Heartbeat.objects.create(queue=queue, beat_at=timezone.now(), host="one")
    count_last_day()

    answer = client.get("/health").json()
    assert [region["workers"] for region in answer["regions"]] == ["heard"]
    assert sum(answer["regions"][0]["centers"].values()) == 3
