"""Runs, their parts per center, and the results."""

import json
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from centers.models import Center
from centers.scope import ScopedManager, SpanningManager
from dentalhub.sentence_field import SentenceField
from extraction.acceptance_models import AcceptedSlice
from extraction.alert_models import Alert, AlertChange, AlertChannel, AlertDelivery, AlertMessage
from extraction.breaker_models import Breaker
from extraction.causes import cause_label
from extraction.change_models import SliceChange
from extraction.day_ranges import DayRange, read_ranges
from extraction.enums import FINISHED, RunMode, RunState, Trigger
from extraction.export_models import Export
from extraction.figure_models import SliceFigures
from extraction.held_models import HeldSlice
from extraction.metric_models import CenterTotals, RegionDay
from extraction.plan_models import ReadingPlan
from extraction.saved_export_models import SavedExport
from extraction.schedule_models import Heartbeat, RegionSchedule
from extraction.suppression_models import SuppressedPatient
from mappings.enums import InsuranceStatus
from mappings.models import Mapping

__all__ = [
    "AcceptedSlice",
    "Alert",
    "AlertChange",
    "AlertChannel",
    "AlertDelivery",
    "AlertMessage",
    "Breaker",
    "CenterRun",
    "CenterTotals",
    "ChartEntry",
    "Export",
    "ExtractionRun",
    "Heartbeat",
    "HeldSlice",
    "ReadingPlan",
    "RegionDay",
    "RegionSchedule",
    "SavedExport",
    "Shard",
    "Slice",
    "SliceChange",
    "SliceFigures",
    "SuppressedPatient",
]


class ExtractionRun(models.Model):
    """One extraction request: which centers, which business dates, who asked."""

    date_from = models.DateField(_("from"))
    date_to = models.DateField(_("to"))
    state = models.CharField(_("state"), max_length=10, choices=RunState, default=RunState.QUEUED, db_index=True)
    mode = models.CharField(_("what to read"), max_length=10, choices=RunMode, default=RunMode.ALL)
    trigger = models.CharField(_("asked by"), max_length=10, choices=Trigger, default=Trigger.PERSON)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    # A form sends its own key with the request, so that a double click makes one run.
    idempotency_key = models.CharField(max_length=64, unique=True)
    # SHA-256 of what a client of the API asked for: the same key with something else is a mistake of the client.
    request_digest = models.CharField(max_length=64, blank=True, default="")
    # The id of the web request that asked for it (dentalhub.request_ids), for the log lines of whoever does the work.
    request_id = models.CharField(max_length=64, blank=True, default="")
    workers = models.PositiveSmallIntegerField(_("threads"))
    cancel_requested = models.BooleanField(default=False)
    # Whether what it did is in the totals of its centers (extraction.metrics.counting).
    is_counted = models.BooleanField(default=False, db_index=True)
    requested_at = models.DateTimeField(_("requested at"), auto_now_add=True)
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    region_paths: ClassVar = ("center_runs__center__server__region",)
    objects = SpanningManager["ExtractionRun"]()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("run")
        verbose_name_plural = _("runs")

    def __str__(self) -> str:
        return f"#{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("extraction:run_detail", args=[self.pk])

    @property
    def is_finished(self) -> bool:
        """True when nothing more will happen."""
        return self.state in FINISHED


class Shard(models.Model):
    """The centers of a run that one process works on: what is claimed, leased, lost and taken over as a whole."""

    run = models.ForeignKey(ExtractionRun, models.CASCADE, related_name="shards")
    number = models.PositiveIntegerField(_("number"))
    # The queue whose workers have the credentials of these centers (extraction.queues).
    queue = models.CharField(_("queue"), max_length=40)
    state = models.CharField(_("state"), max_length=10, choices=RunState, default=RunState.QUEUED)
    # How often it was claimed; counted before the work.
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    # The claim: whoever holds this token owns the work until the lease ends.
    lease_token = models.CharField(max_length=32, blank=True, default="")
    lease_until = models.DateTimeField(null=True, blank=True)
    # When it was last handed to the queue, which may lose it.
    queued_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    region_paths: ClassVar = ("center_runs__center__server__region",)
    objects = SpanningManager["Shard"]()

    class Meta:
        ordering = ["run", "number"]
        verbose_name = _("shard")
        verbose_name_plural = _("shards")
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="shard_one_per_number")]
        indexes = [models.Index(fields=["state", "queue"], name="shard_by_state")]

    def __str__(self) -> str:
        return f"{self.run}/{self.number}"


