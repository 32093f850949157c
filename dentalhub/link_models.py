"""The one-time links with which people choose a password."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class PasswordLink(models.Model):
    """A link that a person got, made and judged by `dentalhub.password_links`. Its secret is stored nowhere."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="password_links")
    # SHA-256 of the secret in hexadecimal; its 256 random bits need no slow hash.
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires at"))
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("password link")
        verbose_name_plural = _("password links")
        constraints = [
            # A new link ends the earlier one.
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(used_at__isnull=True, revoked_at__isnull=True),
                name="password_link_one_open_per_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
