"""Fixed choices of runs. *Pure*."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RunState(models.TextChoices):
    """Where a run, or one center's part of it, stands."""

    QUEUED = "queued", _("queued")
    RUNNING = "running", _("running")
    SUCCEEDED = "succeeded", _("succeeded")
    PARTIAL = "partial", _("partly failed")
    FAILED = "failed", _("failed")
    SKIPPED = "skipped", _("skipped")
    CANCELLED = "cancelled", _("cancelled")


FINISHED = frozenset({RunState.SUCCEEDED, RunState.PARTIAL, RunState.FAILED, RunState.SKIPPED, RunState.CANCELLED})


class RunMode(models.TextChoices):
    """Which of its days a run reads."""

    MISSING = "missing", _("only what is missing")
    FAILED = "failed", _("only what has failed")
    ALL = "all", _("everything, replacing what is there")


class HeldState(models.TextChoices):
    """What people said of a held slice; an accepted one is landed and has no row any more."""

    WAITING = "waiting", _("waiting")
    REJECTED = "rejected", _("rejected")


class ErasureReason(models.TextChoices):
    """Why a patient is erased; the articles are those of the GDPR."""

    REQUEST = "request", _("the patient asked for it (Art. 17)")
    OBJECTION = "objection", _("the patient objected (Art. 21)")
    UNLAWFUL = "unlawful", _("it should never have been stored")
    ORDER = "order", _("an authority or a court demands it")


class RevealReason(models.TextChoices):
    """Why a person sees patients' own ids."""

    PRACTICE = "practice", _("a question of the practice about an entry")
    BILLING = "billing", _("checking a bill")
    PATIENT = "patient", _("a patient's request")
    QUALITY = "quality", _("checking the extraction against the source")
    OTHER = "other", _("another reason, as noted")


# What the operator writes with `extract --format`, unless told otherwise; nobody else is offered it.
OPERATION = "operation"
EXPORT_REASONS = (*RevealReason.choices, (OPERATION, _("operation on the command line")))


class BreakerScope(models.TextChoices):
    """What a circuit breaker guards."""

    SERVER = "server", _("server")
    CENTER = "center", _("center")


class BreakerState(models.TextChoices):
    """Whether sources are read: closed yes, open no, half open one try."""

    CLOSED = "closed", _("closed")
    OPEN = "open", _("open")
    HALF_OPEN = "half_open", _("half open")


class Trigger(models.TextChoices):
    """Who or what asked for a run."""

    PERSON = "person", _("a person")
    COMMAND = "command", _("command line")
    SCHEDULE = "schedule", _("schedule")
    API = "api", _("API")


class ExportState(models.TextChoices):
    """Where an export stands; the last six are its outcome."""

    QUEUED = "queued", _("queued")
    RUNNING = "running", _("running")
    DELIVERING = "delivering", _("being delivered")
    COMPLETE = "complete", _("complete")
    ABORTED = "aborted", _("aborted by the receiver")
    CANCELLED = "cancelled", _("cancelled")
    FAILED = "failed", _("failed")
    EXPIRED = "expired", _("expired")
    WITHDRAWN = "withdrawn", _("withdrawn")


EXPORT_OPEN = frozenset({ExportState.QUEUED, ExportState.RUNNING, ExportState.DELIVERING})


class ExportChannel(models.TextChoices):
    """How the entries leave."""

    DOWNLOAD = "download", _("download")
    FILE = "file", _("file in the background")
    SAVED = "saved", _("saved export")
    COMMAND = "command", _("command line")


class ExportDays(models.TextChoices):
    """Which days a saved export has, counted from the day on which it is made."""

    YESTERDAY = "yesterday", _("yesterday")
    LAST_7_DAYS = "last_7_days", _("the last 7 days")
    LAST_MONTH = "last_month", _("the last calendar month")
