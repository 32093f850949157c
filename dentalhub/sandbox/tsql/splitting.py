"""Finds the statements of a batch (*pure*)."""

from typing import Final

from dentalhub.sandbox.errors import SqlError, not_supported, syntax_error
from dentalhub.sandbox.sql_types import parse_type
from dentalhub.sandbox.tsql.lexer import Kind, Token, tokenize, unquote_name, unquote_text
from dentalhub.sandbox.tsql.statements import (
    Assign,
    Declare,
    Denied,
    Execute,
    Print,
    Query,
    SetOption,
    Statement,
    Transaction,
    TransactionStep,
    Use,
    WaitFor,
)

_WRITES: Final = frozenset(
    [
        "INSERT",
        "UPDATE",
        "DELETE",
        "MERGE",
        "CREATE",
        "DROP",
        "ALTER",
        "TRUNCATE",
        "GRANT",
        "REVOKE",
        "DENY",
        "BULK",
        "BACKUP",
        "RESTORE",
        "KILL",
        "SHUTDOWN",
        "DBCC",
    ]
)
_STARTS: Final = _WRITES | frozenset(
    [
        "SELECT",
        "WITH",
        "SET",
        "DECLARE",
        "USE",
        "WAITFOR",
        "BEGIN",
        "COMMIT",
        "ROLLBACK",
        "PRINT",
        "EXEC",
        "EXECUTE",
        "IF",
    ]
)
_JOINS_SELECT: Final = frozenset(["UNION", "ALL", "EXCEPT", "INTERSECT"])
_OPTIONS: Final = frozenset(
    [
        "NOCOUNT",
        "LOCK_TIMEOUT",
        "DEADLOCK_PRIORITY",
        "TRANSACTION",
        "ANSI_NULLS",
        "ANSI_PADDING",
        "ANSI_WARNINGS",
        "ARITHABORT",
        "CONCAT_NULL_YIELDS_NULL",
        "QUOTED_IDENTIFIER",
        "NUMERIC_ROUNDABORT",
        "DATEFORMAT",
        "DATEFIRST",
        "LANGUAGE",
        "TEXTSIZE",
        "IMPLICIT_TRANSACTIONS",
        "XACT_ABORT",
        "ANSI_DEFAULTS",
        "ANSI_NULL_DFLT_ON",
        "CURSOR_CLOSE_ON_COMMIT",
    ]
)
_ONLY_IF_OPEN: Final = ["IF", "@@TRANCOUNT", ">", "0"]


def split_batch(text: str) -> list[Statement]:
    """The statements of a batch in order; raises SqlError 102 for one that is not understood."""
    statements: list[Statement] = []
    guarded = False
    for part in _parts(tokenize(text)):
        if [token.word or token.text for token in part] == _ONLY_IF_OPEN:
            guarded = True
            continue
        for statement in _read(text, part, is_first=not statements):
            if guarded and not isinstance(statement, Transaction):
                raise not_supported("IF")
            step = statement
            if guarded and isinstance(statement, Transaction):
                step = Transaction(statement.step, only_if_open=True)
            statements.append(step)
        guarded = False
    return statements


