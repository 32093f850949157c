"""Alerts, what people were told of them, and the channels that tell it."""

from typing import ClassVar

from django.conf import settings
from django.core.validators import MinLengthValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from centers.models import Region, StoredSecret
from centers.scope import Scope, ScopedManager
from centers.validators import validate_one_line, validate_time_zone
from extraction.alert_causes import AlertCause, AlertPhase, AlertSeverity, ChangeKind, severity_of


class ChannelKind(models.TextChoices):
    """How a channel tells."""

    EMAIL = "email", _("e-mail")
    SLACK = "slack", "Slack"
    TEAMS = "teams", "Microsoft Teams"
    WEBHOOK = "webhook", _("webhook (JSON)")


class MessageKind(models.TextChoices):
    """Why a message is sent."""

    NEWS = "news", _("changes")
    SUMMARY = "summary", _("summary after quiet hours")
    TEST = "test", _("test")


class MessageState(models.TextChoices):
    """What became of a message."""

    WAITING = "waiting", _("waiting")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed")


class Alert(models.Model):
    """One cause in one region (None: the network as a whole) from when it was noticed until it was over."""

    # `cause:detail:region`: one text that is never NULL.
    key = models.CharField(max_length=160, db_index=True)
    cause = models.CharField(_("cause"), max_length=20, choices=AlertCause)
    # Which failure, queue or machine, where the cause has several; a word of ours.
    detail = models.CharField(max_length=100, blank=True, default="")
    region = models.ForeignKey(Region, models.CASCADE, null=True, blank=True, related_name="+")
    phase = models.CharField(_("state"), max_length=10, choices=AlertPhase, default=AlertPhase.PENDING)
    # False once it is over; then another one of the same key may begin.
    is_live = models.BooleanField(default=True)
    since = models.DateTimeField()
    value = models.PositiveIntegerField(_("how much now"), default=0)
    # What people were told last, and when (extraction.alerts.steps).
    told = models.PositiveIntegerField(default=0)
    told_at = models.DateTimeField(null=True)
    most = models.PositiveIntegerField(_("most"), default=0)
    returns = models.PositiveSmallIntegerField(default=0)
    # None: people were never told.
    opened_at = models.DateTimeField(_("since"), null=True)
    closed_at = models.DateTimeField(_("over since"), null=True)
    # Of two looks at once only one may go on from here.
    revision = models.PositiveIntegerField(default=0)

    region_paths: ClassVar = ("region",)
    objects = ScopedManager["Alert"]()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=models.Q(is_live=True), name="alert_one_live_per_key"),
        ]
        indexes = [models.Index(fields=["is_live", "opened_at"], name="alert_by_opening")]

    def __str__(self) -> str:
        return self.key

    @property
    def severity(self) -> AlertSeverity:
        """How bad it is."""
        return severity_of(self.cause)


class AlertChange(models.Model):
    """Something that people are told of an alert."""

    alert = models.ForeignKey(Alert, models.CASCADE, related_name="changes")
    # The alert's revision.
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=ChangeKind)
    value = models.PositiveIntegerField()
    at = models.DateTimeField()

    region_paths: ClassVar = ("alert__region",)
    objects = ScopedManager["AlertChange"]()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["alert", "number"], name="alert_change_once")]

    def __str__(self) -> str:
        return f"{self.alert_id}/{self.number} {self.kind}"


class ChannelManager(ScopedManager["AlertChannel"]):
    """A channel is for whoever sees everything that it tells."""

    def in_scope(self, scope: Scope) -> models.QuerySet["AlertChannel"]:
        """Only channels whose regions all are in `scope`."""
        rows = self.get_queryset()
        if scope.all_regions:
            return rows
        its = AlertChannel.regions.through.objects.filter(alertchannel=models.OuterRef("pk"))
        own = sorted(scope.region_ids)
        inside, outside = models.Exists(its.filter(region__in=own)), models.Exists(its.exclude(region__in=own))
        return rows.filter(inside, ~outside, all_regions=False)


