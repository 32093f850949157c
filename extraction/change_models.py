"""The history of a slice: what changed in the practice after a day had landed."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from centers.scope import ScopedManager


class SliceChange(models.Model):
    """A reading that found other rows than were there. Counts only: what the rows said before is gone."""

    center = models.ForeignKey("centers.Center", models.CASCADE, related_name="slice_changes")
    business_date = models.DateField(_("business date"))
    run = models.ForeignKey("extraction.ExtractionRun", models.CASCADE, related_name="slice_changes")
    read_at = models.DateTimeField(_("read at"))
    count_before = models.PositiveIntegerField(_("entries before"))
    count_after = models.PositiveIntegerField(_("entries after"))
    added = models.PositiveIntegerField(_("added"))
    removed = models.PositiveIntegerField(_("removed"))
    changed = models.PositiveIntegerField(_("changed"))
    # Another version of the mapping read it: then it may be that only the reading changed.
    is_remapped = models.BooleanField(_("with another mapping version"), default=False)

    region_paths: ClassVar = ("center__server__region",)
    objects = ScopedManager["SliceChange"]()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("change of a slice")
        verbose_name_plural = _("changes of slices")
        indexes = [models.Index(fields=["center", "business_date"], name="slice_change_by_day")]

    def __str__(self) -> str:
        return f"{self.center.center_id} {self.business_date} +{self.added} -{self.removed} ~{self.changed}"
