"""Fixed choices of mappings. *Pure*."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MappingStatus(models.TextChoices):
    """Where a version stands; only an approved one extracts."""

    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("in review")
    APPROVED = "approved", _("approved")
    REJECTED = "rejected", _("rejected")
    SUPERSEDED = "superseded", _("superseded")


class DateFormat(models.TextChoices):
    """How a source writes a date."""

    INT = "int", _("number YYYYMMDD")
    TEXT = "text", _("text YYYYMMDD")
    GERMAN = "german", _("text DD.MM.YYYY")
    GERMAN_SHORT = "german_short", _("text DD.MM.YY")
    ISO = "iso", _("text YYYY-MM-DD")
    DATE = "date", _("date")
    DATETIME = "datetime", _("date and time")
    EPOCH = "epoch", _("seconds since 1970")


class PatientIdForm(models.TextChoices):
    """How a source writes the number of a patient; TEXT is anything that is no plain number, kept as it is."""

    INTEGER = "integer", _("whole number")
    DECIMAL = "decimal", _("number with decimal places (50000.0)")
    TEXT = "text", _("text")


class InsuranceStatus(models.TextChoices):
    """The three answers; the words are the export's and stay German."""

    GKV = "GKV", "GKV"
    PKV = "PKV", "PKV"
    SELF_PAYER = "Selbstzahler", "Selbstzahler"


class ReviewPolicy(models.TextChoices):
    """How much of a proposal the reviewers of this network look at."""

    CONSERVATIVE = "conservative", _("conservative")
    STANDARD = "standard", _("standard")
    PERMISSIVE = "permissive", _("permissive")


class Verdict(models.TextChoices):
    """What a center's reviewers decided about a name."""

    CONFIRMED = "confirmed", _("confirmed")
    REJECTED = "rejected", _("rejected")


class DriftState(models.TextChoices):
    """How far the newest snapshot is from an approved version."""

    NONE = "none", _("no drift")
    DRIFT = "drift", _("drift")
    BREAKING = "breaking", _("breaking drift")


class DriftKind(models.TextChoices):
    """What happened to a table or a column that a mapping uses."""

    UNCHANGED = "unchanged", _("unchanged")
    RENAMED = "renamed", _("renamed, only the affix")
    TYPE_CHANGED = "type_changed", _("type changed")
    GONE = "gone", _("gone")
    KEYS_CHANGED = "keys_changed", _("keys changed")


class NoticeEvent(models.TextChoices):
    """What reviewers are told about a version, each at most once."""

    WAITING = "waiting", _("waits for a review")
    SUBMITTED = "submitted", _("submitted for review")
    APPROVED = "approved", _("approved")
    REJECTED = "rejected", _("rejected")
    DRIFTED = "drifted", _("the source drifted")
    BROKEN = "broken", _("the source drifted, and the version no longer reads it")


class FieldVerdict(models.TextChoices):
    """What a reviewer says about one choice of a version."""

    RIGHT = "right", _("right")
    WRONG = "wrong", _("not right")


class DryRunOutcome(models.TextChoices):
    """How a version did on its source. Only `failed` speaks against the version itself."""

    PASSED = "passed", _("passed")
    FAILED = "failed", _("failed")
    EMPTY = "empty", _("no chart entries found")
    UNREACHABLE = "unreachable", _("source not reached")


class DiscoveryState(models.TextChoices):
    """What became of one center of a discovery in the background."""

    QUEUED = "queued", _("queued")
    SUCCEEDED = "succeeded", _("discovered")
    FAILED = "failed", _("failed")
    SKIPPED = "skipped", _("skipped")
