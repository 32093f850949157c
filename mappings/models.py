"""Snapshots of schemas, and the versions of each center's mapping."""

from collections.abc import Collection, Iterable
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from centers.catalog import Catalog
from centers.catalog import from_document as catalog_of
from centers.models import Center
from centers.scope import ScopedManager
from dentalhub.sentence_field import SentenceField
from mappings import document, profile_document
from mappings.bulk_models import BulkApproval as BulkApproval
from mappings.bulk_models import BulkApprovalItem as BulkApprovalItem
from mappings.discovery_models import DiscoveryItem as DiscoveryItem
from mappings.discovery_models import DiscoveryJob as DiscoveryJob
from mappings.enums import DriftState, MappingStatus, NoticeEvent, ReviewPolicy, Verdict
from mappings.exceptions import TransitionError
from mappings.profile import Profile
from mappings.review_models import DryRun as DryRun
from mappings.review_models import FieldComment as FieldComment
from mappings.review_models import FieldDecision as FieldDecision
from mappings.review_models import VersionDigest as VersionDigest
from mappings.sealed_versions import MappingManager, refuse_change
from mappings.transitions import OPEN


class SchemaSnapshot(models.Model):
    """A stored catalog; a new row only when the fingerprint changed, else `seen_at` moves."""

    center = models.ForeignKey(Center, models.CASCADE, related_name="snapshots")
    fingerprint = models.CharField(_("fingerprint"), max_length=64)
    content = models.JSONField()
    # Masked and coarse, as `mappings.profile` says; empty while nobody looked at values.
    profile = models.JSONField(default=dict, blank=True)
    profiled_at = models.DateTimeField(_("values looked at"), null=True, blank=True)
    table_count = models.PositiveIntegerField(_("tables"))
    column_count = models.PositiveIntegerField(_("columns"))
    taken_at = models.DateTimeField(_("taken at"), auto_now_add=True)
    seen_at = models.DateTimeField(_("last seen at"))

    region_paths: ClassVar = ("center__server__region",)
    objects = ScopedManager["SchemaSnapshot"]()

    class Meta:
        ordering = ["-seen_at", "-pk"]
        get_latest_by = ["seen_at", "pk"]
        verbose_name = _("snapshot")
        verbose_name_plural = _("snapshots")
        constraints = [
            models.UniqueConstraint(fields=["center", "fingerprint"], name="snapshot_one_per_fingerprint"),
        ]

    def __str__(self) -> str:
        return f"{self.center.center_id} {self.fingerprint[:12]}"

    def audit_region(self) -> str:
        """The region that audit events about this snapshot belong to."""
        return self.center.audit_region()

    def catalog(self) -> Catalog:
        """The stored catalog as frozen data, made once for each content that this instance holds."""
        made: tuple[Any, Catalog] | None = self.__dict__.get("_made_catalog")
        if made is None or made[0] is not self.content:
            made = (self.content, catalog_of(self.content))
            self.__dict__["_made_catalog"] = made
        return made[1]

    def tables_of(self, tables: Iterable[tuple[str | None, str | None]]) -> Catalog:
        """The part of the stored catalog that holds these tables (schema, name)."""
        return catalog_of(self.content, only=set(tables))

    def value_profile(self, tables: Collection[tuple[str, str]] | None = None) -> Profile:
        """The stored profile of the values as frozen data; NO_PROFILE where there is none.

        `tables`: only these have columns, by schema and name; None: all.
        """
        return profile_document.from_document(self.profile, tables)


