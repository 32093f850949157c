"""What of an approved mapping and its snapshot a reader needs, kept small."""

from typing import ClassVar

from django.db import models

from centers.scope import ScopedManager


class ReadingPlan(models.Model):
    """The mapped columns of one version with their types: a few kilobytes instead of a snapshot of 150 tables.

    Made when a version is read for the first time. Both that it is made from never change; the hash says so.
    """

    mapping = models.OneToOneField("mappings.Mapping", models.CASCADE, related_name="reading_plan", primary_key=True)
    content_hash = models.CharField(max_length=64)
    content = models.TextField()

    region_paths: ClassVar = ("mapping__center__server__region",)
    objects = ScopedManager["ReadingPlan"]()

    def __str__(self) -> str:
        return f"{self.mapping_id}"
