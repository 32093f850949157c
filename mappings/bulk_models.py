"""What is kept of an approval of several centers at once, and of its undoing."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from centers.scope import ScopedManager, SpanningManager


class BulkApproval(models.Model):
    """Identical changes of several centers that one reviewer approved at once."""

    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    approved_at = models.DateTimeField(_("approved at"), auto_now_add=True)

    region_paths: ClassVar = ("items__mapping__center__server__region",)
    objects = SpanningManager["BulkApproval"]()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("approval of several centers")
        verbose_name_plural = _("approvals of several centers")

    def __str__(self) -> str:
        return f"#{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("review:bulk_result", args=[self.pk])


class BulkApprovalItem(models.Model):
    """What became of one center's version: approved over `former`, or refused with a sentence; and of its undoing."""

    bulk = models.ForeignKey(BulkApproval, models.CASCADE, related_name="items")
    mapping = models.ForeignKey("mappings.Mapping", models.CASCADE, related_name="+")
    # The version that extracted before; empty when there was none, or when the approval was refused.
    former = models.ForeignKey("mappings.Mapping", models.SET_NULL, null=True, blank=True, related_name="+")
    refusal = models.CharField(_("why not"), max_length=500, blank=True, default="")
    # The version that the undoing made.
    undone_by = models.ForeignKey("mappings.Mapping", models.SET_NULL, null=True, blank=True, related_name="+")
    undo_refusal = models.CharField(_("why it was not undone"), max_length=500, blank=True, default="")

    region_paths: ClassVar = ("mapping__center__server__region",)
    objects = ScopedManager["BulkApprovalItem"]()

    class Meta:
        ordering = ["mapping__center__center_id"]
        verbose_name = _("center of an approval")
        verbose_name_plural = _("centers of an approval")
        constraints = [models.UniqueConstraint(fields=["bulk", "mapping"], name="bulk_item_once")]

    def __str__(self) -> str:
        return f"{self.bulk} {self.mapping}"
