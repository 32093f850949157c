"""Adding centers step by step, from "no centers" to the first extraction, and later center 31."""

import uuid
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dentalhub.access import Role, has_role, role_required
from dentalhub.live_pages import render_live_page
from extraction.onboarding_facts import centers_at, facts_for
from extraction.onboarding_shown import shown_steps
from extraction.onboarding_steps import TO_DISCOVER, StepState, is_busy, steps_of
from extraction.run_requests import yesterday
from mappings.discovery_jobs import request_discovery
from mappings.tasks import look_soon

KEY_LENGTH = 32


@require_safe
@role_required(Role.ADMIN)
def onboarding(request: HttpRequest) -> HttpResponse:
    """Where the centers of the person's regions are on their way; htmx asks again while something goes on by itself."""
    person = cast("User", request.user)
    facts = facts_for(person)
    steps = steps_of(facts)
    context: dict[str, Any] = {
        "steps": shown_steps(steps, facts, yesterday(), is_reviewer=has_role(person, Role.REVIEWER)),
        "is_busy": is_busy(steps),
        "is_complete": all(step.state == StepState.DONE for step in steps),
        "centers": facts.centers,
        "request_key": uuid.uuid4().hex,
    }
    templates = "extraction/onboarding.html", "extraction/_onboarding_steps.html"
    return render_live_page(request, *templates, context, is_finished=not context["is_busy"])


@require_POST
@role_required(Role.ADMIN)
def onboarding_discover(request: HttpRequest) -> HttpResponse:
    """Have every center that has no mapping discovered in the background, and on to the progress."""
    person = cast("User", request.user)
    centers = centers_at(person, TO_DISCOVER)
    if not centers:
        messages.info(request, _("There is nothing to discover: every center has a mapping or is being discovered."))
        return redirect("extraction:onboarding")
    job = request_discovery(person, centers, request.POST.get("request_key", "")[:KEY_LENGTH])
    look_soon()
    return redirect(job)
