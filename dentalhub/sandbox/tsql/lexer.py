"""The words of a T-SQL batch (*pure*): enough to find statements, variables and names."""

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from dentalhub.sandbox.errors import SqlError, syntax_error


class Kind(Enum):
    """What a token is."""

    WORD = auto()
    QUOTED_NAME = auto()
    VARIABLE = auto()
    TEXT = auto()
    NUMBER = auto()
    SYMBOL = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """One token; ``word`` is its text in upper case when it is a plain word, a symbol or a variable."""

    kind: Kind
    text: str
    word: str
    start: int
    end: int


_TOKEN: Final = re.compile(
    r"""(?P<space>\s+|--[^\n]*)
      | (?P<comment>/\*)
      | (?P<TEXT>N?'(?:[^']|'')*')
      | (?P<QUOTED_NAME>\[(?:[^\]]|\]\])*\]|"(?:[^"]|"")*")
      | (?P<VARIABLE>@@?[\w$\#@]+)
      | (?P<NUMBER>0[xX][0-9a-fA-F]*|\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)
      | (?P<WORD>[^\W\d][\w$\#@]*|\#+\w+)
      | (?P<SYMBOL><=|>=|<>|!=|[-+*/%=<>(),;.~&|^?:{}!])
    """,
    re.VERBOSE | re.IGNORECASE,
)
_COMMENT_EDGE: Final = re.compile(r"/\*|\*/")


def tokenize(text: str) -> list[Token]:
    """Split a batch into tokens; raises SqlError 102, 105 or 113."""
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise _unreadable(text, at)
        group = match.lastgroup or ""
        if group == "comment":
            at = _end_of_comment(text, at)
            continue
        at = match.end()
        if group == "space":
            continue
        found = match.group()
        kind = Kind[group]
        plain = kind in {Kind.WORD, Kind.SYMBOL, Kind.VARIABLE}
        tokens.append(Token(kind, found, found.upper() if plain else "", match.start(), at))
    return tokens


def _end_of_comment(text: str, start: int) -> int:
    depth = 0
    for edge in _COMMENT_EDGE.finditer(text, start):
        depth += 1 if edge.group() == "/*" else -1
        if depth == 0:
            return edge.end()
    raise SqlError(113, "Missing end comment mark '*/'.", severity=15)


def _unreadable(text: str, at: int) -> SqlError:
    if text[at] in "'[\"" or text[at : at + 2].upper() == "N'":
        rest = text[at : at + 40]
        return SqlError(105, f"Unclosed quotation mark after the character string '{rest}'.", severity=15)
    return syntax_error(text[at])


def unquote_name(token: Token) -> str:
    """The name that a word, ``[name]`` or ``"name"`` stands for."""
    if token.kind is not Kind.QUOTED_NAME:
        return token.text
    closing = token.text[-1]
    return token.text[1:-1].replace(closing * 2, closing)


def unquote_text(literal: str) -> str:
    """The value of ``'...'`` or ``N'...'``."""
    return literal[literal.index("'") + 1 : -1].replace("''", "'")
