"""The page that leads to any other, and the answers of the dialog that does the same on each page."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dentalhub.htmx import render_page
from extraction.jump import MOST_LETTERS, targets


@require_safe
def jump(request: HttpRequest) -> HttpResponse:
    """Pages, centers, mappings and runs by `q`."""
    text = request.GET.get("q", "").strip()[:MOST_LETTERS]
    context = {"text": text, "groups": targets(request.user, text)}
    return render_page(request, "extraction/jump.html", "extraction/_jump_results.html", context)
