"""Patients of whom nothing may land again."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from extraction.enums import ErasureReason


class SuppressedPatient(models.Model):
    """One patient of a center, known by an HMAC only; `extraction.suppressions` makes and compares it.

    The center stands there by its own id: deleting it and adding it again must not bring a patient back.
    """

    center_id = models.CharField(_("center id"), max_length=60)
    # HMAC-SHA256 in hexadecimal, and which key made it.
    token = models.CharField(max_length=64)
    key_id = models.CharField(max_length=16)
    reason = models.CharField(_("reason"), max_length=20, choices=ErasureReason)
    # A file number of the request; never a patient's name.
    reference = models.CharField(_("reference"), max_length=60, blank=True, default="")
    suppressed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    suppressed_at = models.DateTimeField(_("suppressed at"), auto_now_add=True)
    # None while something may still be there.
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True)
    entry_count = models.PositiveIntegerField(_("erased entries"), default=0)
    day_count = models.PositiveIntegerField(_("days"), default=0)
    file_count = models.PositiveIntegerField(_("withdrawn files"), default=0)

    objects = models.Manager["SuppressedPatient"]()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("suppressed patient")
        verbose_name_plural = _("suppressed patients")
        constraints = [models.UniqueConstraint(fields=["center_id", "token"], name="suppressed_once")]
        indexes = [models.Index(fields=["erased_at"], name="suppressed_by_erased")]

    def __str__(self) -> str:
        return f"{self.center_id} #{self.pk}"
