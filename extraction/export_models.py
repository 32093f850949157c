"""The ledger of everything that left: downloads, files made in the background, deliveries. One row each."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from centers.scope import Scope, ScopedManager
from dentalhub.sentence_field import SentenceField
from extraction.enums import EXPORT_OPEN, EXPORT_REASONS, ExportChannel, ExportState
from extraction.export_formats import ExportFormat
from extraction.reveal_reasons import NOTE_LENGTH, Why


class ExportManager(ScopedManager["Export"]):
    """Of another region's entries nobody sees even that they were exported."""

    def in_scope(self, scope: Scope) -> models.QuerySet["Export"]:
        """Only exports that hold entries of regions in `scope`, and of no others."""
        rows = self.get_queryset()
        if scope.all_regions:
            return rows
        held = Export.regions.through.objects.filter(export=models.OuterRef("pk"))
        inside = held.filter(region__in=scope.region_ids)
        return rows.filter(models.Exists(inside), ~models.Exists(held.exclude(region__in=scope.region_ids)))


class Export(models.Model):
    """One export. For a file in the background the row is the work as well: claimed, leased, taken over."""

    channel = models.CharField(_("way"), max_length=10, choices=ExportChannel)
    state = models.CharField(_("state"), max_length=10, choices=ExportState, default=ExportState.QUEUED)
    format = models.CharField(_("format"), max_length=12)
    # The filter as JSON (extraction.export_filters), without what a person searched for.
    wanted = models.TextField(default="{}")
    has_text = models.BooleanField(_("searched for a text"), default=False)
    has_pseudonym = models.BooleanField(_("searched for a patient"), default=False)
    shows_patients = models.BooleanField(_("with patient ids"), default=True)
    # Why; empty with pseudonyms, and in rows from before reasons were asked for.
    reason = models.CharField(_("reason"), max_length=12, choices=EXPORT_REASONS, blank=True, default="")
    note = models.CharField(_("note"), max_length=NOTE_LENGTH, blank=True, default="")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    # Stays when the account goes.
    requested_name = models.CharField(_("asked by"), max_length=150)
    # A form sends its own key with the request, so that a double click makes one export.
    request_key = models.CharField(max_length=80, unique=True)
    row_estimate = models.PositiveBigIntegerField(_("estimated rows"), default=0)
    row_count = models.PositiveBigIntegerField(_("rows"), default=0)
    byte_count = models.PositiveBigIntegerField(_("bytes"), default=0)
    cut_count = models.PositiveBigIntegerField(_("cut cells"), default=0)
    # SHA-256 over the file, in hexadecimal; of an aborted download over what was sent.
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True, default="")
    error = SentenceField(_("what happened"), max_length=200, blank=True, default="")
    requested_at = models.DateTimeField(_("requested"), auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    # The file in the storage, and when it is deleted.
    stored_name = models.CharField(max_length=100, blank=True, default="")
    expires_at = models.DateTimeField(_("available until"), null=True, blank=True)
    download_count = models.PositiveIntegerField(_("downloads"), default=0)
    # The claim, as for a Shard: whoever holds this token owns the work until the lease ends.
    cancel_requested = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lease_token = models.CharField(max_length=32, blank=True, default="")
    lease_until = models.DateTimeField(null=True, blank=True)
    # Of a saved export: where its file goes, under which name, and how often that was tried.
    saved = models.ForeignKey("extraction.SavedExport", models.SET_NULL, null=True, blank=True, related_name="exports")
    destination = models.CharField(_("destination"), max_length=300, blank=True, default="")
    target = models.CharField(max_length=300, blank=True, default="")
    delivery_attempts = models.PositiveSmallIntegerField(_("deliveries tried"), default=0)
    next_delivery_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)
    # When it was last handed to the queue, which may lose it.
    queued_at = models.DateTimeField(auto_now_add=True)

    # The regions whose entries it may hold, as they were when it was asked for and made.
    regions = models.ManyToManyField("centers.Region", related_name="+", blank=True, verbose_name=_("regions"))

    objects = ExportManager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        indexes = [models.Index(fields=["state", "channel"], name="export_by_state")]

    def __str__(self) -> str:
        return f"#{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("extraction:export_detail", args=[self.pk])

    def audit_region(self) -> str:
        """The region of its events, where it may hold entries of one region only."""
        codes = list(self.regions.order_by().values_list("code", flat=True)[:2])
        return codes[0] if len(codes) == 1 else ""

    @property
    def is_open(self) -> bool:
        """True while something may still happen to the work itself."""
        return self.state in EXPORT_OPEN

    @property
    def why(self) -> Why | None:
        """Why it has patient ids; None: it has pseudonyms."""
        return Why.stored(shows_patients=self.shows_patients, reason=self.reason, note=self.note)

    @property
    def form(self) -> ExportFormat:
        """The format as what it is."""
        return ExportFormat(self.format)
