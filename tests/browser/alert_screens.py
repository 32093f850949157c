"""The screens of alerts, and what fills them."""

from playwright.sync_api import Page

from tests.browser.conftest import Installation
from tests.browser.screens import Screen

# An open alert, one that seems over and one that is, and a channel with one message that was given up.
ALERTS = """
from django.utils import timezone
from centers.models import Region
from extraction.models import Alert, AlertChannel, AlertMessage
now, region = timezone.now(), Region.objects.get(code="germany")
told = {"region": region, "since": now, "value": 14, "most": 14, "opened_at": now}
Alert.objects.create(key="screen:1", cause="centers_failed", detail="login_failed", phase="open", **told)
Alert.objects.create(key="screen:2", cause="region_failed", phase="clearing", **told)
Alert.objects.create(key="screen:3", cause="held", phase="closed", is_live=False, closed_at=now, **told)
channel = AlertChannel.objects.create(
    name="Operations", kind="slack", language="en", host="hooks.slack.com", time_zone="Europe/Berlin",
    quiet_from="22:00", quiet_until="06:00",
)
given_up = {"state": "failed", "outcome": "gone", "http_status": 404, "attempts": 1, "created_at": now}
AlertMessage.objects.create(channel=channel, key="screen", kind="news", **given_up)
"""


def fill_alert_screens(installation: Installation) -> tuple[Screen, ...]:
    """Put alerts there, whose region is, and give their screens."""
    installation.manage("shell", "-c", ALERTS)
    return (
        Screen("alerts", "/alerts/"),
        Screen("past alerts", "/alerts/?state=past", person="reviewer"),
        Screen("alerts, nothing found", "/alerts/?cause=backup_old"),
        Screen("alert channels", "/alerts/channels/", prepare=_send_test),
        Screen("alert channel, wrong", "/alerts/channels/new/", prepare=_send_empty_form),
        Screen("alert channel", "/alerts/channels/1/"),
        Screen("delete an alert channel", "/alerts/channels/1/delete/"),
        Screen("log of an alert channel", "/alerts/channels/1/log/"),
    )


def _send_test(page: Page) -> None:
    page.locator("form[action$='/test/'] button").first.click()
    page.locator("[id^=test-] .notice").wait_for()


def _send_empty_form(page: Page) -> None:
    page.locator("main button[type=submit]").first.click()
    page.locator(".field__error").first.wait_for()
