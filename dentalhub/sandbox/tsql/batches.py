"""A whole batch, translated (*pure* but for its cache)."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from dentalhub.sandbox.errors import SqlError, syntax_error
from dentalhub.sandbox.sql_types import SqlType
from dentalhub.sandbox.tsql.catalog import Catalog, CompiledQuery
from dentalhub.sandbox.tsql.lexer import Kind, tokenize
from dentalhub.sandbox.tsql.queries import QueryCompiler
from dentalhub.sandbox.tsql.splitting import read_declarations, split_batch
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
    Use,
    WaitFor,
)

_CACHED: Final = 4096
_BATCH_ABORTING_SEVERITY: Final = 15
Signature = tuple[tuple[str, SqlType], ...]


@dataclass(frozen=True, slots=True)
class SetVariable:
    """Give a variable a value: the one row and column of ``query``, or NULL without one."""

    name: str
    type: SqlType
    query: CompiledQuery | None
    counts_row: bool


@dataclass(frozen=True, slots=True)
class Fail:
    """A statement whose names do not exist: the batch ends there, as SQL Server's deferred name resolution has it."""

    error: SqlError


Step = SetVariable | CompiledQuery | Fail | SetOption | Use | WaitFor | Transaction | Denied | Execute | Print


def compile_batch(text: str, signature: Signature, catalog: Catalog) -> tuple[Step, ...]:
    """Translate a batch; a syntax error anywhere raises SqlError before anything runs."""
    variables = dict(signature)
    steps: list[Step] = []
    for statement in split_batch(text):
        try:
            steps.append(_compile(statement, variables, catalog))
        except SqlError as error:
            if error.severity <= _BATCH_ABORTING_SEVERITY:
                raise
            steps.append(Fail(error))
    return tuple(steps)


def _compile(statement: Statement, variables: dict[str, SqlType], catalog: Catalog) -> Step:
    match statement:
        case Query(text):
            return QueryCompiler(catalog, variables).query(text)
        case Declare(name, sql_type, initial):
            if name in variables:
                text = f"The variable name '{name}' has already been declared."
                raise SqlError(134, text, severity=15)
            query = QueryCompiler(catalog, dict(variables)).expression(initial, sql_type) if initial else None
            variables[name] = sql_type
            return SetVariable(name, sql_type, query, counts_row=False)
        case Assign(name, expression):
            compiler = QueryCompiler(catalog, variables)
            sql_type = compiler.declared(name)
            return SetVariable(name, sql_type, compiler.expression(expression, sql_type), counts_row=True)
        case _:
            return statement


def read_signature(declarations: str) -> Signature:
    """``@P1 int,@P2 nvarchar(16)`` as names in lower case with types; raises SqlError 102."""
    if not declarations.strip():
        return ()
    tokens = tokenize(declarations)
    if any(token.kind is Kind.WORD and token.word in {"OUTPUT", "OUT"} for token in tokens):
        raise syntax_error("OUTPUT")
    return tuple((one.name, one.type) for one in read_declarations(declarations, tokens))


class BatchCache:
    """Translations by text, parameter types and current database; the least recently used ones go."""

    def __init__(self) -> None:
        self._steps: OrderedDict[tuple[str, Signature, str], tuple[Step, ...]] = OrderedDict()

    def compiled(self, text: str, signature: Signature, catalog: Catalog) -> tuple[Step, ...]:
        """As ``compile_batch``. Failures are not kept: what is missing now may be there later."""
        key = (text, signature, catalog.current)
        steps = self._steps.get(key)
        if steps is not None:
            self._steps.move_to_end(key)
            return steps
        steps = compile_batch(text, signature, catalog)
        if not any(isinstance(step, Fail) for step in steps):
            self._steps[key] = steps
            if len(self._steps) > _CACHED:
                self._steps.popitem(last=False)
        return steps

    def clear(self) -> None:
        """Forget everything, for when databases appear or vanish."""
        self._steps.clear()
