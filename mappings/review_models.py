"""What is kept beside a version: reviewers' marks and comments, rehearsals on the source, and its digest."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from centers.scope import ScopedManager
from dentalhub.sentence_field import SentenceField
from mappings.enums import DryRunOutcome, FieldVerdict


class FieldDecision(models.Model):
    """One person's word about one choice of a version; the newest one counts, as long as the choice is the same."""

    mapping = models.ForeignKey("mappings.Mapping", models.CASCADE, related_name="field_decisions")
    # `KARTEI.DATUM`, or `KARTEI` for the choice of the table itself.
    field = models.CharField(_("field"), max_length=64)
    # What was looked at, as `mappings.look_subjects.subject_of` names it.
    subject = models.CharField(max_length=64)
    verdict = models.CharField(_("verdict"), max_length=8, choices=FieldVerdict)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    comment = models.CharField(_("comment"), max_length=500, blank=True, default="")
    decided_at = models.DateTimeField(_("decided at"), auto_now=True)

    region_paths: ClassVar = ("mapping__center__server__region",)
    objects = ScopedManager["FieldDecision"]()

    class Meta:
        ordering = ["field"]
        verbose_name = _("decision about a field")
        verbose_name_plural = _("decisions about fields")
        constraints = [models.UniqueConstraint(fields=["mapping", "field"], name="field_decision_once")]

    def __str__(self) -> str:
        return f"{self.field} {self.verdict}"


class FieldComment(models.Model):
    """A short text on a field of a version; never changed, never about a patient."""

    mapping = models.ForeignKey("mappings.Mapping", models.CASCADE, related_name="field_comments")
    field = models.CharField(_("field"), max_length=64)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    text = models.CharField(_("comment"), max_length=500)
    written_at = models.DateTimeField(_("written at"), auto_now_add=True)

    region_paths: ClassVar = ("mapping__center__server__region",)
    objects = ScopedManager["FieldComment"]()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("comment")
        verbose_name_plural = _("comments")

    def __str__(self) -> str:
        return f"{self.field} #{self.pk}"


class VersionDigest(models.Model):
    """A version in short, as `mappings.digest` makes it, for lists of hundreds of versions.

    It counts only with the content of that hash and the formula in force.
    """

    mapping = models.OneToOneField("mappings.Mapping", models.CASCADE, primary_key=True, related_name="digest")
    content_hash = models.CharField(max_length=64)
    formula = models.PositiveSmallIntegerField(_("formula"))
    rows = models.JSONField()

    region_paths: ClassVar = ("mapping__center__server__region",)
    objects = ScopedManager["VersionDigest"]()

    class Meta:
        verbose_name = _("digest of a version")
        verbose_name_plural = _("digests of versions")

    def __str__(self) -> str:
        return f"digest #{self.pk}"


class DryRun(models.Model):
    """The counts of one rehearsal of a version on its source; no row of the source is kept."""

    mapping = models.ForeignKey("mappings.Mapping", models.CASCADE, related_name="dry_runs")
    content_hash = models.CharField(max_length=64)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    tried_at = models.DateTimeField(_("tried at"), auto_now_add=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=DryRunOutcome)
    day = models.DateField(_("business date"), null=True, blank=True)
    entries = models.PositiveIntegerField(_("chart entries"), default=0)
    undated = models.PositiveBigIntegerField(_("undated"), default=0)
    # Of `entries`: whose patient has a link in PATKASSE, and whose link leads to an insurer in KASSEN.
    linked = models.PositiveIntegerField(_("with a link"), default=0)
    insured = models.PositiveIntegerField(_("with an insurer"), default=0)
    services = models.PositiveIntegerField(_("services"), default=0)
    # Of `services`: whose patient has a chart entry on that day.
    services_known = models.PositiveIntegerField(_("services of known patients"), default=0)
    unknown_codes = models.PositiveIntegerField(_("insurance codes that nobody decided"), default=0)
    error_kind = models.CharField(_("cause"), max_length=40, blank=True, default="")
    error_message = SentenceField(_("what happened"), max_length=500, blank=True, default="")

    region_paths: ClassVar = ("mapping__center__server__region",)
    objects = ScopedManager["DryRun"]()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("dry run")
        verbose_name_plural = _("dry runs")
        indexes = [models.Index(fields=["mapping", "content_hash"], name="dry_run_by_content")]

    def __str__(self) -> str:
        return f"{self.outcome} #{self.pk}"
