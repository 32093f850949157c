"""From when on people are alerted, and which receivers of webhooks there may be. *Pure*."""

import re
from collections.abc import Mapping, Sequence

from django.core.exceptions import ImproperlyConfigured

# What DENTALHUB_ALERT_LIMITS may change.
LIMITS: Mapping[str, int] = {
    # Open days that a center lacks among the last ones.
    "missing_days": 2,
    # A mapping waits for a decision for more days.
    "review_days": 3,
    # A pinned certificate or a TLS exception ends within so many days; so does an agreement.
    "certificate_days": 21,
    "agreement_days": 30,
    # How much of the disk is used.
    "disk_percent": 90,
    # A day's slice takes so many times as long as usual.
    "slow_factor": 3,
    # The last backup is older, where `backup` writes to its own folder.
    "backup_days": 2,
}
# Slack; Teams' workflows, which run in Azure Logic Apps or in the Power Platform.
KNOWN_HOSTS = ("hooks.slack.com", ".logic.azure.com", ".api.powerplatform.com")
_HOST = re.compile(r"\.?[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*(?::[0-9]{1,5})?")


def checked_limits(given: Mapping[str, int]) -> dict[str, int]:
    """The limits, changed where `given` says so. Raises ImproperlyConfigured for unknown names and odd numbers."""
    for name, value in given.items():
        if name not in LIMITS:
            raise ImproperlyConfigured(f"DENTALHUB_ALERT_LIMITS: {name!r} is none of {', '.join(LIMITS)}.")
        if value < 1 or (name == "disk_percent" and value > 99) or (name == "slow_factor" and value < 2):
            raise ImproperlyConfigured(f"DENTALHUB_ALERT_LIMITS: {name}={value} makes no sense.")
    if given.get("missing_days", 1) > 30:
        raise ImproperlyConfigured("DENTALHUB_ALERT_LIMITS: missing_days is at most 30.")
    return {**LIMITS, **given}


def checked_hosts(texts: Sequence[str]) -> tuple[str, ...]:
    """Names of hosts, in small letters. Raises ImproperlyConfigured for addresses, paths and schemes."""
    hosts = tuple(text.strip().lower() for text in texts)
    for host in hosts:
        if not _HOST.fullmatch(host):
            raise ImproperlyConfigured(
                f"DENTALHUB_ALERT_HOSTS: write names such as hooks.slack.com or .example.org, not {host!r}."
            )
    return hosts
