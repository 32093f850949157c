"""When regions are extracted, and when their workers were last heard of."""

import datetime as dt
from typing import ClassVar

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from centers.scope import ScopedManager

MOST_LOOK_BACK_DAYS = 62


class RegionSchedule(models.Model):
    """The daily extraction of a region, in its own time zone."""

    region = models.OneToOneField("centers.Region", models.CASCADE, related_name="schedule", verbose_name=_("region"))
    is_active = models.BooleanField(_("active"), default=True)
    # Wall time of the region's time zone.
    starts_at = models.TimeField(_("starts at"), default=dt.time(2, 0))
    look_back_days = models.PositiveSmallIntegerField(
        _("days looked back"),
        default=3,
        validators=[MaxValueValidator(MOST_LOOK_BACK_DAYS)],
        help_text=_("So many days before yesterday are read again, for entries that were made late."),
    )
    changed_at = models.DateTimeField(auto_now=True)

    region_paths: ClassVar = ("region",)
    objects = ScopedManager["RegionSchedule"]()

    class Meta:
        ordering = ["region__name"]
        verbose_name = _("schedule")
        verbose_name_plural = _("schedules")

    def __str__(self) -> str:
        return str(self.region)

    def audit_region(self) -> str:
        """The region that audit events about this schedule belong to."""
        return str(self.region.code)


class Heartbeat(models.Model):
    """The last sign of life of a queue's workers."""

    queue = models.CharField(_("queue"), max_length=40, unique=True)
    beat_at = models.DateTimeField(_("last heard of"))
    host = models.CharField(_("machine"), max_length=100, blank=True, default="")

    objects = models.Manager["Heartbeat"]()

    class Meta:
        ordering = ["queue"]
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return self.queue
