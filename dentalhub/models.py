"""What the frame stores: the audit trail, API tokens, links for passwords, languages, and views of lists."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from dentalhub.audit_models import AuditCheck, AuditErasure, AuditEvent, AuditHead
from dentalhub.language_models import PersonLanguage
from dentalhub.link_models import PasswordLink
from dentalhub.saved_view_models import SavedView

__all__ = [
    "ApiToken",
    "AuditCheck",
    "AuditErasure",
    "AuditEvent",
    "AuditHead",
    "PasswordLink",
    "PersonLanguage",
    "SavedView",
]


class ApiToken(models.Model):
    """A person's key to the API, made and judged by `dentalhub.tokens`. The secret itself is stored nowhere."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("name"), max_length=60)
    # The part of the token that is no secret: it finds the row, and people tell tokens apart by it.
    prefix = models.CharField(_("begins with"), max_length=20, unique=True)
    # SHA-256 of the whole token in hexadecimal; its 256 random bits need no slow hash.
    digest = models.CharField(max_length=64)
    # Values of access.Right, separated by blanks.
    scopes = models.CharField(_("scopes"), max_length=300)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires at"))
    # To the hour: who worked when is nobody's business, and a write per request would cost.
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        constraints = [
            # A form that is sent twice makes one token.
            models.UniqueConstraint(
                fields=["user", "name"], condition=models.Q(revoked_at__isnull=True), name="api_token_one_per_name"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prefix} {self.name}"

    @property
    def scope_list(self) -> list[str]:
        """The scopes one by one."""
        return self.scopes.split()


class CacheEntry(models.Model):
    """What `dentalhub.database_cache` keeps for all processes: counts of attempts, used codes. No patient's value."""

    key = models.CharField(max_length=250, primary_key=True)
    # A whole number, which the database itself can add to; everything else is JSON in `value`.
    number = models.BigIntegerField(null=True)
    value = models.TextField(default="")
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key
