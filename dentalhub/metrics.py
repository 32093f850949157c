"""The page that Prometheus scrapes, and how long our own pages take."""

import os
import time
from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector

from dentalhub.proxies import is_handed_on

# Seconds; a page of the lists shall take less than 0.3.
_BOUNDS = (0.025, 0.1, 0.3, 1.0, 5.0)
# The apps register what they read from their own rows.
registry = CollectorRegistry()
# Several web processes of one machine count in files; gunicorn_settings.py names their folder.
_is_shared = "PROMETHEUS_MULTIPROC_DIR" in os.environ
_requests = Histogram(
    "dentalhub_request_duration_seconds",
    "Time until a page was answered, by the name of its route.",
    ["route", "method", "status"],
    buckets=_BOUNDS,
    registry=None if _is_shared else registry,
)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class RequestDurationMiddleware:
    """Measures each request; the labels are names of ours, never a part of an address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        route = (match.view_name if match else "") or "unknown"
        method = request.method if request.method in _METHODS else "other"
        _requests.labels(route, method, f"{response.status_code // 100}xx").observe(time.perf_counter() - began)
        return response


@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """All metrics as text. For whoever has the token; without one set, for this machine only. Others get 404."""
    if not may_scrape(request):
        raise Http404
    body = generate_latest(registry)
    if _is_shared:
        shared = CollectorRegistry()
        MultiProcessCollector(shared)  # type: ignore[no-untyped-call]
        body += generate_latest(shared)
    return HttpResponse(body, content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


def may_scrape(request: HttpRequest) -> bool:
    """Whether whoever asks has the token, or sits on this machine where no token is set."""
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "")
        return constant_time_compare(given.encode(), f"Bearer {settings.METRICS_TOKEN}".encode())
    try:
        # A proxy on this machine hands on what others ask, and says so.
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback and not is_handed_on(request)
    except ValueError:
        return False
