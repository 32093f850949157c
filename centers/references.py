"""What a reference to a secret looks like, by its kind. *Pure*."""

import re
from dataclasses import dataclass
from enum import StrEnum


class ReferenceKind(StrEnum):
    """Where the secret is; the values stand before the colon."""

    ENV = "env"
    FILE = "file"
    VAULT = "vault"
    AWS = "aws-sm"
    # Encrypted in our own database; made by our own forms, never typed.
    STORED = "stored"


_WORD = r"[A-Za-z0-9_][A-Za-z0-9_.-]*"
_KEY = rf"(?:#(?P<key>{_WORD}))"
# No part of a path begins with a dot, so that none leads upwards.
_SHAPES = {
    ReferenceKind.ENV: re.compile(rf"(?P<name>{_WORD})"),
    ReferenceKind.FILE: re.compile(rf"(?P<name>{_WORD}(?:/{_WORD})*)"),
    # The first part is where the engine is mounted.
    ReferenceKind.VAULT: re.compile(rf"(?P<name>{_WORD}(?:/{_WORD})+){_KEY}"),
    # A name or an ARN; without a key the whole text is the secret.
    ReferenceKind.AWS: re.compile(rf"(?P<name>[A-Za-z0-9_][A-Za-z0-9/_+=.@:!-]*){_KEY}?"),
    ReferenceKind.STORED: re.compile(r"(?P<name>[0-9]{1,19})"),
}
# What people may write.
WRITTEN_KINDS = tuple(kind for kind in ReferenceKind if kind is not ReferenceKind.STORED)


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference in its parts; `key` is the name of a value inside the secret, or empty."""

    kind: ReferenceKind
    name: str
    key: str = ""


def parse(text: str) -> Reference | None:
    """The parts of `text`; None when it is no reference."""
    word, _separator, rest = text.partition(":")
    if word not in set(ReferenceKind):
        return None
    kind = ReferenceKind(word)
    match = _SHAPES[kind].fullmatch(rest)
    if match is None:
        return None
    return Reference(kind, match["name"], match.groupdict().get("key") or "")
