"""T-SQL cut into tokens. *Pure*."""

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""\s*(?:
    \[(?P<bracketed>(?:[^\]]|\]\])+)\]
    | "(?P<quoted>(?:[^"]|"")+)"
    | (?P<string>N?'(?:[^']|'')*')
    | (?P<number>0x[0-9A-Fa-f]*|\d+(?:\.\d+)?)
    | (?P<word>[@\#A-Za-z_][A-Za-z0-9_@$\#]*)
    | (?P<mark><>|>=|<=|!=|[-+*/%=<>(),.;&|])
    )""",
    re.VERBOSE,
)

# Reserved words of SQL Server (Transact-SQL reference, "Reserved Keywords"): no name unless it stands in brackets.
_RESERVED = """
add all alter and any as asc authorization backup begin between break browse bulk by cascade case check checkpoint
close clustered coalesce collate column commit compute constraint contains containstable continue convert create
cross current current_date current_time current_timestamp current_user cursor database dbcc deallocate declare
default delete deny desc disk distinct distributed double drop dump else end errlvl escape except exec execute
exists exit external fetch file fillfactor for foreign freetext freetexttable from full function goto grant group
having holdlock identity identity_insert identitycol if in index inner insert intersect into is join key kill left
like lineno load merge national nocheck nonclustered not null nullif of off offsets on open opendatasource openquery
openrowset openxml option or order outer over percent pivot plan precision primary print proc procedure public
raiserror read readtext reconfigure references replication restore restrict return revert revoke right rollback
rowcount rowguidcol rule save schema securityaudit select semantickeyphrasetable semanticsimilaritydetailstable
semanticsimilaritytable session_user set setuser shutdown some statistics system_user table tablesample textsize
then to top tran transaction trigger truncate try_convert tsequal union unique unpivot update updatetext use user
values varying view waitfor when where while with within writetext
"""
RESERVED = frozenset(_RESERVED.split())


class UnreadableError(ValueError):
    """SQL Server would refuse it as bad syntax, or nobody taught this reader what it means."""


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a statement, with where it begins and ends in the text."""

    kind: str
    text: str
    begin: int
    end: int

    @property
    def word(self) -> str:
        """The bare word or mark in capitals; empty for names in brackets, strings and numbers."""
        return self.text.upper() if self.kind in {"word", "mark"} else ""


def tokens(sql: str) -> list[Token]:
    """Every token of `sql`. Raises UnreadableError at the first sign that T-SQL does not know."""
    found: list[Token] = []
    place, end = 0, len(sql.rstrip())
    while place < end:
        match = _TOKEN.match(sql, place)
        if match is None:
            raise UnreadableError(f"Bad syntax near {sql[place : place + 30].strip()!r}.")
        kind = match.lastgroup or ""
        text = match.group(kind)
        if kind in {"bracketed", "quoted"}:
            text, kind = text.replace("]]", "]") if kind == "bracketed" else text.replace('""', '"'), "name"
        begin = match.end() - len(match.group().lstrip())
        found.append(Token(kind, text, begin, match.end()))
        place = match.end()
    return found
