"""What words mean."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dentalhub.glossary import TERMS


@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    """All words, in the order of the alphabet of the reader's language."""
    terms = sorted(TERMS, key=lambda term: str(term.word).casefold())
    return render(request, "help/glossary.html", {"terms": terms})
