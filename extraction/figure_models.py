"""What charts, totals and the search for a service code need of a slice, so that they need not look at its entries."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from centers.scope import ScopedManager


class SliceFigures(models.Model):
    """The counts of one slice that has entries; written with them."""

    center = models.ForeignKey("centers.Center", models.CASCADE, db_index=False, related_name="slice_figures")
    business_date = models.DateField(_("business date"))
    gkv_count = models.PositiveIntegerField(_("GKV"))
    pkv_count = models.PositiveIntegerField(_("PKV"))
    self_payer_count = models.PositiveIntegerField(_("Selbstzahler"))
    # JSON: service code to the number of its entries, a list in the order of the columns above.
    codes = models.TextField(_("service codes"))

    region_paths: ClassVar = ("center__server__region",)
    objects = ScopedManager["SliceFigures"]()

    class Meta:
        verbose_name = _("figures of a slice")
        verbose_name_plural = _("figures of slices")
        constraints = [models.UniqueConstraint(fields=["center", "business_date"], name="figures_one_per_day")]
        indexes = [
            # The counts are there for sums, which then need nothing else.
            models.Index(
                fields=["business_date", "center", "gkv_count", "pkv_count", "self_payer_count"], name="figures_by_date"
            )
        ]

    def __str__(self) -> str:
        return f"{self.center_id}/{self.business_date}"
