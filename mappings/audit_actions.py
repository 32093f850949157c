"""What the audit events of this app are called."""

from django.utils.translation import gettext_lazy as _

from dentalhub.audit_actions import Action, register
from dentalhub.audit_kinds import Kind

register(
    {
        "snapshot.taken": Action(_("schema discovered"), Kind.DISCOVERY),
        "snapshot.failed": Action(_("discovery failed"), Kind.DISCOVERY),
        "snapshots.requested": Action(_("discoveries asked for"), Kind.DISCOVERY),
        "discovery.requested": Action(_("discovery in the background asked for"), Kind.DISCOVERY),
        "discovery.retried": Action(_("discovery tried again"), Kind.DISCOVERY),
        "mapping.drifted": Action(_("drift found"), Kind.DISCOVERY),
        "mapping.proposed": Action(_("mapping proposed"), Kind.DECISION),
        "mapping.imported": Action(_("mapping imported"), Kind.DECISION),
        "mapping.restored": Action(_("older mapping restored"), Kind.DECISION),
        "mapping.edited": Action(_("mapping edited"), Kind.DECISION),
        "mapping.field_marked": Action(_("choice of a mapping marked"), Kind.DECISION),
        "mapping.field_commented": Action(_("choice of a mapping commented on"), Kind.DECISION),
        "mapping.tried": Action(_("mapping tried on one day"), Kind.DECISION),
        "mapping.submitted": Action(_("mapping submitted for review"), Kind.DECISION),
        "mapping.approved": Action(_("mapping approved"), Kind.DECISION),
        "mapping.rejected": Action(_("mapping rejected"), Kind.DECISION),
        "mapping.approval_undone": Action(_("approval undone"), Kind.DECISION),
        "mapping.withdrawn": Action(_("drafts withdrawn"), Kind.DECISION),
        "vocabulary.exported": Action(_("vocabulary downloaded"), Kind.DECISION),
        "vocabulary.imported": Action(_("vocabulary imported"), Kind.DECISION),
        "vocabulary.forgotten": Action(_("learned name forgotten"), Kind.DECISION),
        "vocabulary.remembered": Action(_("learned name remembered again"), Kind.DECISION),
        "policy.changed": Action(_("review policy changed"), Kind.CONFIGURATION),
    }
)