class CenterRun(models.Model):
    """A run's part for one center, with the reason when it did not succeed."""

    run = models.ForeignKey(ExtractionRun, models.CASCADE, related_name="center_runs")
    # None: nothing to do, because the center was skipped.
    shard = models.ForeignKey(Shard, models.CASCADE, null=True, blank=True, related_name="center_runs")
    center = models.ForeignKey(Center, models.CASCADE, related_name="center_runs")
    mapping = models.ForeignKey(Mapping, models.SET_NULL, null=True, blank=True, related_name="+")
    # Which days of the run it reads (extraction.day_ranges); empty: all of them.
    days = models.TextField(_("business dates"), blank=True, default="")
    state = models.CharField(_("state"), max_length=10, choices=RunState, default=RunState.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    slice_count = models.PositiveIntegerField(_("days"), default=0)
    entry_count = models.PositiveIntegerField(_("entries"), default=0)
    undated_count = models.PositiveIntegerField(_("rows without a date"), default=0)
    held_count = models.PositiveIntegerField(_("held days"), default=0)
    duration_ms = models.PositiveIntegerField(_("duration"), default=0)
    error_kind = models.CharField(_("cause"), max_length=40, blank=True, default="")
    error_message = SentenceField(_("what happened"), max_length=500, blank=True, default="")
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    region_paths: ClassVar = ("center__server__region",)
    objects = ScopedManager["CenterRun"]()

    class Meta:
        ordering = ["center__center_id"]
        verbose_name = _("center run")
        verbose_name_plural = _("center runs")
        constraints = [models.UniqueConstraint(fields=["run", "center"], name="center_run_one_per_run")]

    def __str__(self) -> str:
        return f"{self.run} {self.center.center_id}"

    @property
    def ranges(self) -> tuple[DayRange, ...]:
        """The days that it reads, the earliest first; asks for the run where that is not loaded."""
        return read_ranges(self.days) or (DayRange(self.run.date_from, self.run.date_to),)

    @property
    def day_count(self) -> int:
        """How many days it reads."""
        return sum((part.last - part.first).days + 1 for part in self.ranges)

    @property
    def cause(self) -> str:
        """The cause in a few words; empty when there is none."""
        return cause_label(self.error_kind) if self.error_kind else ""

    @property
    def duration_seconds(self) -> float:
        """The time that reading took, all attempts together."""
        return self.duration_ms / 1000


class Slice(models.Model):
    """The manifest of one center on one business date: what is landed, and where it came from."""

    center = models.ForeignKey(Center, models.CASCADE, related_name="slices")
    business_date = models.DateField(_("business date"))
    entry_count = models.PositiveIntegerField(_("entries"))
    # Rows of the source that belong to erased patients: not landed, not missing either.
    suppressed_count = models.PositiveIntegerField(_("suppressed rows"), default=0)
    # SHA-256 over the canonical rows (extraction.rows.checksum), in hexadecimal.
    checksum = models.CharField(_("checksum"), max_length=64)
    mapping = models.ForeignKey(Mapping, models.PROTECT, related_name="slices")
    run = models.ForeignKey(ExtractionRun, models.PROTECT, related_name="slices")
    # When reading began: what was read later is never replaced by what was read earlier.
    extracted_at = models.DateTimeField(_("extracted at"))

    region_paths: ClassVar = ("center__server__region",)
    objects = ScopedManager["Slice"]()

    class Meta:
        ordering = ["-business_date", "center__center_id"]
        verbose_name = _("slice")
        verbose_name_plural = _("slices")
        constraints = [models.UniqueConstraint(fields=["center", "business_date"], name="slice_one_per_day")]
        indexes = [models.Index(fields=["business_date"], name="slice_by_date")]

    def __str__(self) -> str:
        return f"{self.center.center_id} {self.business_date}"


class ChartEntry(models.Model):
    """One landed row: the seven fields that leave a source, and nothing else of the patient."""

    # Its constraint has an index that begins with the center.
    center = models.ForeignKey(Center, models.CASCADE, db_index=False, related_name="chart_entries")
    business_date = models.DateField(_("date"))
    # Order inside the slice: patient, then row id of the source.
    position = models.PositiveIntegerField()
    source_row_id = models.CharField(max_length=64)
    patient_id = models.CharField(_("patient id"), max_length=64)
    insurance_status = models.CharField(_("insurance status"), max_length=12, choices=InsuranceStatus)
    insurance_name = models.CharField(_("insurance name"), max_length=255, blank=True, default="")
    chart_entry = models.TextField(_("chart entry"), blank=True, default="")
    # The text as a search compares it (centers.search_text).
    search_text = models.TextField(blank=True, default="")
    # A JSON list of texts, kept as text: both engines store it alike and nothing queries inside it.
    service_codes = models.TextField(_("service codes"), default="[]")

    region_paths: ClassVar = ("center__server__region",)
    objects = ScopedManager["ChartEntry"]()

    class Meta:
        verbose_name = _("chart entry")
        verbose_name_plural = _("chart entries")
        constraints = [
            models.UniqueConstraint(fields=["center", "business_date", "position"], name="entry_one_per_position"),
        ]
        indexes = [models.Index(fields=["business_date", "center", "position"], name="entry_by_date")]

    def __str__(self) -> str:
        return f"{self.center_id}/{self.business_date}/{self.position}"

    @property
    def codes(self) -> tuple[str, ...]:
        """The service codes in source order."""
        return tuple(json.loads(self.service_codes))
