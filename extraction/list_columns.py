"""The lists of this app: their columns and their filters' parameters."""

from django.db.models import Case, IntegerField, Value, When
from django.utils.translation import gettext_lazy as _

from dentalhub.list_pages import ListPage, register
from dentalhub.list_sorting import Column, folded, moment, number
from extraction.alert_causes import ORDER

RUNS = register(
    ListPage(
        name="runs",
        title=_("Runs"),
        view="extraction:run_list",
        columns=(
            number("run", _("Run"), "pk"),
            moment("days", _("Business dates"), "date_from", "date_to"),
            Column("state", _("State"), ("state",)),
            number("centers", _("Centers")),
            number("succeeded", _("Succeeded")),
            number("failed", _("Failed")),
            Column("person", _("Asked by"), ("requested_by__username", "trigger")),
            moment("requested", _("Requested"), "requested_at"),
            moment("finished", _("Finished"), "finished_at"),
        ),
        default="-run",
        target="run-table",
        parameters=("q", "state"),
    )
)
EXPORTS = register(
    ListPage(
        name="exports",
        title=_("Exports"),
        view="extraction:export_list",
        columns=(
            number("export", _("Export"), "pk"),
            moment("requested", _("Requested"), "requested_at"),
            Column("person", _("Asked by"), ("requested_name",)),
            Column("way", _("Way"), ("channel",)),
            Column("format", _("Format"), ("format",)),
            Column("patients", _("Patient ids"), ("shows_patients",)),
            Column("state", _("State"), ("state",)),
            number("rows", _("Rows"), "row_count"),
            number("size", _("Size"), "byte_count"),
            Column("sha256", _("SHA-256")),
        ),
        default="-export",
        target="export-table",
        parameters=("q", "state"),
    )
)
HELD_DAYS = register(
    ListPage(
        name="held",
        title=_("Held days"),
        view="extraction:held_list",
        columns=(
            Column("center", _("Center"), ("center__center_id", "-business_date")),
            moment("day", _("Business date"), "business_date", "-center__center_id"),
            Column("state", _("State")),
            number("before", _("Entries so far"), "previous_count"),
            number("now", _("Entries now"), "entry_count"),
            moment("since", _("Held since"), "extracted_at"),
            number("run", _("Run"), "run_id"),
            Column("decided", _("Decided by"), ("decided_by__username", "decided_at")),
        ),
        default="-day",
        target="held-table",
        parameters=("q", "state"),
    )
)
SAVED_EXPORTS = register(
    ListPage(
        name="saved_exports",
        title=_("Saved exports"),
        view="extraction:saved_export_list",
        columns=(
            Column("name", _("Name"), (folded("name"),)),
            Column("owner", _("Owner"), ("owner__username",)),
            Column("days", _("Days"), ("days",)),
            Column("format", _("Format"), ("format",)),
            Column("patients", _("Patient ids"), ("shows_patients",)),
            Column("schedule", _("Schedule"), ("-is_active", "starts_at")),
            Column("destination", _("Destination"), ("destination", "folder")),
        ),
        default="name",
        target="saved-export-table",
        has_csv=False,
        parameters=("q",),
    )
)
_WORST_FIRST = Case(
    *(When(cause=cause, then=Value(place)) for cause, place in ORDER.items()),
    default=Value(99),
    output_field=IntegerField(),
)
ALERTS = register(
    ListPage(
        name="alerts",
        title=_("Alerts"),
        view="extraction:alert_list",
        columns=(
            Column("what", _("What is wrong"), ("cause", "detail")),
            Column("severity", _("Severity"), (_WORST_FIRST, "-value")),
            Column("region", _("Region"), (folded("region__name"),)),
            Column("state", _("State"), ("phase",)),
            moment("since", _("Since"), "opened_at"),
            moment("until", _("Until"), "closed_at"),
        ),
        default="severity",
        target="alert-table",
        has_csv=False,
        parameters=("state", "cause", "region"),
    )
)
