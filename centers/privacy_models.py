"""What the law wants to know of a center: columns that centers and regions have alike."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from centers.validators import validate_one_line


class PrivacyTerms(models.Model):
    """Who is responsible, why, by which agreement and how long. What a center leaves empty is as in its region."""

    controller = models.CharField(
        _("controller"),
        max_length=200,
        blank=True,
        default="",
        validators=[validate_one_line],
        help_text=_("Who decides about the data (Art. 4 No. 7 GDPR): name and address, usually the practice."),
    )
    legal_basis = models.CharField(
        _("legal basis"), max_length=200, blank=True, default="", validators=[validate_one_line]
    )
    purpose = models.CharField(_("purpose"), max_length=300, blank=True, default="", validators=[validate_one_line])
    agreement_on = models.DateField(
        _("processing agreement of"),
        null=True,
        blank=True,
        help_text=_("The date of the agreement under Art. 28 GDPR."),
    )
    agreement_until = models.DateField(
        _("agreement valid until"), null=True, blank=True, help_text=_("Empty: without an end.")
    )
    retention_days = models.PositiveIntegerField(
        _("kept for days"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(36_500)],
        help_text=_("What is older is deleted every day, and never read again."),
    )

    class Meta:
        abstract = True


PRIVACY_FIELDS = ("controller", "legal_basis", "purpose", "agreement_on", "agreement_until", "retention_days")
