"""What the metrics need of ended runs and of yesterday, counted once, so that a scrape need not look at all history."""

from typing import ClassVar

from django.db import models

from centers.scope import ScopedManager


class CenterTotals(models.Model):
    """What all counted runs did for one center (extraction.metrics.counting); only ever grows."""

    center = models.OneToOneField("centers.Center", models.CASCADE, related_name="totals")
    # JSON: a number per bucket of extraction.metrics.durations, each without those below it; the last has no bound.
    buckets = models.TextField(default="[]")
    seconds = models.FloatField(default=0.0)
    entries = models.BigIntegerField(default=0)
    # JSON: cause to number of failures.
    errors = models.TextField(default="{}")

    region_paths: ClassVar = ("center__server__region",)
    objects = ScopedManager["CenterTotals"]()

    class Meta:
        verbose_name = "totals of a center"
        verbose_name_plural = "totals of centers"

    def __str__(self) -> str:
        return str(self.center_id)


class RegionDay(models.Model):
    """How the centers of a region stood on the last business date when somebody looked last."""

    region = models.OneToOneField("centers.Region", models.CASCADE, related_name="last_day")
    business_date = models.DateField()
    # JSON: state of extraction.slice_states to number of centers.
    states = models.TextField(default="{}")
    # Centers that lack several of the last days (DENTALHUB_ALERT_LIMITS, missing_days).
    lacking = models.PositiveIntegerField(default=0)
    counted_at = models.DateTimeField()

    region_paths: ClassVar = ("region",)
    objects = ScopedManager["RegionDay"]()

    class Meta:
        verbose_name = "last day of a region"
        verbose_name_plural = "last days of regions"

    def __str__(self) -> str:
        return f"{self.region_id}/{self.business_date}"
