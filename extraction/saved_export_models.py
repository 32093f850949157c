"""Exports that are made again and again: what, when, and where to."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from centers.scope import Scope, ScopedManager, people_within
from extraction.enums import EXPORT_REASONS, ExportDays
from extraction.reveal_reasons import NOTE_LENGTH, Why


class SavedExportManager(ScopedManager["SavedExport"]):
    """A saved export belongs where its owner belongs."""

    def in_scope(self, scope: Scope) -> models.QuerySet["SavedExport"]:
        """Only those of people who see no region outside of `scope`."""
        rows = self.get_queryset()
        return rows if scope.all_regions else rows.filter(owner__in=people_within(scope))


class SavedExport(models.Model):
    """A filter with relative days, a format, perhaps a schedule and a destination. Has its owner's rights."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("owner"))
    # As Export.wanted, without days.
    wanted = models.TextField(default="{}")
    days = models.CharField(_("days"), max_length=20, choices=ExportDays, default=ExportDays.YESTERDAY)
    format = models.CharField(_("format"), max_length=12)
    shows_patients = models.BooleanField(_("with patient ids"), default=False)
    # As Export.reason.
    reason = models.CharField(_("reason"), max_length=12, choices=EXPORT_REASONS, blank=True, default="")
    note = models.CharField(_("note"), max_length=NOTE_LENGTH, blank=True, default="")
    is_active = models.BooleanField(_("made every day"), default=False)
    # Wall time of the region's time zone, or of the network's.
    starts_at = models.TimeField(_("starts at"), default=dt.time(6, 0))
    clock = models.ForeignKey("centers.Region", models.SET_NULL, null=True, blank=True, related_name="+")
    # One of DENTALHUB_EXPORT_DESTINATIONS; empty: the file waits for the owner.
    destination = models.CharField(_("destination"), max_length=300, blank=True, default="")
    folder = models.CharField(_("folder"), max_length=120, blank=True, default="")
    # Nothing that was due earlier is made.
    changed_at = models.DateTimeField()

    objects = SavedExportManager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("saved export")
        verbose_name_plural = _("saved exports")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("extraction:saved_export_update", args=[self.pk])

    @property
    def why(self) -> Why | None:
        """Why its files have patient ids; None: they have pseudonyms."""
        return Why.stored(shows_patients=self.shows_patients, reason=self.reason, note=self.note)
