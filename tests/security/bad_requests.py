"""Requests that no page of ours and no well-behaved client sends, made from a seed. *Pure* but for what it reads first.

Names come from our forms and from the API's document, so that new fields are asked for without a word here.
"""

import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django import forms

from tests.security.routes import Route

# As they stand in an address or a form, encoded: texts, numbers, dates, encodings, scripts, SQL, templates.
VALUES = (
    *(
        "",
        "0",
        "-1",
        "1",
        "99999999999999999999",
        "-99999999999999999999",
        "1e309",
        "NaN",
        "0x10",
        "1.5",
        "\u0661\u0662",
    ),
    *("2026-11-20", "2026-02-30", "0000-00-00", "99999-01-01", "0001-01-01", "9999-12-31", "20.11.2026", "tomorrow"),
    *("%00", "a%00b", "%ED%A0%80", "%FF%FE", "%C0%AF", "%E2%80%AE", "%F4%90%80%80", "%0D%0AX-Evil:%201", "%"),
    *("..%2F..%2Fetc%2Fpasswd", "%27%20OR%201%3D1--", "%7B%7B7*7%7D%7D", "%3Cscript%3E", "[]", "{}", "null", "true"),
    *("x" * 300, "x" * 20_000, "%F0%9F%A6%B7" * 200, "1," * 2_000, "%20", "%09%0A", "center_01", "on", "e%CC%81" * 50),
)
JSON_VALUES: tuple[Any, ...] = (
    *(None, True, 0, -1, 10**30, 1e308, "", "x" * 20_000, "\x00", "\ud800", "2026-02-30", "0000-00-00", [], {}, [[]]),
    *([None], ["x"] * 3_000, {"a": {"b": []}}, "center_01", ["center_01"], "2026-11-20", "a\nb", 1.5, [1, "2", None]),
)
BODIES = (
    *(b"", b"{", b"[]", b"null", b'"x"', b"\x00", b"\xff\xfe{}", b"[" * 5_000, b'{"a":1,"a":2}', b"NaN", b"a=%zz&b"),
    *(
        b"--x\r\n",
        b"--x\r\nContent-Disposition: form-data; name=\x00\r\n\r\n1\r\n--x--",
        b"<a/>",
        b"=&=&;",
        b"&" * 2_000,
    ),
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="../../e\x00.yml"\r\n\r\n\xff\xfe\r\n--x--\r\n',
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.yml"\r\n\r\n&a [*a, *a]\r\n--x--\r\n',
)
CONTENT_TYPES = (
    *("application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"),
    *(
        "multipart/form-data",
        "application/json; charset=utf-99",
        "application/x-www-form-urlencoded; charset=utf-7",
        "",
    ),
    *("multipart/form-data; boundary=" + "x" * 300, "text/html; charset=latin-9", "", "application/octet-stream"),
)
# What the web server lets through: it refuses headers with a NUL itself.
HEADERS = ("Accept-Language", "Idempotency-Key", "HX-Target", "HX-Current-URL", "Range", "Cookie", "If-None-Match")
HEADER_VALUES = ("x" * 5_000, "\xe9\xff", "bytes=-1,9-", "de;q=x,,*;q=9", "sessionid=%00", '"', "")
METHODS = ("GET", "GET", "GET", "POST", "POST", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "BREW")


@dataclass(frozen=True, slots=True)
class BadRequest:
    """What is sent; `address` is encoded already."""

    route: Route
    method: str
    address: str
    body: bytes
    content_type: str
    headers: Mapping[str, str]


def every_name(api_document: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of all fields of our forms, and of all parameters and parts of bodies of the API."""
    names = {"page", "after", "before", "next", "q", "sort", "csrfmiddlewaretoken", "_method", "__proto__", "a[]"}
    waiting = list(forms.BaseForm.__subclasses__())
    while waiting:
        form = waiting.pop()
        waiting += form.__subclasses__()
        names |= set(getattr(form, "base_fields", {}))
    for schema in api_document.get("components", {}).get("schemas", {}).values():
        names |= set(schema.get("properties", {}))
    for operations in api_document["paths"].values():
        for operation in operations.values():
            names |= {parameter["name"] for parameter in operation.get("parameters", ())}
    return tuple(sorted(names))


def bad_requests(routes: tuple[Route, ...], names: tuple[str, ...], count: int, seed: int) -> Iterator[BadRequest]:
    """`count` requests, the routes in turn."""
    chance = random.Random(seed)
    for number in range(count):
        route = routes[number % len(routes)]
        address = _bent(chance, route.address) if chance.random() < 0.3 else route.address
        if chance.random() < 0.7:
            address += "?" + _pairs(chance, names)
        method = chance.choice(METHODS)
        content_type, body = chance.choice(CONTENT_TYPES), chance.choice(BODIES)
        if method in {"POST", "PUT", "PATCH"} and chance.random() < 0.7:
            content_type, body = _likely(chance, route, names)
        headers = {"HX-Request": "true"} if chance.random() < 0.3 else {}
        if chance.random() < 0.2:
            odd = chance.choice(
                ("Accept-Language", "Idempotency-Key", "HX-Target", "HX-Current-URL", "Range", "Cookie")
            )
            headers[odd] = chance.choice(
                ("\x00", "x" * 5_000, "\xe9\xff", "bytes=-1,9-", "de;q=x,,*;q=9", "sessionid=%00")
            )
        yield BadRequest(route, method, address, body, content_type, headers)


def _likely(chance: random.Random, route: Route, names: tuple[str, ...]) -> tuple[str, bytes]:
    """A body of the right kind with wrong content."""
    if route.is_api:
        chosen = chance.sample(names, min(len(names), chance.randint(0, 8)))
        return "application/json", json.dumps({name: chance.choice(JSON_VALUES) for name in chosen}).encode()
    return "application/x-www-form-urlencoded", _pairs(chance, names).encode()


def _pairs(chance: random.Random, names: tuple[str, ...]) -> str:
    chosen = [chance.choice(names) for _ in range(chance.randint(1, 12))]
    if chance.random() < 0.2:
        chosen += [chosen[0]] * chance.randint(1, 1_200)
    return "&".join(f"{quote(name)}={chance.choice(VALUES[:-9] if len(chosen) > 50 else VALUES)}" for name in chosen)


def _bent(chance: random.Random, address: str) -> str:
    """One part of the address replaced."""
    parts = address.split("/")
    parts[chance.randrange(1, len(parts))] = chance.choice(VALUES)
    return "/".join(parts)
