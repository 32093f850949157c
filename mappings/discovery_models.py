"""What somebody asked to be discovered in the background, and what became of each center."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from centers.models import Center
from centers.scope import ScopedManager, SpanningManager
from dentalhub.sentence_field import SentenceField
from mappings.enums import DiscoveryState


class DiscoveryJob(models.Model):
    """One request to discover several centers and propose a mapping for each that has none. It is open while one of its
    items waits; who looks at a source, and when, say the rows of `SchemaWatch`."""

    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    requested_at = models.DateTimeField(_("requested"), auto_now_add=True)
    # When somebody last asked for one of its centers, which "try again" does as well.
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    # A form sends its own key with the request, so that a double click makes one job.
    request_key = models.CharField(max_length=80, unique=True, editable=False)

    region_paths: ClassVar = ("items__center__server__region",)
    objects = SpanningManager["DiscoveryJob"]()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("discovery")
        verbose_name_plural = _("discoveries")

    def __str__(self) -> str:
        return f"#{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("mappings:discovery_detail", args=[self.pk])


class DiscoveryItem(models.Model):
    """One center of a job: waits, or has ended with a schema and a version, with an error, or untouched (paused)."""

    job = models.ForeignKey(DiscoveryJob, models.CASCADE, related_name="items")
    center = models.ForeignKey(Center, models.CASCADE, related_name="discovery_items")
    state = models.CharField(_("state"), max_length=10, choices=DiscoveryState, default=DiscoveryState.QUEUED)
    table_count = models.PositiveIntegerField(_("tables"), default=0)
    column_count = models.PositiveIntegerField(_("columns"), default=0)
    # The version that reviewers find now; empty when there is none.
    mapping = models.ForeignKey("mappings.Mapping", models.SET_NULL, null=True, blank=True, related_name="+")
    # Looks that were asked for once more, because the process ended between the look and this row.
    restarts = models.PositiveSmallIntegerField(default=0, editable=False)
    error_kind = models.CharField(_("cause"), max_length=40, blank=True, default="")
    error_message = SentenceField(_("what happened"), max_length=500, blank=True, default="")
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    region_paths: ClassVar = ("center__server__region",)
    objects = ScopedManager["DiscoveryItem"]()

    class Meta:
        ordering = ["center__center_id"]
        verbose_name = _("center of a discovery")
        verbose_name_plural = _("centers of a discovery")
        constraints = [models.UniqueConstraint(fields=["job", "center"], name="discovery_item_once")]
        indexes = [models.Index(fields=["state", "center"], name="discovery_item_by_state")]

    def __str__(self) -> str:
        return f"{self.job} {self.center.center_id}"

    @property
    def is_waiting(self) -> bool:
        """True while nothing has become of it yet."""
        return self.state == DiscoveryState.QUEUED
