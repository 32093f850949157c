"""What people read of an alert: numbers, regions and causes, never a patient, a login or a host of a practice."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, npgettext

from extraction.alert_causes import AlertCause
from extraction.causes import cause_label


def sentence(cause: str, detail: str, count: int, region: str) -> str:
    """The alert in a sentence without an end mark; the cause itself where it is of another release."""
    known = _SENTENCES.get(cause)
    if known is None:
        return cause
    values = {"count": count, "region": region, "detail": detail, "cause": cause_label(detail) if detail else ""}
    return known(count, detail) % {**values, "span": _span(cause)}


def path_of(cause: str, region_code: str) -> str:
    """Where in dentalhub somebody sees more of it, and does something about it."""
    if cause in _OF_CENTERS:
        return f"{reverse('extraction:matrix')}?{urlencode({'region': region_code, 'open': 'on'})}"
    return reverse(_PAGES.get(cause, "extraction:alert_list")) + _QUERIES.get(cause, "")


def _span(cause: str) -> str:
    """The limit of a cause that has one in days, as its sentence needs it."""
    limit = _LIMITS.get(cause)
    if limit is None:
        return ""
    days = settings.ALERT_LIMITS[limit]
    return npgettext("within, for more than", "%(days)d day", "%(days)d days", days) % {"days": days}


def _centers_failed(count: int, _detail: str) -> str:
    return ngettext("%(count)d center in %(region)s: %(cause)s", "%(count)d centers in %(region)s: %(cause)s", count)


def _region_failed(count: int, _detail: str) -> str:
    return ngettext(
        "Nothing comes from %(region)s: its %(count)d center fails",
        "Nothing comes from %(region)s: all of its %(count)d centers fail",
        count,
    )


def _left_alone(count: int, detail: str) -> str:
    if detail == "server":
        return ngettext(
            "%(count)d database server in %(region)s is left alone because it kept failing",
            "%(count)d database servers in %(region)s are left alone because they kept failing",
            count,
        )
    return ngettext(
        "%(count)d center in %(region)s is left alone because it kept failing",
        "%(count)d centers in %(region)s are left alone because they kept failing",
        count,
    )


def _run_slow(count: int, _detail: str) -> str:
    return ngettext(
        "Reading %(region)s took %(count)d times as long as usual",
        "Reading %(region)s took %(count)d times as long as usual",
        count,
    )


def _queue_deaf(_count: int, _detail: str) -> str:
    return _("Nobody works on the queue %(detail)s")


def _drift(count: int, _detail: str) -> str:
    return ngettext(
        "The schema of %(count)d center in %(region)s changed and waits for a review",
        "The schemas of %(count)d centers in %(region)s changed and wait for a review",
        count,
    )


def _review(count: int, _detail: str) -> str:
    return ngettext(
        "The mapping of %(count)d center in %(region)s has waited for a decision for more than %(span)s",
        "The mappings of %(count)d centers in %(region)s have waited for a decision for more than %(span)s",
        count,
    )


def _missing(count: int, _detail: str) -> str:
    return ngettext(
        "%(count)d center in %(region)s lacks %(span)s or more",
        "%(count)d centers in %(region)s lack %(span)s or more",
        count,
    )


def _held(count: int, _detail: str) -> str:
    return ngettext(
        "%(count)d day in %(region)s is held, because far fewer entries came than before",
        "%(count)d days in %(region)s are held, because far fewer entries came than before",
        count,
    )


def _certificate(count: int, _detail: str) -> str:
    return ngettext(
        "The certificate or TLS exception of %(count)d server in %(region)s ends within %(span)s or has ended",
        "The certificates or TLS exceptions of %(count)d servers in %(region)s end within %(span)s or have ended",
        count,
    )


def _agreement(count: int, _detail: str) -> str:
    return ngettext(
        "The processing agreement of %(count)d center in %(region)s ends within %(span)s or has ended",
        "The processing agreements of %(count)d centers in %(region)s end within %(span)s or have ended",
        count,
    )


def _disk(_count: int, _detail: str) -> str:
    return _("The disk of the machine %(detail)s is %(count)d percent full")


def _backup(count: int, _detail: str) -> str:
    return ngettext("The last backup is %(count)d day old", "The last backup is %(count)d days old", count)


def _audit(_count: int, _detail: str) -> str:
    return _("The audit trail is not as it was written, at event %(count)d")


_SENTENCES: dict[str, Callable[[int, str], str]] = {
    AlertCause.AUDIT_BROKEN: _audit,
    AlertCause.DISK_FULL: _disk,
    AlertCause.QUEUE_DEAF: _queue_deaf,
    AlertCause.REGION_FAILED: _region_failed,
    AlertCause.CENTERS_FAILED: _centers_failed,
    AlertCause.LEFT_ALONE: _left_alone,
    AlertCause.CERTIFICATE: _certificate,
    AlertCause.AGREEMENT: _agreement,
    AlertCause.SLICES_MISSING: _missing,
    AlertCause.HELD: _held,
    AlertCause.DRIFT: _drift,
    AlertCause.REVIEW: _review,
    AlertCause.RUN_SLOW: _run_slow,
    AlertCause.BACKUP_OLD: _backup,
}
_LIMITS: dict[str, str] = {
    AlertCause.REVIEW: "review_days",
    AlertCause.SLICES_MISSING: "missing_days",
    AlertCause.CERTIFICATE: "certificate_days",
    AlertCause.AGREEMENT: "agreement_days",
}
_OF_CENTERS = frozenset({AlertCause.CENTERS_FAILED, AlertCause.REGION_FAILED, AlertCause.SLICES_MISSING})
_PAGES: dict[str, str] = {
    AlertCause.AUDIT_BROKEN: "audit:event_list",
    AlertCause.QUEUE_DEAF: "extraction:schedule_list",
    AlertCause.LEFT_ALONE: "extraction:breaker_list",
    AlertCause.CERTIFICATE: "centers:server_list",
    AlertCause.AGREEMENT: "extraction:processing_activities",
    AlertCause.HELD: "extraction:held_list",
    AlertCause.DRIFT: "mappings:mapping_list",
    AlertCause.REVIEW: "mappings:mapping_list",
    AlertCause.RUN_SLOW: "extraction:run_list",
}
_QUERIES: dict[str, str] = {AlertCause.DRIFT: "?state=drifted", AlertCause.REVIEW: "?state=waiting"}
