"""What the page about adding centers says of servers, their tests, and the centers, and the one thing to do there."""

from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from extraction.onboarding_places import Place
from extraction.onboarding_steps import Facts, Step, StepState
from extraction.onboarding_words import Link, ShownStep, form_url


def of_servers(shown: ShownStep, step: Step, facts: Facts) -> ShownStep:
    add = Link(_("Add a server"), form_url("centers:server_create"))
    if step.state == StepState.ATTENTION:
        text = _("You see no region yet. Somebody who sees all regions adds one and gives it to you.")
        return replace(shown, lines=(text,))
    if not facts.regions:
        text = _("There is no region yet. A region is a group of centers with its own servers, such as a country.")
        return replace(shown, lines=(text,), action=Link(_("Add a region"), form_url("centers:region_create")))
    if not facts.servers:
        text = _("There is no server yet: the SQL Server on which the practices' databases are, and its login.")
        return replace(shown, lines=(text,), action=add)
    text = ngettext("There is %(count)d server.", "There are %(count)d servers.", len(facts.servers))
    empty = sum(not server.has_centers for server in facts.servers)
    lines = [text % {"count": len(facts.servers)}]
    if empty:
        text = ngettext("%(count)d server has no center yet.", "%(count)d servers have no center yet.", empty)
        lines.append(text % {"count": empty})
    return replace(shown, lines=tuple(lines), links=(Link(_("Add another server"), add.url),))


def of_tests(shown: ShownStep, step: Step) -> ShownStep:
    if step.state == StepState.WAITING:
        return replace(shown, lines=(_("Tries the way to the server step by step and says where it ends."),))
    lines = []
    if step.trouble:
        text = ngettext(
            "%(count)d of %(all)d servers did not let us in when it was last tested.",
            "%(count)d of %(all)d servers did not let us in when they were last tested.",
            len(step.trouble),
        )
        lines.append(text % {"count": len(step.trouble), "all": step.all})
    if step.todo:
        text = ngettext(
            "%(count)d of %(all)d servers has not been tested yet.",
            "%(count)d of %(all)d servers have not been tested yet.",
            len(step.todo),
        )
        lines.append(text % {"count": len(step.todo), "all": step.all})
    if not lines:
        text = ngettext("%(count)d server has answered.", "%(count)d servers have answered.", step.done)
        return replace(shown, lines=(text % {"count": step.done},))
    name = (*step.trouble, *step.todo)[0]
    lines.append(_("The form of the server has the button “Test without saving”."))
    action = Link(_("Test %(server)s") % {"server": name}, form_url("centers:server_update", name))
    return replace(shown, lines=tuple(lines), action=action)


def of_centers(shown: ShownStep, step: Step, facts: Facts) -> ShownStep:
    by_form = Link(_("Add one by a form"), form_url("centers:center_create"))
    by_file = Link(_("Import a file"), form_url("centers:center_import"))
    if step.state == StepState.WAITING:
        return replace(shown, lines=(_("The practices themselves: many by a file, or one by a form."),))
    paused = len(facts.at(Place.PAUSED))
    lines = []
    if paused:
        text = ngettext(
            "%(count)d center is paused and left out here.", "%(count)d centers are paused and left out here.", paused
        )
        lines.append(text % {"count": paused})
    if step.state == StepState.NOW:
        text = _("There is no center yet. A file can hold many; a dry run shows all of its errors before any is saved.")
        return replace(shown, lines=(text, *lines), action=by_file, links=(by_form,))
    text = ngettext("There is %(count)d center.", "There are %(count)d centers.", step.all) % {"count": step.all}
    return replace(shown, lines=(text, *lines), links=(Link(_("Add another center"), by_form.url), by_file))
