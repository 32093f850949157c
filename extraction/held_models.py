"""Slices that wait for a person, because they are so much smaller than what they would replace."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from centers.scope import ScopedManager
from extraction.enums import HeldState


class HeldSlice(models.Model):
    """What a source last said of one day, kept beside the results; the slice that is landed stays visible."""

    center = models.ForeignKey("centers.Center", models.CASCADE, related_name="held_slices")
    business_date = models.DateField(_("business date"))
    state = models.CharField(_("state"), max_length=10, choices=HeldState, default=HeldState.WAITING)
    entry_count = models.PositiveIntegerField(_("entries"))
    # As `Slice.suppressed_count`.
    suppressed_count = models.PositiveIntegerField(_("suppressed rows"), default=0)
    # How many entries the visible slice had when this one came.
    previous_count = models.PositiveIntegerField(_("entries so far"))
    checksum = models.CharField(_("checksum"), max_length=64)
    # The rows as `extraction.held.content_of` writes them: patients' data, kept until somebody decides.
    content = models.TextField(blank=True, default="")
    mapping = models.ForeignKey("mappings.Mapping", models.PROTECT, related_name="+")
    run = models.ForeignKey("extraction.ExtractionRun", models.PROTECT, related_name="held_slices")
    extracted_at = models.DateTimeField(_("extracted at"))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    region_paths: ClassVar = ("center__server__region",)
    objects = ScopedManager["HeldSlice"]()

    class Meta:
        ordering = ["-business_date", "center__center_id"]
        verbose_name = _("held slice")
        verbose_name_plural = _("held slices")
        constraints = [models.UniqueConstraint(fields=["center", "business_date"], name="held_one_per_day")]

    def __str__(self) -> str:
        return f"{self.center.center_id} {self.business_date}"
