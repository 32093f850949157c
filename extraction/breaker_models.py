"""Which servers and centers are left alone for a while, because they kept failing."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from centers.models import Center, DatabaseServer
from centers.scope import ScopedManager
from dentalhub.sentence_field import SentenceField
from extraction.causes import cause_label
from extraction.enums import BreakerScope, BreakerState


class Breaker(models.Model):
    """The circuit breaker of one database server or one center; shared by all workers. No row means closed."""

    # `server:<pk>` or `center:<pk>`: one text that is never NULL, because the two keys below may be.
    key = models.CharField(max_length=40, unique=True)
    scope = models.CharField(_("scope"), max_length=10, choices=BreakerScope)
    server = models.ForeignKey(DatabaseServer, models.CASCADE, null=True, blank=True, related_name="breakers")
    center = models.ForeignKey(Center, models.CASCADE, null=True, blank=True, related_name="breakers")
    state = models.CharField(_("state"), max_length=10, choices=BreakerState, default=BreakerState.CLOSED)
    # Failures in a row.
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    cause = models.CharField(_("cause"), max_length=40, blank=True, default="")
    message = SentenceField(_("what happened"), max_length=500, blank=True, default="")
    opened_at = models.DateTimeField(_("open since"), null=True, blank=True)
    # While the one try is under way: when it counts as lost.
    next_probe_at = models.DateTimeField(_("next try at"), null=True, blank=True)
    # How often it opened without closing in between: what the wait grows with.
    openings = models.PositiveIntegerField(default=0)
    # Whose try is under way, while it is half open.
    probe_token = models.CharField(max_length=32, blank=True, default="")
    # What host, login and so on were when it failed (breaker_rules.fingerprint): other ones deserve a fresh start.
    fingerprint = models.CharField(max_length=64, blank=True, default="")
    changed_at = models.DateTimeField(auto_now=True)

    region_paths: ClassVar = ("server__region", "center__server__region")
    objects = ScopedManager["Breaker"]()

    class Meta:
        ordering = ["key"]
        verbose_name = _("circuit breaker")
        verbose_name_plural = _("circuit breakers")

    def __str__(self) -> str:
        return self.key

    @property
    def guarded(self) -> DatabaseServer | Center:
        """The server or the center that is left alone while this is open."""
        found = self.server or self.center
        assert found is not None  # noqa: S101 # each row is made with one of them
        return found

    @property
    def name(self) -> str:
        """`server:CODE` or `center:ID`: how people and commands name it."""
        code = self.server.code if self.server else self.center.center_id if self.center else ""
        return f"{self.scope}:{code}"

    @property
    def cause_label(self) -> str:
        """Why it opened, in a few words."""
        return cause_label(self.cause)
