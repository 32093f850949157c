"""Every address of the URLconf, filled with values: what is new there is tested without a word here."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.regex_helper import normalize

# What stands for a part of an address; others get UNKNOWN. The fixture `something_everywhere` makes what they name.
KNOWN: Mapping[str, str] = {
    "center_id": "center_01",
    "version": "1",
    "pk": "1",
    "code": "germany",
    "day": "2026-11-20",
    "position": "1",
    "decision": "accept",
    "canonical": "KARTEI.BEMERKUNG",
    "run_id": "1",
    "export_id": "1",
    "object_id": "1",
    "app_label": "auth",
    "content_type_id": "1",
}
UNKNOWN = "1"


@dataclass(frozen=True, slots=True)
class Route:
    """One pattern: its `name` with namespaces, an address that it takes, and the view behind it."""

    name: str
    address: str
    view: Callable[..., Any]

    @property
    def is_api(self) -> bool:
        """True below /api/v1/, where tokens count and no cookie does."""
        return self.address.startswith("/api/v1/")


def all_routes() -> tuple[Route, ...]:
    """In the order of the URLconf, one for each pattern."""
    return tuple(_walk(get_resolver().url_patterns, "/", ""))


def _walk(patterns: list[URLPattern | URLResolver], prefix: str, namespace: str) -> Iterator[Route]:
    for pattern in patterns:
        address = prefix + _filled(pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, address, inner)
        else:
            name = f"{namespace}{pattern.name}" if pattern.name else str(pattern.pattern)
            yield Route(name, address, pattern.callback)


def _filled(pattern: URLPattern | URLResolver) -> str:
    form, names = normalize(pattern.pattern.regex.pattern)[0]
    return form % {name: KNOWN.get(name, UNKNOWN) for name in names}
