"""A person's word that a slice with fewer entries than usual is right."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from centers.scope import ScopedManager


class AcceptedSlice(models.Model):
    """Holds for the rows with this checksum: other rows on that day are looked at anew."""

    center = models.ForeignKey("centers.Center", models.CASCADE, related_name="accepted_slices")
    business_date = models.DateField(_("business date"))
    checksum = models.CharField(_("checksum"), max_length=64)
    entry_count = models.PositiveIntegerField(_("entries"))
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    accepted_at = models.DateTimeField(_("accepted at"))

    region_paths: ClassVar = ("center__server__region",)
    objects = ScopedManager["AcceptedSlice"]()

    class Meta:
        ordering = ["-business_date", "center__center_id"]
        verbose_name = _("accepted slice")
        verbose_name_plural = _("accepted slices")
        constraints = [models.UniqueConstraint(fields=["center", "business_date"], name="accepted_one_per_day")]
        indexes = [models.Index(fields=["business_date"], name="accepted_by_date")]

    def __str__(self) -> str:
        return f"{self.center.center_id} {self.business_date}"
