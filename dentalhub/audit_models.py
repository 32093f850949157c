"""The audit trail: events that nothing changes, and the end of their chain."""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from dentalhub.audit_chain import CanonicalEncoder, Content, Link


class AuditError(Exception):
    """Somebody tried to change the audit trail, or its end was not to be had."""


class EventQuerySet(models.QuerySet["AuditEvent"]):
    """Reads only; the triggers of the database refuse the same from everybody else."""

    def update(self, **kwargs: Any) -> NoReturn:
        """Raises AuditError."""
        raise AuditError("Audit events are never changed.")

    def delete(self) -> NoReturn:
        """Raises AuditError."""
        raise AuditError("Audit events are never deleted.")


class AuditEvent(models.Model):
    """Who did what to which object; written by `dentalhub.audit.record`, never changed, content erased in the end."""

    # Without gaps: `record` counts, no database does.
    sequence = models.BigIntegerField(_("number"), primary_key=True)
    at = models.DateTimeField(_("time"))
    kind = models.CharField(_("kind"), max_length=20)
    # The region that it is about; empty: several or none, for those who see all.
    region = models.CharField(_("region"), max_length=40, default="")
    action = models.CharField(_("action"), max_length=60)
    # Stays when the person goes: nulling it would be a change.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    actor_name = models.CharField(_("person"), max_length=150)
    target = models.CharField(_("object"), max_length=200)
    # The request, by the id that the log has, or the command.
    origin = models.CharField(_("way"), max_length=60, default="")
    details = models.JSONField(_("details"), default=dict, encoder=CanonicalEncoder)
    erased = models.BooleanField(_("content erased"), default=False)
    salt = models.BinaryField(max_length=16)
    digest = models.BinaryField(max_length=32)
    key_id = models.CharField(max_length=8)
    previous = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    objects = EventQuerySet.as_manager()

    class Meta:
        db_table = "dentalhub_audit_event"
        ordering = ["-at", "-sequence"]
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        # The number is the last column of each where the table is clustered by it, as both engines do.
        indexes = [
            models.Index(fields=["at", "sequence"], name="audit_by_time"),
            models.Index(fields=["kind", "at", "sequence"], name="audit_by_kind"),
            models.Index(fields=["action", "at", "sequence"], name="audit_by_action"),
            models.Index(fields=["actor_name", "at", "sequence"], name="audit_by_person"),
            models.Index(fields=["target", "at", "sequence"], name="audit_by_target"),
            models.Index(fields=["region", "at", "sequence"], name="audit_by_region"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_name} {self.action} {self.target}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert. Raises AuditError for an event that is stored."""
        if not self._state.adding:
            raise AuditError("Audit events are never changed.")
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Raises AuditError."""
        raise AuditError("Audit events are never deleted.")

    @property
    def content(self) -> Content:
        """The part that the digest covers."""
        return Content(self.actor_id, self.actor_name, self.target, self.origin, self.details)

    @property
    def link(self) -> Link:
        """The part that the hash covers."""
        return Link(
            self.sequence,
            self.at,
            self.kind,
            self.region,
            self.action,
            bytes(self.digest),
            bytes(self.previous),
            self.key_id,
        )


class AuditHead(models.Model):
    """The end of the chain, one row: whoever appends holds it until the own transaction ends."""

    id = models.PositiveSmallIntegerField(primary_key=True)
    sequence = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)
    key_id = models.CharField(max_length=8)
    # Without the key nobody can set the end back to an earlier event.
    seal = models.BinaryField(max_length=32)

    class Meta:
        db_table = "dentalhub_audit_head"

    def __str__(self) -> str:
        return f"{self.sequence}"


class AuditErasure(models.Model):
    """Content of events of `kind` from before `before` may be erased; the triggers ask this table."""

    kind = models.CharField(max_length=20, primary_key=True)
    before = models.DateTimeField()
    # What came before this is erased, so that nobody looks through it again.
    done_before = models.DateTimeField(null=True)

    class Meta:
        db_table = "dentalhub_audit_erasure"

    def __str__(self) -> str:
        return f"{self.kind} before {self.before:%Y-%m-%d}"


class AuditCheck(models.Model):
    """How far the chain has been verified, one row."""

    id = models.PositiveSmallIntegerField(primary_key=True)
    # The last event that the present walk has verified, sealed: the walk goes on there.
    sequence = models.BigIntegerField(default=0)
    hash = models.BinaryField(max_length=32)
    key_id = models.CharField(max_length=8)
    seal = models.BinaryField(max_length=32)
    # When the present walk began at the first event.
    began_at = models.DateTimeField(null=True)
    # The last walk that came to the end.
    verified_to = models.BigIntegerField(null=True)
    verified_at = models.DateTimeField(null=True)
    # What was wrong, as `audit_verification` says it; empty when nothing was.
    problem = models.CharField(max_length=20, default="")
    problem_at = models.BigIntegerField(null=True)

    class Meta:
        db_table = "dentalhub_audit_check"

    def __str__(self) -> str:
        return f"{self.sequence}"