class AlertChannel(models.Model):
    """Whom to tell what, and when. The address of a webhook is a secret: whoever has it can post."""

    name = models.CharField(_("name"), max_length=80, unique=True, validators=[validate_one_line])
    kind = models.CharField(_("kind"), max_length=10, choices=ChannelKind)
    is_active = models.BooleanField(_("active"), default=True)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    # A line for each address.
    recipients = models.TextField(_("recipients"), max_length=4000, blank=True, default="")
    # Address and signing key, sealed (extraction.alerts.secrets); NULL for e-mail.
    secret = models.OneToOneField(StoredSecret, models.SET_NULL, null=True, editable=False, related_name="+")
    # Where the address leads; all that is ever shown of it.
    host = models.CharField(_("host"), max_length=280, blank=True, default="", editable=False)
    # True: and what concerns the network as a whole.
    all_regions = models.BooleanField(_("all regions"), default=True)
    regions = models.ManyToManyField(Region, related_name="+", blank=True, verbose_name=_("regions"))
    # Words of AlertCause with commas between them; empty: all, also those of later releases.
    causes = models.CharField(max_length=400, blank=True, default="")
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=50, validators=[MinLengthValidator(1), validate_time_zone])
    # Empty: nothing disturbs the quiet hours.
    disturbing = models.CharField(
        _("comes through all the same"), max_length=10, choices=AlertSeverity, blank=True, default=""
    )
    sent_count = models.PositiveBigIntegerField(default=0, editable=False)
    failed_count = models.PositiveBigIntegerField(default=0, editable=False)
    changed_at = models.DateTimeField(auto_now=True)

    objects = ChannelManager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("alert channel")
        verbose_name_plural = _("alert channels")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("extraction:alert_channel_update", args=[self.pk])

    def audit_region(self) -> str:
        """The region that audit events about this channel belong to; empty where it tells of several."""
        codes = [] if self.all_regions else list(self.regions.values_list("code", flat=True)[:2])
        return codes[0] if len(codes) == 1 else ""

    @property
    def chosen_causes(self) -> frozenset[str]:
        """The causes that it tells; empty: all."""
        return frozenset(filter(None, self.causes.split(",")))

    @property
    def addresses(self) -> list[str]:
        """The recipients of its e-mails."""
        return self.recipients.split()


class MessageManager(ScopedManager["AlertMessage"]):
    """A message is for whoever sees its channel."""

    def in_scope(self, scope: Scope) -> models.QuerySet["AlertMessage"]:
        """Only messages of channels in `scope`."""
        rows = self.get_queryset()
        return rows if scope.all_regions else rows.filter(channel__in=AlertChannel.objects.in_scope(scope))


class AlertMessage(models.Model):
    """One message of one channel: what is claimed, tried, tried again, and sent or given up."""

    channel = models.ForeignKey(AlertChannel, models.CASCADE, related_name="messages")
    # The same for every attempt, so that a receiver knows what came twice.
    key = models.CharField(max_length=32, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=MessageKind)
    state = models.CharField(_("state"), max_length=10, choices=MessageState, default=MessageState.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(_("next try"), null=True)
    lease_token = models.CharField(max_length=32, blank=True, default="")
    lease_until = models.DateTimeField(null=True)
    # What came of the last attempt; a word of extraction.alerts.outcomes, and what the receiver answered.
    outcome = models.CharField(_("outcome"), max_length=20, blank=True, default="")
    http_status = models.PositiveSmallIntegerField(_("status"), null=True)
    created_at = models.DateTimeField(_("since"))
    ended_at = models.DateTimeField(_("ended"), null=True)

    objects = MessageManager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "next_try_at"], name="alert_message_by_state")]

    def __str__(self) -> str:
        return self.key


class AlertDelivery(models.Model):
    """A change that a channel tells, once; with its message when that is made."""

    change = models.ForeignKey(AlertChange, models.CASCADE, related_name="deliveries")
    channel = models.ForeignKey(AlertChannel, models.CASCADE, related_name="deliveries")
    # Later than the change where quiet hours hold it back.
    not_before = models.DateTimeField()
    is_held_back = models.BooleanField(default=False)
    message = models.ForeignKey(AlertMessage, models.CASCADE, null=True, related_name="deliveries")

    region_paths: ClassVar = ("change__alert__region",)
    objects = ScopedManager["AlertDelivery"]()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["change", "channel"], name="alert_delivery_once")]

    def __str__(self) -> str:
        return f"{self.change_id} by {self.channel_id}"
