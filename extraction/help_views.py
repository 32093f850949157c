"""A page for each code that a center's part of a run can end with."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from extraction.error_help import error_codes, error_help


@require_safe
def error_list(request: HttpRequest) -> HttpResponse:
    """All codes with what happened."""
    return render(request, "help/error_list.html", {"errors": [error_help(code) for code in error_codes()]})


@require_safe
def error_detail(request: HttpRequest, error_code: str) -> HttpResponse:
    """What happened, what dentalhub does about it, and what a person does."""
    try:
        found = error_help(error_code)
    except KeyError as error:
        raise Http404 from error
    return render(request, "help/error_detail.html", {"error": found})
