"""Addresses of the extraction pages."""

import datetime as dt

from django.urls import path, register_converter

from extraction import (
    alert_channel_views,
    alert_views,
    breaker_views,
    dashboard,
    dry_run_views,
    entry_detail_views,
    entry_views,
    export_ledger_views,
    export_views,
    held_views,
    jump_views,
    matrix_views,
    onboarding_views,
    patient_views,
    run_detail_views,
    run_views,
    saved_export_views,
    schedule_views,
    slice_views,
    timeline_views,
)
from extraction.slice_grid import EARLIEST_DAY


class DayConverter:
    """An ISO date in an address."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> dt.date:
        """Raises ValueError for a day that the calendar lacks or that is too long ago, which becomes 404."""
        day = dt.date.fromisoformat(value)
        if day < EARLIEST_DAY:
            raise ValueError
        return day

    def to_url(self, value: dt.date) -> str:
        """The inverse."""
        return value.isoformat()


class HeldConverter:
    """What a person may say of a held slice."""

    regex = "accept|keep"

    def to_python(self, value: str) -> str:
        """As it is."""
        return value

    def to_url(self, value: str) -> str:
        """The inverse."""
        return value


register_converter(DayConverter, "day")
register_converter(HeldConverter, "held")

app_name = "extraction"
urlpatterns = [
    path("timeline/<str:center_id>/", timeline_views.timeline, name="center_timeline"),
    path("onboarding/", onboarding_views.onboarding, name="onboarding"),
    path("onboarding/discover/", onboarding_views.onboarding_discover, name="onboarding_discover"),
    path("go/", jump_views.jump, name="jump"),
    path("runs/", run_views.run_list, name="run_list"),
    path("runs/start/", run_views.run_start, name="run_start"),
    path("runs/breakers/", breaker_views.breaker_list, name="breaker_list"),
    path("runs/breakers/reset/", breaker_views.breaker_reset_all, name="breaker_reset_all"),
    path("runs/breakers/<str:name>/reset/", breaker_views.breaker_reset, name="breaker_reset"),
    path("runs/schedules/", schedule_views.schedule_list, name="schedule_list"),
    path("runs/schedules/<str:code>/", schedule_views.schedule_update, name="schedule_update"),
    path("runs/schedules/<str:code>/switch/", schedule_views.schedule_switch, name="schedule_switch"),
    path("runs/<int:pk>/", run_detail_views.run_detail, name="run_detail"),
    path("runs/<int:pk>/cancel/", run_views.run_cancel, name="run_cancel"),
    path("runs/<int:pk>/resume/", run_views.run_resume, name="run_resume"),
    path("alerts/", alert_views.alert_list, name="alert_list"),
    path("alerts/channels/", alert_channel_views.alert_channel_list, name="alert_channel_list"),
    path("alerts/channels/new/", alert_channel_views.alert_channel_create, name="alert_channel_create"),
    path("alerts/channels/<int:pk>/", alert_channel_views.alert_channel_update, name="alert_channel_update"),
    path("alerts/channels/<int:pk>/delete/", alert_channel_views.alert_channel_delete, name="alert_channel_delete"),
    path("alerts/channels/<int:pk>/log/", alert_channel_views.alert_channel_log, name="alert_channel_log"),
    path("alerts/channels/<int:pk>/test/", alert_channel_views.alert_channel_test, name="alert_channel_test"),
    path("alerts/messages/<int:pk>/retry/", alert_channel_views.alert_message_retry, name="alert_message_retry"),
    path("dry-runs/<str:center_id>/<int:version>/", dry_run_views.dry_run, name="dry_run"),
    path("days/<day:day>/", dashboard.day_detail, name="day_detail"),
    path("results/", entry_views.entry_list, name="entry_list"),
    path("results/reveal/", entry_views.entry_reveal, name="entry_reveal"),
    path("results/figures/", entry_views.entry_figures, name="entry_figures"),
    path(
        "results/entries/<str:center_id>/<day:day>/<int:position>/",
        entry_detail_views.entry_detail,
        name="entry_detail",
    ),
    path("processing-activities/", patient_views.processing_activities, name="processing_activities"),
    path("results/patients/", patient_views.suppression_list, name="suppression_list"),
    path("results/patients/erase/", patient_views.patient_erase, name="patient_erase"),
    path("results/patients/record/", patient_views.patient_record, name="patient_record"),
    path("results/patients/<int:pk>/lift/", patient_views.suppression_lift, name="suppression_lift"),
    path("results/matrix/", matrix_views.matrix, name="matrix"),
    path("results/slices/<str:center_id>/<day:day>/", slice_views.slice_detail, name="slice_detail"),
    path("results/slices/<str:center_id>/<day:day>/sql/", entry_detail_views.slice_sql, name="slice_sql"),
    path("results/slices/<str:center_id>/<day:day>/accept/", slice_views.slice_accept, name="slice_accept"),
    path("results/held/", held_views.held_list, name="held_list"),
    path("results/held/<str:center_id>/<day:day>/<held:decision>/", held_views.held_decide, name="held_decide"),
    path("results/export/", export_views.entry_export, name="entry_export"),
    path("results/exports/", export_ledger_views.export_list, name="export_list"),
    path("results/exports/saved/", saved_export_views.saved_export_list, name="saved_export_list"),
    path("results/exports/saved/new/", saved_export_views.saved_export_create, name="saved_export_create"),
    path("results/exports/saved/<int:pk>/", saved_export_views.saved_export_update, name="saved_export_update"),
    path("results/exports/saved/<int:pk>/run/", saved_export_views.saved_export_run, name="saved_export_run"),
    path("results/exports/saved/<int:pk>/delete/", saved_export_views.saved_export_delete, name="saved_export_delete"),
    path("results/exports/<int:pk>/", export_ledger_views.export_detail, name="export_detail"),
    path("results/exports/<int:pk>/cancel/", export_ledger_views.export_cancel, name="export_cancel"),
    path("results/exports/<int:pk>/file/", export_ledger_views.export_file, name="export_file"),
]
