"""Which channel tells what, and when. *Pure*, for channels whose regions are loaded."""

import datetime as dt

from extraction.alert_models import Alert, AlertChannel
from extraction.alerts.quiet import QuietHours, quiet_until


def tells(channel: AlertChannel, alert: Alert) -> bool:
    """True when `channel` is for this cause and region."""
    if channel.chosen_causes and alert.cause not in channel.chosen_causes:
        return False
    return channel.all_regions or any(region.pk == alert.region_id for region in channel.regions.all())


def wanted_at(channel: AlertChannel, alert: Alert, now: dt.datetime) -> dt.datetime | None:
    """When the channel's quiet hours are over; None where it may be told now."""
    return None if channel.disturbing == alert.severity else quiet_until(quiet_hours(channel), now)


def quiet_hours(channel: AlertChannel) -> QuietHours | None:
    """The quiet hours of `channel`; None where it has none."""
    if channel.quiet_from is None or channel.quiet_until is None:
        return None
    return QuietHours(channel.quiet_from, channel.quiet_until, channel.time_zone)
