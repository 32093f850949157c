"""Goes through a statement token by token: names, lists of names, types and literals. *Pure*."""

from tests.sql_server.statements import MAX, Type
from tests.sql_server.tokens import RESERVED, Token, UnreadableError, tokens

SIZED = {"nvarchar": 4000, "varchar": 8000, "nchar": 4000, "char": 8000, "varbinary": 8000, "binary": 8000}
_WITH_MAX = {"nvarchar", "varchar", "varbinary"}
_PLAIN = "bigint int smallint tinyint bit date time datetime datetime2 datetimeoffset float real uniqueidentifier xml"
PLAIN = frozenset(_PLAIN.split())
_NUMERIC = {"numeric", "decimal"}


class Cursor:
    """Where a reader stands in a statement."""

    def __init__(self, sql: str) -> None:
        self.sql = sql
        self.tokens = tokens(sql)
        self.place = 0

    @property
    def here(self) -> Token:
        """The token that comes next; of the kind "end" behind the last one."""
        return self.tokens[self.place] if self.place < len(self.tokens) else Token("end", "", len(self.sql), 0)

    def fail(self) -> UnreadableError:
        """The error to raise for what comes next."""
        return UnreadableError(f"Bad syntax near {self.sql[self.here.begin : self.here.begin + 40].strip()!r}.")

    def take(self) -> Token:
        """The next token, whatever it is."""
        token = self.here
        self.place += 1
        return token

    def has(self, *words: str) -> bool:
        """Whether these words come next; if so they are taken."""
        if [token.word for token in self.tokens[self.place : self.place + len(words)]] != list(words):
            return False
        self.place += len(words)
        return True

    def need(self, *words: str) -> None:
        """Take these words. Raises UnreadableError where others come."""
        if not self.has(*words):
            raise self.fail()

    def name(self) -> str:
        """A name: anything in brackets, else a word that is not reserved."""
        token = self.here
        if token.kind != "name" and (token.kind != "word" or token.text.lower() in RESERVED or token.text[0] in "@#"):
            raise self.fail()
        if len(token.text) > 128:
            raise UnreadableError(f"103: The name {token.text!r} is longer than 128.")
        self.place += 1
        return token.text

    def names(self) -> tuple[str, ...]:
        """A list of names in parentheses, each perhaps with ASC or DESC."""
        self.need("(")
        found = []
        while True:
            found.append(self.name())
            if not self.has("ASC"):
                self.has("DESC")
            if not self.has(","):
                break
        self.need(")")
        return tuple(found)

    def parenthesized(self) -> str:
        """The text within the parentheses that begin here."""
        self.need("(")
        begin, depth = self.here.begin, 1
        while depth:
            token = self.take()
            if token.kind == "end":
                raise self.fail()
            depth += {"(": 1, ")": -1}.get(token.word, 0)
        return self.sql[begin : token.begin].strip()

    def type(self) -> Type:
        """A type with its size. Raises UnreadableError for one that SQL Server lacks."""
        token = self.take()
        name = token.text.lower() if token.kind == "word" else ""
        if name in PLAIN:
            return Type(name)
        if name in _NUMERIC:
            self.parenthesized()
            return Type(name)
        if name == "double" and self.has("PRECISION"):
            return Type("float")
        if name not in SIZED:
            raise UnreadableError(f"2715: {token.text!r} is no type.")
        text = self.parenthesized().lower()
        if text == "max" and name in _WITH_MAX:
            return Type(name, MAX)
        if not text.isdigit() or not 1 <= int(text) <= SIZED[name]:
            raise UnreadableError(f"131: {name}({text}) is larger than SQL Server allows.")
        return Type(name, int(text))

    def value(self) -> None:
        """A literal, perhaps in parentheses."""
        if self.here.word == "(":
            self.parenthesized()
        elif self.has("NULL"):
            pass
        elif self.here.kind in {"string", "number"} or self.has("-"):
            self.take()
        else:
            raise self.fail()
