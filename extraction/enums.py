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


class Trigger(models.TextChoices):
    """Who or what asked for a run."""

    PERSON = "person", _("a person")
    COMMAND = "command", _("command line")
    SCHEDULE = "schedule", _("schedule")
