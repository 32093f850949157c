"""Every route of the URLconf by its pattern, and an address of it for something that is there.

A new route whose arguments have names that stand in `_ARGUMENTS` needs nothing here.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from dentalhub.audit import record
from dentalhub.audit_models import AuditEvent
from tests.frame.access_scene import DAY, Side

# Not ours: Django's admin site, of which one test asks for all pages at once.
FOREIGN = ("admin/",)
NO_KEY = 2**31 - 1
_ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^()]*\)")

# What each argument stands for, by its name: the value of something that belongs to a side of the scene.
_ARGUMENTS: dict[str, Callable[[Side], object]] = {
    "center_id": lambda side: side.center.center_id,
    "version": lambda side: side.draft.version,
    "day": lambda _side: DAY.isoformat(),
    "position": lambda _side: 1,
    "decision": lambda _side: "keep",
    "run_id": lambda side: side.run.pk,
    "export_id": lambda side: side.export.pk,
    "canonical": lambda _side: "KARTEI",
    "key": lambda side: f"{side.mark.upper()}NAME",
    "code": lambda side: side.region.code,
    "error_code": lambda _side: "login_failed",
    "name": lambda side: f"center:{side.center.center_id}",
}
# Where an argument of the same name stands for something else: the beginning of the route, and the argument.
_IN_ROUTE: dict[tuple[str, str], Callable[[Side], object]] = {
    ("centers/servers/", "code"): lambda side: side.server.code,
    ("centers/batches/", "pk"): lambda side: side.batch.pk,
    # Of the person who asks: nobody has the one with this number.
    ("views/", "pk"): lambda _side: NO_KEY,
    ("views/", "name"): lambda _side: "none",
    ("mappings/", "name"): lambda _side: "KARTEI",
    ("mappings/", "pk"): lambda side: side.discovery.pk,
    ("runs/", "pk"): lambda side: side.run.pk,
    ("review/approvals/", "pk"): lambda side: side.bulk.pk,
    ("review/alike/", "key"): lambda _side: "none",
    ("results/exports/saved/", "pk"): lambda side: side.saved.pk,
    ("results/exports/", "pk"): lambda side: side.export.pk,
    ("alerts/channels/", "pk"): lambda side: side.channel.pk,
    ("alerts/messages/", "pk"): lambda side: side.message.pk,
    # Nobody has asked for it: the route answers 404 to whoever may ask.
    ("centers/servers/", "pk"): lambda _side: NO_KEY,
    ("results/patients/", "pk"): lambda _side: NO_KEY,
    ("accounts/oidc/", "provider_id"): lambda _side: "none",
    # Of the person who asks, not of a region: nobody has the one with this number.
    ("accounts/", "pk"): lambda _side: NO_KEY,
    ("audit/", "sequence"): lambda side: _event_about(side.region.code),
    ("people/", "pk"): lambda side: side.export.requested_by_id,
}


def routes() -> list[str]:
    """The patterns of all routes, each once, as the URLconf has them."""
    return list(
        dict.fromkeys(route for route in _walk(get_resolver().url_patterns, "") if not route.startswith(FOREIGN))
    )


def address(route: str, side: Side) -> str:
    """The address of `route` for what belongs to `side`. Raises LookupError with what to do about it."""
    return "/" + _ARGUMENT.sub(lambda found: str(_value(route, found[1] or found[2], side)), route)


def has_object(route: str) -> bool:
    """True when the address says which object is meant."""
    return _ARGUMENT.search(route) is not None


def _event_about(region: str) -> int:
    found = AuditEvent.objects.filter(region=region).order_by("sequence").first()
    return (found or record(None, "region.changed", f"region {region}", region=region)).sequence


def _value(route: str, name: str, side: Side) -> object:
    own = [
        value for (beginning, argument), value in _IN_ROUTE.items() if argument == name and route.startswith(beginning)
    ]
    known = own[0] if own else _ARGUMENTS.get(name)
    if known is None:
        raise LookupError(f"Say in {__file__}, _IN_ROUTE, what <{name}> stands for in the route {route}.")
    return known(side)


def _walk(patterns: list[Any], before: str) -> Iterator[str]:
    for pattern in patterns:
        route = before + str(pattern.pattern).removeprefix("^").removesuffix("$").removesuffix(r"\Z")
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield route
