"""What the page about adding centers says of discovery, review and first run, and the one thing to do there."""

import datetime as dt
from dataclasses import replace

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from extraction.causes import cause_label
from extraction.onboarding_places import Place
from extraction.onboarding_steps import Facts, Step, StepState
from extraction.onboarding_words import Link, ShownStep

# Business dates of a first run: among seven days there are some on which a practice was open.
FIRST_DAYS = 7
MOST_CAUSES = 3


def of_discovery(shown: ShownStep, step: Step, facts: Facts) -> ShownStep:
    if step.state == StepState.WAITING:
        text = _("Reads the names of tables and columns of each center and proposes what they mean.")
        return replace(shown, lines=(text,))
    lines, names = [], {"all": step.all}
    fresh, unmapped = len(facts.at(Place.UNDISCOVERED)), len(facts.at(Place.UNMAPPED))
    if fresh:
        text = ngettext(
            "%(count)d of %(all)d centers has no snapshot yet.",
            "%(count)d of %(all)d centers have no snapshot yet.",
            fresh,
        )
        lines.append(text % (names | {"count": fresh}))
    if unmapped:
        text = ngettext(
            "%(count)d of %(all)d centers has a snapshot, but no mapping yet.",
            "%(count)d of %(all)d centers have a snapshot, but no mapping yet.",
            unmapped,
        )
        lines.append(text % (names | {"count": unmapped}))
    if step.trouble:
        text = ngettext(
            "%(count)d of %(all)d centers could not be discovered.",
            "%(count)d of %(all)d centers could not be discovered.",
            len(step.trouble),
        )
        lines.append(text % (names | {"count": len(step.trouble)}))
        lines += [
            _("%(cause)s: %(count)d") % {"cause": cause_label(cause), "count": count}
            for cause, count in facts.causes[:MOST_CAUSES]
        ]
    if step.busy:
        text = ngettext(
            "%(count)d of %(all)d centers is being discovered.",
            "%(count)d of %(all)d centers are being discovered.",
            len(step.busy),
        )
        lines.append(text % (names | {"count": len(step.busy)}))
    if step.busy and facts.job:
        link = Link(_("Show the progress"), reverse("mappings:discovery_detail", args=[facts.job]))
        return replace(shown, lines=tuple(lines), action=link)
    count = len(step.trouble) + len(step.todo)
    if count:
        text = ngettext("Discover %(count)d center", "Discover %(count)d centers", count) % {"count": count}
        link = Link(text, reverse("extraction:onboarding_discover"))
        return replace(shown, lines=tuple(lines), action=link, is_post=True)
    text = ngettext("%(count)d center has a mapping.", "%(count)d centers have a mapping.", step.done)
    return replace(shown, lines=(text % {"count": step.done},))


def of_review(shown: ShownStep, step: Step, facts: Facts, *, is_reviewer: bool) -> ShownStep:
    if step.state == StepState.WAITING:
        return replace(
            shown, lines=(_("A reviewer looks at each proposal and approves it. Nothing is read before that."),)
        )
    lines, names = [], {"all": step.all}
    if step.todo:
        text = ngettext(
            "%(count)d of %(all)d mappings waits for a reviewer.",
            "%(count)d of %(all)d mappings wait for a reviewer.",
            len(step.todo),
        )
        lines.append(text % (names | {"count": len(step.todo)}))
    if step.trouble:
        text = ngettext(
            "%(count)d of %(all)d proposals was rejected: the center needs a new one, from its page of mappings.",
            "%(count)d of %(all)d proposals were rejected: the centers need new ones, from their pages of mappings.",
            len(step.trouble),
        )
        lines.append(text % (names | {"count": len(step.trouble)}))
    if step.todo and not facts.has_reviewer:
        lines.append(_("Nobody has the role reviewer yet."))
        return replace(shown, lines=tuple(lines), action=Link(_("Add a reviewer"), reverse("people:person_create")))
    if step.todo and is_reviewer:
        return replace(shown, lines=tuple(lines), action=Link(_("Review the proposals"), reverse("review:queue")))
    if step.todo:
        lines.append(_("You have not got the role reviewer; those who have find them under “Waiting for me”."))
        return replace(shown, lines=tuple(lines), action=_mappings(_("Show what waits"), "waiting"))
    if step.trouble:
        return replace(shown, lines=tuple(lines), action=_mappings(_("Show what was rejected"), "missing"))
    text = ngettext("%(count)d mapping is approved.", "%(count)d mappings are approved.", step.done)
    return replace(shown, lines=(text % {"count": step.done},))


def of_first_run(shown: ShownStep, step: Step, facts: Facts, yesterday: dt.date) -> ShownStep:
    if step.state == StepState.WAITING:
        return replace(
            shown, lines=(_("Reads the chart entries of the last days; from then on the schedule does it."),)
        )
    lines, names = [], {"all": step.all}
    if step.todo:
        text = ngettext(
            "%(count)d of %(all)d centers is ready and was never extracted.",
            "%(count)d of %(all)d centers are ready and were never extracted.",
            len(step.todo),
        )
        lines.append(text % (names | {"count": len(step.todo)}))
    if step.trouble:
        text = ngettext(
            "The first run of %(count)d of %(all)d centers failed.",
            "The first run of %(count)d of %(all)d centers failed.",
            len(step.trouble),
        )
        lines.append(text % (names | {"count": len(step.trouble)}))
    if step.busy:
        text = ngettext(
            "%(count)d of %(all)d centers is being read for the first time.",
            "%(count)d of %(all)d centers are being read for the first time.",
            len(step.busy),
        )
        lines.append(text % (names | {"count": len(step.busy)}))
    if step.busy and facts.run:
        link = Link(_("Show the run"), reverse("extraction:run_detail", args=[facts.run]))
        return replace(shown, lines=tuple(lines), action=link)
    if count := len(step.todo) + len(step.trouble):
        text = ngettext("Prepare the run of %(count)d center", "Prepare the run of %(count)d centers", count)
        return replace(shown, lines=tuple(lines), action=Link(text % {"count": count}, first_run_url(yesterday)))
    text = ngettext("%(count)d center was extracted.", "%(count)d centers were extracted.", step.done)
    return replace(shown, lines=(text % {"count": step.done},))


def first_run_url(yesterday: dt.date) -> str:
    """The start dialog with the centers that are ready, and the last days."""
    first = yesterday - dt.timedelta(days=FIRST_DAYS - 1)
    wanted = {"only_new": "on", "date_from": first.isoformat(), "date_to": yesterday.isoformat()}
    return f"{reverse('extraction:run_start')}?{urlencode(wanted)}"


def _mappings(label: str, state: str) -> Link:
    return Link(label, f"{reverse('mappings:mapping_list')}?state={state}")
