"""What the audit events of this app are called."""

from django.utils.translation import gettext_lazy as _

from dentalhub.audit_actions import Action, register
from dentalhub.audit_kinds import Kind

register(
    {
        "region.created": Action(_("region added"), Kind.CONFIGURATION),
        "region.changed": Action(_("region changed"), Kind.CONFIGURATION),
        "server.created": Action(_("server added"), Kind.CONFIGURATION),
        "server.changed": Action(_("server changed"), Kind.CONFIGURATION),
        "center.created": Action(_("center added"), Kind.CONFIGURATION),
        "center.changed": Action(_("center changed"), Kind.CONFIGURATION),
        "center.closing_days_changed": Action(_("closing days changed"), Kind.CONFIGURATION),
        "center.deleted": Action(_("center deleted"), Kind.CONFIGURATION),
        "center.paused": Action(_("center paused"), Kind.CONFIGURATION),
        "center.resumed": Action(_("center resumed"), Kind.CONFIGURATION),
        "connection.tested": Action(_("connection tested"), Kind.DISCOVERY),
        "server.certificate_fetched": Action(_("certificate of a server fetched"), Kind.CONFIGURATION),
        "server.certificate_pinned": Action(_("certificate of a server pinned"), Kind.CONFIGURATION),
        "server.tls_verified": Action(_("server verified again"), Kind.CONFIGURATION),
        "server.trust_requested": Action(_("blind trust asked for"), Kind.CONFIGURATION),
        "server.trust_approved": Action(_("blind trust allowed"), Kind.CONFIGURATION),
        "server.trust_refused": Action(_("blind trust refused"), Kind.CONFIGURATION),
        "secret.keys_rotated": Action(_("keys of the stored passwords rotated"), Kind.CONFIGURATION),
        "centers.exported": Action(_("centers file downloaded"), Kind.CONFIGURATION),
        "secret.set": Action(_("password stored"), Kind.CONFIGURATION),
        "secret.changed": Action(_("stored password replaced"), Kind.CONFIGURATION),
        "secret.erased": Action(_("stored password erased"), Kind.CONFIGURATION),
        "person.changed": Action(_("person changed"), Kind.ACCESS),
        "person.deactivated": Action(_("person deactivated"), Kind.ACCESS),
        "person.reactivated": Action(_("person activated again"), Kind.ACCESS),
        "person.link_made": Action(_("link to choose a password made"), Kind.ACCESS),
        "person.second_factor_reset": Action(_("second factor of a person reset"), Kind.ACCESS),
        "person.regions": Action(_("regions of a person changed"), Kind.ACCESS),
    }
)
