"""The body of a trigger: as much of T-SQL's control of flow as ours use. *Pure*."""

import sqlglot
from sqlglot import exp

from tests.sql_server.predicates import condition
from tests.sql_server.queries import check_names
from tests.sql_server.schema import Schema
from tests.sql_server.statements import CreateTrigger
from tests.sql_server.tokens import Token, UnreadableError, tokens

# Below it are SQL Server's own errors.
LEAST_ERROR = 50_000


def check_trigger(made: CreateTrigger, schema: Schema) -> list[int]:
    """The numbers of the errors that it may throw. Raises UnreadableError, and RefusedError for unknown names."""
    return _Body(made, schema).errors()


class _Body:
    def __init__(self, made: CreateTrigger, schema: Schema) -> None:
        self.trigger, self.schema = made, schema
        self.tokens = tokens(made.body)
        self.place = 0
        self.found: list[int] = []

    def errors(self) -> list[int]:
        self._block()
        if self.place < len(self.tokens):
            raise self._fail()
        return self.found

    def _take(self) -> Token:
        if self.place == len(self.tokens):
            raise UnreadableError(f"{self.trigger.name} ends too early.")
        self.place += 1
        return self.tokens[self.place - 1]

    def _next(self) -> str:
        return self.tokens[self.place].word if self.place < len(self.tokens) else ""

    def _need(self, *words: str) -> None:
        for word in words:
            if self._take().word != word:
                self.place -= 1
                raise self._fail()

    def _fail(self) -> UnreadableError:
        begin = self.tokens[self.place].begin if self.place < len(self.tokens) else 0
        return UnreadableError(f"{self.trigger.name}: bad syntax near {self.trigger.body[begin : begin + 40]!r}.")

    def _block(self) -> None:
        self._need("BEGIN")
        while self._next() != "END":
            self._statement()
        self._need("END")

    def _statement(self) -> None:
        word = self._take().word
        if word == "SET":
            self._need("NOCOUNT", "ON", ";")
        elif word == "RETURN":
            self._need(";")
        elif word == "IF":
            self._condition()
            self._block()
        elif word == "THROW":
            number, _comma, text, _second, state = (self._take() for _ in range(5))
            if (number.kind, text.kind, state.kind) != ("number", "string", "number") or int(number.text) < LEAST_ERROR:
                self.place -= 5
                raise self._fail()
            self.found.append(int(number.text))
            self._need(";")
        else:
            self.place -= 1
            raise self._fail()

    def _condition(self) -> None:
        begin = self.tokens[self.place].begin
        while self._next() != "BEGIN":
            end = self._take().end
        text = self.trigger.body[begin:end]
        condition(text)
        # The two tables that hold the rows before and after have the columns of the trigger's own.
        pseudo = {"inserted": self.trigger.table, "deleted": self.trigger.table}
        statement = sqlglot.parse_one(f"SELECT 1 WHERE {text}", dialect="tsql")
        if any(isinstance(part, exp.Command) for part in statement.walk()):
            raise self._fail()
        check_names(statement, self.schema, pseudo)
