"""What the frame stores: audit events and the tokens of the API."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEvent(models.Model):
    """Who did what to which object; written by `dentalhub.audit.record`, never changed."""

    at = models.DateTimeField(_("time"), auto_now_add=True, db_index=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    actor_name = models.CharField(_("person"), max_length=150)
    action = models.CharField(_("action"), max_length=60)
    target = models.CharField(_("object"), max_length=200)
    details = models.JSONField(_("details"), default=dict)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        indexes = [models.Index(fields=["target", "at"], name="audit_event_by_target")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_name} {self.action} {self.target}"


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