def _parts(tokens: list[Token]) -> list[list[Token]]:
    """Cut at semicolons and before words that begin a statement, as T-SQL needs no semicolon."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += {"(": 1, ")": -1}.get(token.word, 0)
        if token.word == ";" and depth == 0:
            parts.append([])
            continue
        if depth == 0 and token.word in _STARTS and parts[-1] and _begins(token, parts[-1]):
            parts.append([])
        parts[-1].append(token)
    return [part for part in parts if part]


def _begins(token: Token, part: list[Token]) -> bool:
    """Whether a starting word behind ``part`` really starts a statement."""
    first = part[0].word
    if first in _WRITES or token.word == "WITH" or part[-1].word == ".":
        return False
    if first in {"BEGIN", "EXEC", "EXECUTE"} and len(part) == 1:
        return False
    if token.word == "SELECT":
        after_cte = first == "WITH" and not any(t.word == "SELECT" for t in _outside_parentheses(part))
        return part[-1].word not in _JOINS_SELECT and not after_cte
    return True


def _outside_parentheses(part: list[Token]) -> list[Token]:
    depth, outside = 0, []
    for token in part:
        depth += {"(": 1, ")": -1}.get(token.word, 0)
        if depth == 0:
            outside.append(token)
    return outside


def _read(text: str, part: list[Token], *, is_first: bool) -> list[Statement]:
    first = part[0].word
    source = text[part[0].start : part[-1].end]
    if first in {"SELECT", "WITH"}:
        _refuse_foreign(part)
        return [Query(source)]
    if first == "SET":
        return [_read_set(text, part)]
    if first == "DECLARE":
        return list(read_declarations(text, part[1:]))
    if first == "USE" and len(part) == 2:
        return [Use(unquote_name(part[1]))]
    if first in {"BEGIN", "COMMIT", "ROLLBACK"}:
        return [_read_transaction(part)]
    if first in _WRITES:
        return [_read_denied(part)]
    if first == "WAITFOR":
        return [_read_waitfor(part)]
    if first == "PRINT" and len(part) == 2 and part[1].kind is Kind.TEXT:
        return [Print(unquote_text(part[1].text))]
    if first in {"EXEC", "EXECUTE"}:
        return [_read_execute(part[1:])]
    if is_first and part[0].text.lower().startswith("sp_"):
        return [_read_execute(part)]
    raise syntax_error(part[0].text)


def _refuse_foreign(part: list[Token]) -> None:
    """Refuse what the parser takes but SQL Server does not, such as LIMIT."""
    for token in part:
        if token.kind is Kind.WORD and token.word in {"LIMIT", "ILIKE", "QUALIFY", "USING", "NATURAL", "REGEXP"}:
            raise syntax_error(token.text)
        if token.word in {"?", "{", "}", ":"}:
            raise syntax_error(token.text)


def _read_set(text: str, part: list[Token]) -> Statement:
    if len(part) < 3:
        raise syntax_error(part[-1].text)
    if part[1].kind is Kind.VARIABLE:
        if part[2].word != "=" or len(part) < 4:
            raise syntax_error(part[2].text)
        return Assign(part[1].text.lower(), text[part[3].start : part[-1].end])
    words = tuple((token.word or token.text).strip("'") for token in part[1:] if token.word != ",")
    if words[0] not in _OPTIONS:
        raise SqlError(195, f"'{words[0]}' is not a recognized SET option.", severity=15, state=5)
    return SetOption(words)


def read_declarations(text: str, tokens: list[Token]) -> list[Declare]:
    """``@a int, @b nvarchar(10) = N'x'``; raises SqlError 102."""
    variables: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += {"(": 1, ")": -1}.get(token.word, 0)
        if token.word == "," and depth == 0:
            variables.append([])
        else:
            variables[-1].append(token)
    return [_read_variable(text, variable) for variable in variables]


def _read_variable(text: str, tokens: list[Token]) -> Declare:
    if len(tokens) < 2 or tokens[0].kind is not Kind.VARIABLE:
        raise syntax_error(tokens[0].text if tokens else "DECLARE")
    equals = next((i for i, token in enumerate(tokens) if token.word == "="), len(tokens))
    declared = [token for token in tokens[1:equals] if token.word != "AS"]
    if not declared:
        raise syntax_error(tokens[0].text)
    sql_type = parse_type(text[declared[0].start : declared[-1].end].strip("[]"))
    if sql_type is None:
        raise not_supported(f"the type {declared[0].text}")
    has_value = equals + 1 < len(tokens)
    initial = text[tokens[equals + 1].start : tokens[-1].end] if has_value else None
    return Declare(tokens[0].text.lower(), sql_type, initial)


def _read_transaction(part: list[Token]) -> Transaction:
    words = [token.word for token in part]
    if len(words) > 1 and words[1] not in {"TRAN", "TRANSACTION", "WORK"}:
        raise not_supported(" ".join(words[:2]))
    return Transaction(TransactionStep[words[0]])


def _read_denied(part: list[Token]) -> Denied:
    skipped = {"INTO", "FROM", "TABLE", "VIEW", "INDEX", "SCHEMA", "DATABASE", "PROCEDURE", "ON", "TOP"}
    parts: list[str] = []
    for token in part[1:]:
        is_name = token.kind in {Kind.WORD, Kind.QUOTED_NAME} and token.word not in skipped
        if is_name and (not parts or parts[-1] == "."):
            parts.append(unquote_name(token))
        elif token.word == "." and parts:
            parts.append(".")
        elif parts:
            break
    return Denied(part[0].word, tuple(name for name in parts if name != "."))


def _read_waitfor(part: list[Token]) -> WaitFor:
    if len(part) != 3 or part[1].word != "DELAY" or part[2].kind is not Kind.TEXT:
        raise syntax_error(part[-1].text)
    try:
        hours, minutes, seconds = (unquote_text(part[2].text) + ":0:0").split(":")[:3]
        return WaitFor(int(hours) * 3600 + int(minutes) * 60 + float(seconds))
    except ValueError:
        raise SqlError(148, f"Incorrect time syntax in time string {part[2].text}.", severity=15) from None


def _read_execute(part: list[Token]) -> Execute:
    names = []
    at = 0
    while at < len(part) and (part[at].word == "." or part[at].kind in {Kind.WORD, Kind.QUOTED_NAME}):
        names.append(unquote_name(part[at]))
        at += 1
    arguments = tuple(
        unquote_text(token.text) if token.kind is Kind.TEXT else token.text for token in part[at:] if token.word != ","
    )
    if not names:
        raise syntax_error(part[0].text if part else "EXEC")
    return Execute(names[-1].lower(), arguments)
