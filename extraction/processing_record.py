"""The record of processing activities (Art. 30 GDPR), made from what is stored; who signs it completes it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from centers.agreements import AGREEMENT_LABELS, Terms, network_today, terms_of
from centers.models import Center
from extraction.models import SavedExport


@dataclass(frozen=True, slots=True)
class Activity:
    """Centers with the same terms: one entry of the record."""

    terms: Terms
    agreement: str
    centers: tuple[Center, ...]

    @property
    def retention(self) -> str:
        """How long entries are kept."""
        days = self.terms.retention_days
        if days is None:
            return _("until they are deleted by hand: no period is set")
        return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}


@dataclass(frozen=True, slots=True)
class ProcessingRecord:
    """Everything that the document says."""

    activities: tuple[Activity, ...]
    recipients: tuple[str, ...]
    categories: tuple[str, ...]
    measures: tuple[str, ...]


def processing_record(centers: Iterable[Center]) -> ProcessingRecord:
    """The record for `centers`, whose servers and regions are loaded."""
    groups: defaultdict[Terms, list[Center]] = defaultdict(list)
    for center in centers:
        groups[terms_of(center)].append(center)
    today = network_today()
    activities = [
        Activity(terms, str(AGREEMENT_LABELS[terms.agreement(today)]), tuple(own)) for terms, own in groups.items()
    ]
    return ProcessingRecord(tuple(activities), _recipients(), _categories(), _measures())


def as_markdown(found: ProcessingRecord) -> str:
    """The same as a text file."""
    title, as_of = _("Record of processing activities"), _("As of %(day)s") % {"day": network_today()}
    lines = [f"# {title}", "", as_of, ""]
    for number, activity in enumerate(found.activities, start=1):
        terms = activity.terms
        lines += [f"## {number}. {terms.purpose or _('Purpose not stated')}", ""]
        facts = (
            (_("Controller"), terms.controller),
            (_("Legal basis"), terms.legal_basis),
            (
                _("Processing agreement"),
                f"{activity.agreement} {terms.agreement_on or ''} {terms.agreement_until or ''}",
            ),
            (_("Retention"), activity.retention),
            (_("Centers"), ", ".join(f"{center.center_id} {center.name}" for center in activity.centers)),
        )
        lines += [f"- {label}: {_plain(value) or '–'}" for label, value in facts] + [""]
    for title, items in (
        (_("Categories of persons and data"), found.categories),
        (_("Recipients"), found.recipients),
        (_("Technical and organisational measures"), found.measures),
    ):
        lines += [f"## {title}", "", *(f"- {_plain(item)}" for item in items), ""]
    return "\n".join(lines)


def _plain(text: str) -> str:
    """Nothing that a person typed becomes markup."""
    return "".join(f"\\{letter}" if letter in "\\`*_[]<>#|" else letter for letter in " ".join(text.split()))


def _categories() -> tuple[str, ...]:
    return (
        _("Persons: patients of the centers."),
        _("Health data (Art. 9 GDPR): chart entries and service codes by date."),
        _("Patient number of the practice, insurance status, insurer. No names, addresses or birth dates are read."),
        _("Users of this program: name, roles, regions, and what they did (audit trail)."),
    )


def _recipients() -> tuple[str, ...]:
    saved = SavedExport.objects.exclude(destination="").order_by("destination")
    targets = sorted({*settings.EXPORT_DESTINATIONS, *saved.values_list("destination", flat=True).distinct()})
    return (
        _("Users with the roles analyst and admin, within their regions."),
        *(_("Exports to %(target)s.") % {"target": target} for target in targets),
    )


def _measures() -> tuple[str, ...]:
    secure = settings.SECURE
    return (
        _(
            "Sources are only read; their logins need no other right. Connections are encrypted unless a server's page "
            "says otherwise."
        ),
        _("Pages are served over HTTPS only.") if secure else _("HTTPS is not enforced on this installation."),
        _("Roles and regions limit who sees what; far-reaching steps ask again who is there."),
        _("Patients are shown by pseudonyms (HMAC-SHA256); pages show their own ids only for a recorded reason."),
        _("Every access to patient ids, every export and every erasure stands in the audit trail."),
        _("What is older than the retention is deleted every day; erased patients are kept from coming back."),
        *([_("Deleted rows are overwritten in the database file.")] if connection.vendor == "sqlite" else []),
    )
