"""What somebody did with many centers at once, and what became of each of them."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from centers.enums import BatchAction, BatchItemState
from centers.scope import ScopedManager, SpanningManager


class CenterBatch(models.Model):
    """One action on chosen centers. Its items are the truth: it goes on while one of them waits."""

    action = models.CharField(_("action"), max_length=10, choices=BatchAction)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    requested_at = models.DateTimeField(_("requested"), auto_now_add=True)
    # When somebody last asked for one of its centers, which "try again" does as well.
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    # A form sends its own key with the request, so that a double click makes one.
    request_key = models.CharField(max_length=80, unique=True, editable=False)
    undoes = models.OneToOneField("self", models.SET_NULL, null=True, blank=True, related_name="undone_by")

    region_paths: ClassVar = ("items__center__server__region",)
    objects = SpanningManager["CenterBatch"]()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("batch of centers")
        verbose_name_plural = _("batches of centers")

    def __str__(self) -> str:
        return f"#{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("centers:batch_detail", args=[self.pk])


class CenterBatchItem(models.Model):
    """One center of a batch."""

    batch = models.ForeignKey(CenterBatch, models.CASCADE, related_name="items")
    center = models.ForeignKey("centers.Center", models.CASCADE, related_name="batch_items")
    state = models.CharField(_("state"), max_length=10, choices=BatchItemState, default=BatchItemState.QUEUED)
    # Of a test: the step that failed or has a remark, why it failed, and how long all steps took.
    step = models.CharField(_("step"), max_length=10, blank=True, default="")
    error_kind = models.CharField(_("cause"), max_length=40, blank=True, default="")
    duration_ms = models.PositiveIntegerField(_("milliseconds"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    # The claim: whoever holds this token tests the center until it ends.
    claim_token = models.CharField(max_length=32, blank=True, default="", editable=False)
    claimed_until = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)

    region_paths: ClassVar = ("center__server__region",)
    objects = ScopedManager["CenterBatchItem"]()

    class Meta:
        ordering = ["center__center_id"]
        verbose_name = _("center of a batch")
        verbose_name_plural = _("centers of a batch")
        constraints = [models.UniqueConstraint(fields=["batch", "center"], name="batch_item_once")]
        indexes = [models.Index(fields=["state", "batch"], name="batch_item_by_state")]

    def __str__(self) -> str:
        return f"{self.batch} {self.center.center_id}"