class Mapping(models.Model):
    """One version of a center's mapping. A decided version is never changed again; an approved one is superseded."""

    center = models.ForeignKey(Center, models.CASCADE, related_name="mappings")
    version = models.PositiveIntegerField(_("version"))
    status = models.CharField(
        _("status"), max_length=12, choices=MappingStatus, default=MappingStatus.DRAFT, db_index=True
    )
    snapshot = models.ForeignKey(SchemaSnapshot, models.PROTECT, related_name="mappings")
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)
    # True while no person has changed what the matcher proposed.
    generated = models.BooleanField(_("generated"), default=True)
    # The last person who changed the content; empty for the machine's own proposal.
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("author")
    )
    # The first person whose work this version holds; another one than `author` when several edited it.
    first_author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("first author"),
    )
    # Everybody whose work no second person has approved yet; `mappings.four_eyes` keeps it.
    editors = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True, verbose_name=_("editors"))
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("reviewer")
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True, default="")
    # Approved by somebody who had edited it, in a network of one person; `reason` says why.
    four_eyes_waived = models.BooleanField(_("approved alone"), default=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    # A fact about the source, not a part of the decision; `mappings.drift_state` keeps it while a version is approved,
    # so that the list of all centers reads no catalog.
    drift = models.CharField(_("drift"), max_length=8, choices=DriftState, default=DriftState.NONE, editable=False)
    # Why the center is on hold, in the words of `mappings.holds`; empty while it is not.
    hold = models.CharField(_("on hold"), max_length=200, blank=True, default="", editable=False)

    region_paths: ClassVar = ("center__server__region",)
    objects = MappingManager()

    class Meta:
        ordering = ["center", "-version"]
        verbose_name = _("mapping")
        verbose_name_plural = _("mappings")
        constraints = [
            models.UniqueConstraint(fields=["center", "version"], name="mapping_one_per_version"),
            models.UniqueConstraint(
                fields=["center"], condition=models.Q(status="approved"), name="mapping_one_approved_per_center"
            ),
            # A version of the machine has no author, and a person who left is NULL: both are nobody's own work.
            models.CheckConstraint(
                condition=~models.Q(status="approved")
                | models.Q(four_eyes_waived=True)
                | (~models.Q(reviewer=models.F("author")) & ~models.Q(reviewer=models.F("first_author"))),
                name="mapping_approved_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=models.Q(four_eyes_waived=False) | ~models.Q(reason=""), name="mapping_waiver_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.center.center_id} v{self.version}"

    def save(self, **kwargs: Any) -> None:
        """Raises TransitionError when a decided version would change."""
        if not self._state.adding:
            fields = kwargs.get("update_fields")
            refuse_change(self, None if fields is None else set(fields))
        super().save(**kwargs)

    def get_absolute_url(self) -> str:
        return reverse("mappings:mapping_detail", args=[self.center.center_id, self.version])

    def delete(self, using: str | None = None, keep_parents: bool = False) -> tuple[int, dict[str, int]]:
        """Raises TransitionError: versions go only with their center, so that their numbers have no gaps."""
        raise TransitionError(_("A version of a mapping is never deleted; reject it."))

    def audit_region(self) -> str:
        """The region that audit events about this version belong to."""
        return self.center.audit_region()

    def document(self) -> document.MappingDocument:
        """The content as frozen data."""
        return document.from_document(self.content)

    @property
    def is_open(self) -> bool:
        """True while the version can still be edited and decided."""
        return self.status in OPEN


class SchemaWatch(models.Model):
    """When a center's schema was last looked at, and who is looking now; made by the center's first discovery."""

    center = models.OneToOneField(Center, models.CASCADE, related_name="schema_watch")
    # The end of the last look, whether it went well or not.
    looked_at = models.DateTimeField(_("last looked at"))
    # Somebody asked for a look, whatever the hour.
    wanted = models.BooleanField(_("asked for"), default=False)
    # The claim: whoever holds this token looks, until the lease ends.
    claim_token = models.CharField(max_length=32, blank=True, default="", editable=False)
    claimed_until = models.DateTimeField(null=True, blank=True, editable=False)
    # Looks that began since the last one ended, counted before the work.
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error_kind = models.CharField(_("cause"), max_length=40, blank=True, default="")
    error_message = SentenceField(_("what happened"), max_length=500, blank=True, default="")

    region_paths: ClassVar = ("center__server__region",)
    objects = ScopedManager["SchemaWatch"]()

    class Meta:
        ordering = ["center"]
        verbose_name = _("schema watch")
        verbose_name_plural = _("schema watches")
        indexes = [models.Index(fields=["looked_at"], name="schema_watch_by_look")]

    def __str__(self) -> str:
        return self.center.center_id


class NetworkPolicy(models.Model):
    """The one row that says how much of a proposal reviewers look at; a fresh network has none and is conservative."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    policy = models.CharField(_("policy"), max_length=12, choices=ReviewPolicy, default=ReviewPolicy.CONSERVATIVE)
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)

    class Meta:
        verbose_name = _("review policy")
        verbose_name_plural = _("review policies")
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="network_policy_one_row")]

    def __str__(self) -> str:
        return self.policy


class LearnedName(models.Model):
    """What one center's reviewers decided about a name: at most one verdict for each canonical name and key.

    `mapping` is the version that taught it. A forgotten name has no say and is kept, so that it can come back.
    """

    center = models.ForeignKey(Center, models.CASCADE, related_name="learned_names")
    mapping = models.ForeignKey(Mapping, models.CASCADE, related_name="learned_names")
    canonical = models.CharField(_("canonical name"), max_length=64)
    name_key = models.CharField(_("learned name"), max_length=128)
    verdict = models.CharField(_("verdict"), max_length=12, choices=Verdict)
    learned_at = models.DateTimeField(_("learned at"), auto_now_add=True)
    forgotten_at = models.DateTimeField(_("forgotten at"), null=True, blank=True)

    region_paths: ClassVar = ("center__server__region",)
    objects = ScopedManager["LearnedName"]()

    class Meta:
        ordering = ["canonical", "name_key", "center"]
        verbose_name = _("learned name")
        verbose_name_plural = _("learned names")
        constraints = [
            models.UniqueConstraint(fields=["center", "canonical", "name_key"], name="learned_name_one_per_center"),
        ]
        indexes = [models.Index(fields=["canonical", "name_key"], name="learned_name_by_name")]

    def __str__(self) -> str:
        return f"{self.canonical} {self.name_key}"


class ImportedName(models.Model):
    """What another network's file says about a name; `confirmed` and `rejected` are numbers of its centers."""

    canonical = models.CharField(_("canonical name"), max_length=64)
    name_key = models.CharField(_("learned name"), max_length=128)
    confirmed = models.PositiveIntegerField(_("confirmed"))
    rejected = models.PositiveIntegerField(_("rejected"))
    imported_at = models.DateTimeField(_("imported at"), auto_now=True)
    # Whose work a proposal is, too, in which the name had a say; None: the operator's, by command.
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    forgotten_at = models.DateTimeField(_("forgotten at"), null=True, blank=True)

    class Meta:
        ordering = ["canonical", "name_key"]
        verbose_name = _("imported name")
        verbose_name_plural = _("imported names")
        constraints = [models.UniqueConstraint(fields=["canonical", "name_key"], name="imported_name_once")]

    def __str__(self) -> str:
        return f"{self.canonical} {self.name_key}"


class Notice(models.Model):
    """One thing that reviewers are told about a version, at most once; written by `mappings.notices`."""

    mapping = models.ForeignKey(Mapping, models.CASCADE, related_name="notices")
    event = models.CharField(_("event"), max_length=12, choices=NoticeEvent)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    # Whoever sets this sends the message; it is not sent again, even when sending failed.
    claimed_at = models.DateTimeField(_("sent at"), null=True, blank=True, db_index=True)
    error = models.CharField(_("what happened"), max_length=200, blank=True, default="")

    region_paths: ClassVar = ("mapping__center__server__region",)
    objects = ScopedManager["Notice"]()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [models.UniqueConstraint(fields=["mapping", "event"], name="notice_once_per_event")]

    def __str__(self) -> str:
        return f"{self.mapping} {self.event}"
