"""What ends by itself, and whether alerts reach anybody, as Prometheus sees it."""

from collections import Counter
from collections.abc import Iterable, Iterator

from django.db.models import Count, Sum
from django.utils import timezone
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from extraction.alert_causes import AlertCause, severity_of
from extraction.alert_models import ChannelKind, MessageState
from extraction.alerts.expiry import agreement_days, certificate_days
from extraction.models import Alert, AlertChannel, AlertMessage


def of_ends(regions: dict[int, str]) -> Iterator[Metric]:
    """Days until the first certificate or exception, and the first agreement, of each region ends; below 0: ended."""
    now = timezone.now()
    certificates = GaugeMetricFamily(
        "dentalhub_certificate_expiry_days",
        "Days until the first pinned certificate or TLS exception ends; below 0: it has ended.",
        labels=["region"],
    )
    agreements = GaugeMetricFamily(
        "dentalhub_agreement_expiry_days",
        "Days until the first processing agreement ends; below 0: it has ended.",
        labels=["region"],
    )
    for family, rows in ((certificates, certificate_days(now)), (agreements, agreement_days(now))):
        for region_id, days in sorted(_first(rows).items()):
            family.add_metric([regions[region_id]], days)
    yield from (certificates, agreements)


def of_alerts() -> Iterator[Metric]:
    """Open alerts by cause; messages by the kind of their channel and what became of them."""
    alerts = GaugeMetricFamily("dentalhub_alerts", "Open alerts.", labels=["cause", "severity"])
    rows = Alert.objects.filter(is_live=True, opened_at__isnull=False).order_by().values_list("cause")
    counts = Counter(dict(rows.annotate(Count("pk"))))
    for cause in AlertCause:
        alerts.add_metric([cause.value, severity_of(cause).value], counts[cause.value])
    messages = CounterMetricFamily(
        "dentalhub_alert_messages", "Messages of alerts that ended.", labels=["kind", "outcome"]
    )
    channels = AlertChannel.objects.order_by().values_list("kind")
    totals = {kind: numbers for kind, *numbers in channels.annotate(Sum("sent_count"), Sum("failed_count"))}
    for kind in ChannelKind:
        sent, failed = totals.get(kind.value, (0, 0))
        messages.add_metric([kind.value, "sent"], sent)
        messages.add_metric([kind.value, "failed"], failed)
    waiting = GaugeMetricFamily("dentalhub_alert_messages_waiting", "Messages of alerts that wait for an attempt.")
    still = AlertMessage.objects.filter(state=MessageState.WAITING, next_try_at__isnull=False)
    waiting.add_metric([], still.filter(channel__is_active=True).count())
    yield from (alerts, messages, waiting)


def _first(rows: Iterable[tuple[int, int, int]]) -> dict[int, int]:
    found: dict[int, int] = {}
    for _pk, region_id, days in rows:
        found[region_id] = min(days, found.get(region_id, days))
    return found
