"""The whole timeline of a center: what mappings know of it, and its part in every run."""

from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from centers.models import Center
from extraction.models import CenterRun
from mappings.timeline import Moment, RowHistory, Timeline, mapping_histories


def center_timeline(center: Center) -> Timeline:
    """Everything that happened to `center`, the newest first."""
    runs = (
        CenterRun.objects.filter(center=center)
        .select_related("run__requested_by")
        .annotate(at=Coalesce("finished_at", "started_at", "run__requested_at"))
        .order_by("-at", "-pk")
    )
    return Timeline([*mapping_histories(center), RowHistory(runs, _of_run)])


def _of_run(part: CenterRun) -> Moment:
    run = part.run
    text = ngettext("%(count)d chart entry", "%(count)d chart entries", part.entry_count) % {"count": part.entry_count}
    at = part.finished_at or part.started_at or run.requested_at
    title = _("Run %(run)s: %(state)s") % {"run": run, "state": part.get_state_display()}
    who = run.requested_by.get_username() if run.requested_by else run.get_trigger_display()
    return Moment(at, part.state, title, part.cause or text, who, run.get_absolute_url())
