"""Secrets stored here as nothing else holds them; `centers.stored_secrets`, `extraction.alerts.secrets` write them."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from centers.references import ReferenceKind, parse
from centers.scope import ScopedManager


class StoredSecret(models.Model):
    """One sealed password of a server or a region, which refers to it as `stored:ID`; or, with neither, another secret.

    A changed one is a new row.
    """

    server = models.ForeignKey(
        "centers.DatabaseServer", models.CASCADE, null=True, related_name="stored_secrets", editable=False
    )
    region = models.ForeignKey(
        "centers.Region", models.CASCADE, null=True, related_name="stored_secrets", editable=False
    )
    # As `centers.sealing` writes it; begins with the id of its key.
    sealed = models.TextField(editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    region_paths: ClassVar = ("server__region", "region")
    objects = ScopedManager["StoredSecret"]()

    class Meta:
        verbose_name = _("stored password")
        verbose_name_plural = _("stored passwords")

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """What the server or region has in its place."""
        return f"{ReferenceKind.STORED}:{self.pk}"


def stored_pk(reference: str) -> int | None:
    """The primary key that `reference` names; None when it is no reference to a stored password."""
    parts = parse(reference)
    return int(parts.name) if parts is not None and parts.kind is ReferenceKind.STORED else None


def sealed_behind(reference: str) -> str:
    """The sealed password behind `reference`; empty when there is none. One query for a stored one, else none."""
    pk = stored_pk(reference)
    if pk is None:
        return ""
    return StoredSecret.objects.filter(pk=pk).values_list("sealed", flat=True).first() or ""
