"""Pages that have an address of their own, by the words people look for them with. *Pure*."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dentalhub.roles import Role

_ALL = frozenset(Role)
_ADMIN = frozenset({Role.ADMIN})
_REVIEWER = frozenset({Role.REVIEWER})
_DECIDING = frozenset({Role.ADMIN, Role.REVIEWER})
_READING = frozenset({Role.ADMIN, Role.ANALYST})
_WORKING = _ALL - {Role.AUDITOR}
_CHECKING = frozenset({Role.ADMIN, Role.AUDITOR})


@dataclass(frozen=True, slots=True)
class Page:
    """A page and who may see it; `roles` is what its view asks for, nothing stands for everybody."""

    label: Promise
    view: str
    icon: str
    roles: frozenset[Role] = frozenset()


PAGES = (
    Page(_("Dashboard"), "dashboard", "check-circle-fill"),
    Page(_("Centers"), "centers:center_list", "building", _ALL),
    Page(_("Add centers step by step"), "extraction:onboarding", "list-check", _ADMIN),
    Page(_("Add a center"), "centers:center_create", "plus-lg", _ADMIN),
    Page(_("Import centers from a file"), "centers:center_import", "upload", _ADMIN),
    Page(_("Database servers"), "centers:server_list", "database", _ALL),
    Page(_("Add a database server"), "centers:server_create", "plus-lg", _ADMIN),
    Page(_("Mappings"), "mappings:mapping_list", "diagram-3", _ALL),
    Page(_("Waiting for me"), "review:queue", "list-check", _REVIEWER),
    Page(_("Identical changes"), "review:bulk_groups", "list-check", _REVIEWER),
    Page(_("Review policy"), "mappings:policy_detail", "gear", _DECIDING),
    Page(_("Vocabulary"), "vocabulary:name_list", "translate", _DECIDING),
    Page(_("Runs"), "extraction:run_list", "play-fill", _ALL),
    Page(_("Start a run"), "extraction:run_start", "play-fill", _WORKING),
    Page(_("Schedules"), "extraction:schedule_list", "clock", _ALL),
    Page(_("Left alone for now"), "extraction:breaker_list", "pause-circle-fill", _ALL),
    Page(_("Matrix of days"), "extraction:matrix", "calendar3", _ALL),
    Page(_("Held days"), "extraction:held_list", "hand-index", _ALL),
    Page(_("Results"), "extraction:entry_list", "table", _READING),
    Page(_("Totals"), "extraction:entry_figures", "table", _READING),
    Page(_("New export"), "extraction:entry_export", "download", _READING),
    Page(_("Exports"), "extraction:export_list", "download", _READING),
    Page(_("Saved exports"), "extraction:saved_export_list", "download", _READING),
    Page(_("Patients' requests"), "extraction:suppression_list", "shield-lock", _ADMIN),
    Page(_("Record of processing activities"), "extraction:processing_activities", "shield-lock", _CHECKING),
    Page(_("People"), "people:person_list", "person-circle", _ADMIN),
    Page(_("Add a person"), "people:person_create", "plus-lg", _ADMIN),
    Page(_("Audit trail"), "audit:event_list", "eye", _CHECKING),
    Page(_("My views of lists"), "saved_view_list", "eye", _ALL),
    Page(_("API tokens"), "token_list", "key", _ALL),
    Page(_("API reference"), "api_docs", "file-earmark-code", _ALL),
    Page(_("My account"), "my_account", "person-circle"),
    Page(_("What words mean"), "help:glossary", "question-circle"),
    Page(_("What errors mean"), "help:error_list", "question-circle"),
)
