"""Requests to trust a server blindly, and what became of them. Kept for good: rows are decided, never deleted."""

from typing import ClassVar

from django.contrib.auth.models import User
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from centers.enums import TrustState
from centers.scope import ScopedManager

MOST_DAYS = 365


class TlsTrust(models.Model):
    """One request for one server at one place; `expires_at` counts from the approval."""

    server = models.ForeignKey("centers.DatabaseServer", models.CASCADE, related_name="trust_requests")
    # Where the server was when it was asked for: an approval holds nowhere else.
    place = models.CharField(max_length=280)
    reason = models.CharField(_("reason"), max_length=500)
    days = models.PositiveSmallIntegerField(_("days"), validators=[MinValueValidator(1), MaxValueValidator(MOST_DAYS)])
    state = models.CharField(max_length=10, choices=TrustState, default=TrustState.REQUESTED)
    requested_at = models.DateTimeField(auto_now_add=True)
    # NULL: a file that the system imported.
    requested_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    # Why somebody approved alone, which a network of one person allows.
    waiver = models.CharField(max_length=500, default="")
    expires_at = models.DateTimeField(null=True)

    region_paths: ClassVar = ("server__region",)
    objects = ScopedManager["TlsTrust"]()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.server_id}:{self.pk}"
