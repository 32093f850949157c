"""What the audit events of this app are called."""

from django.utils.translation import gettext_lazy as _

from dentalhub.audit_actions import Action, register
from dentalhub.audit_kinds import Kind

register(
    {
        "run.requested": Action(_("run requested"), Kind.RUN),
        "run.resumed": Action(_("run resumed"), Kind.RUN),
        "run.cancelled": Action(_("run cancelled"), Kind.RUN),
        "run.ended": Action(_("run ended"), Kind.RUN),
        "breaker.reset": Action(_("circuit breaker reset"), Kind.RUN),
        "schedule.changed": Action(_("schedule changed"), Kind.CONFIGURATION),
        "slice.accepted": Action(_("held day accepted"), Kind.DECISION),
        "slice.rejected": Action(_("held day rejected"), Kind.DECISION),
        "slice.unusual_accepted": Action(_("unusual day accepted as right"), Kind.DECISION),
        "patients.revealed": Action(_("patient ids shown"), Kind.REVEAL),
        "entries.exported": Action(_("chart entries exported"), Kind.EXPORT),
        "export.downloaded": Action(_("export file downloaded"), Kind.EXPORT),
        "export.delivered": Action(_("export file delivered"), Kind.EXPORT),
        "export.cancelled": Action(_("export cancelled"), Kind.EXPORT),
        "patient.suppressed": Action(_("patient suppressed"), Kind.PRIVACY),
        "patient.suppression_lifted": Action(_("patient no longer suppressed"), Kind.PRIVACY),
        "patient.exported": Action(_("data about a patient exported"), Kind.PRIVACY),
        "center.retention_applied": Action(_("entries deleted whose time was over"), Kind.PRIVACY),
        "patient.erased": Action(_("patient erased"), Kind.PRIVACY),
        "database.restored": Action(_("database restored from a backup"), Kind.CONFIGURATION),
        "saved_export.changed": Action(_("saved export changed"), Kind.CONFIGURATION),
        "saved_export.deleted": Action(_("saved export deleted"), Kind.CONFIGURATION),
        "alert_channel.changed": Action(_("alert channel changed"), Kind.CONFIGURATION),
        "alert_channel.deleted": Action(_("alert channel deleted"), Kind.CONFIGURATION),
        "alert_channel.tested": Action(_("alert channel tested"), Kind.CONFIGURATION),
        "alert_message.retried": Action(_("alert message sent once more"), Kind.CONFIGURATION),
    }
)
