"""Where a form leads once it is saved."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

# `?flow=onboarding`: the form was opened from the page about adding centers step by step.
FLOW, ONBOARDING = "flow", "onboarding"


def after_saving(request: HttpRequest, usual: Any) -> HttpResponse:
    """Back to the page about adding centers where the form was opened from there, else on to `usual`."""
    # By its name: that page belongs to an app that knows this one, and not the other way round.
    return redirect("extraction:onboarding" if request.GET.get(FLOW) == ONBOARDING else usual)
