"""Queries and changes of rows that migrations send, held against T-SQL and the tables that are there. *Pure*."""

import re

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, TokenError

from tests.sql_server.meaning import check_meaning
from tests.sql_server.schema import Schema
from tests.sql_server.tables import RefusedError
from tests.sql_server.tokens import UnreadableError, tokens

MOST_PARAMETERS = 2100
_NOCOUNT = re.compile(r"SET NOCOUNT (ON|OFF);? ")
# mssql-django's way to have the same parameter in SELECT and GROUP BY.
_VARIABLES = re.compile(r"DECLARE @var\d+ [\w()]+ = \? (?:,@var\d+ [\w()]+ = \? )*\s*\n")
_NUMBER = re.compile(r";\s*SELECT CAST\(SCOPE_IDENTITY\(\) AS bigint\)$")
# What sqlglot reads although T-SQL has no such word.
_FOREIGN = {"LIMIT", "ILIKE", "RETURNING", "SIMILAR", "GLOB", "REGEXP", "RLIKE", "BOOLEAN"}


def check_query(sql: str, schema: Schema | None, parameters: int = 0) -> None:
    """Raises UnreadableError for what is no T-SQL, RefusedError for unknown names and too many parameters.

    Without a schema no name is looked up.
    """
    if parameters > MOST_PARAMETERS:
        raise RefusedError(8003, f"{parameters} parameters, more than {MOST_PARAMETERS}.")
    text = _NUMBER.sub("", _NOCOUNT.sub("", _VARIABLES.sub("", sql, count=1), count=1)).replace("?", "0")
    for token in tokens(text):
        if token.word in _FOREIGN:
            raise UnreadableError(f"102: {token.text!r} is no T-SQL.")
    try:
        parsed = sqlglot.parse(text, dialect="tsql")
    except (ParseError, TokenError) as error:
        raise UnreadableError(str(error)) from None
    for statement in parsed:
        if isinstance(statement, exp.Command) or statement is None:
            raise UnreadableError(f"Bad syntax in {text[:60]!r}.")
        check_meaning(statement)
        if schema is not None:
            check_names(statement, schema)


def check_names(statement: exp.Expr, schema: Schema, pseudo: dict[str, str] | None = None) -> None:
    """Raises RefusedError for a table, or a column behind its name, that is not there; `pseudo` names tables anew."""
    aliases: dict[str, str] = {}
    for table in statement.find_all(exp.Table):
        name = (pseudo or {}).get(table.name.lower(), table.name)
        aliases[table.alias_or_name.lower()] = schema.table(name).name
    for column in statement.find_all(exp.Column):
        if (known := aliases.get(column.table.lower())) is None:
            continue
        if column.name.lower() not in schema.table(known).columns:
            raise RefusedError(207, f"{known} has no column {column.name}.")
