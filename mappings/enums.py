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
    ISO = "iso", _("text YYYY-MM-DD")
    DATE = "date", _("date")
    DATETIME = "datetime", _("date and time")


class InsuranceStatus(models.TextChoices):
    """The three answers; the words are the export's and stay German."""

    GKV = "GKV", "GKV"
    PKV = "PKV", "PKV"
    SELF_PAYER = "Selbstzahler", "Selbstzahler"
