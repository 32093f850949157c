"""The list of events: it is always in the order of time, and `sort=time` turns it round."""

from django.utils.translation import gettext_lazy as _

from dentalhub.list_pages import ListPage, register
from dentalhub.list_sorting import Column, moment, number

EVENTS = register(
    ListPage(
        name="audit",
        title=_("Audit trail"),
        view="audit:event_list",
        columns=(
            number("number", _("Number")),
            moment("time", _("Time"), "at"),
            Column("person", _("Person")),
            Column("action", _("Action")),
            Column("object", _("Object")),
            Column("kind", _("Kind")),
            Column("region", _("Region")),
        ),
        default="-time",
        target="event-table",
        has_csv=False,
        parameters=("since", "until", "kind", "action", "actor_name", "target", "region", "text"),
        # It may be what somebody is called.
        unsaved=("text",),
        tie="sequence",
    )
)
