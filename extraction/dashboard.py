"""The first page: is yesterday complete?"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def dashboard(request: HttpRequest) -> HttpResponse:
    """Counts by state, attention by cause, the last runs."""
    return render(request, "extraction/dashboard.html")
