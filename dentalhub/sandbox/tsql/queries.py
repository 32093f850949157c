"""One SELECT of T-SQL, whole, in SQLite's words (*pure*).

Tables get the names t0, t1 ... and columns of nested queries c0, c1 ..., so no name of a practice can collide or be
read in SQLite's way; result names travel beside the SQL.
"""

from dataclasses import dataclass, field
from typing import Any, Final

from sqlglot import exp

from dentalhub.sandbox.errors import SqlError, not_supported, syntax_error, undeclared_variable
from dentalhub.sandbox.sql_types import SqlType
from dentalhub.sandbox.tsql.catalog import Catalog, CompiledQuery, ResultColumn, SourceTable
from dentalhub.sandbox.tsql.dialect import parse_expression, parse_query, require_only
from dentalhub.sandbox.tsql.expressions import Expressions
from dentalhub.sandbox.tsql.grouping import is_grouped
from dentalhub.sandbox.tsql.scope import Scope
from dentalhub.sandbox.tsql.select_shape import Select, assigned, output_position, top_one
from dentalhub.sandbox.tsql.sources import Sources
from dentalhub.sandbox.tsql.terms import Term, common_type, convert, sort_key

_UNTYPED: Final = SqlType("int")
_SETS: Final[dict[type[exp.Expression], str]] = {
    exp.Union: "UNION",
    exp.Except: "EXCEPT",
    exp.Intersect: "INTERSECT",
}
_ALLOWED_OPTIONS: Final = frozenset({"RECOMPILE", "MAXDOP"})


@dataclass(slots=True)
class QueryCompiler:
    """Compiles one statement; collects on the way which variables and which database it reads."""

    catalog: Catalog
    variables: dict[str, SqlType]
    used_variables: list[str] = field(default_factory=list)
    database: str | None = None
    reads_practice_tables: bool = False
    expressions: Expressions = field(init=False)
    ctes: dict[str, tuple[str, Select]] = field(default_factory=dict)
    _sources: Sources = field(init=False)

    def __post_init__(self) -> None:
        self.expressions = Expressions(self)
        self._sources = Sources(self)

    # -- whole statements

    def query(self, text: str) -> CompiledQuery:
        """A SELECT statement; raises SqlError."""
        node = parse_query(text)
        assigns = assigned(node)
        if assigns:
            return self._assigning(node, assigns)
        return self._finish(self.select(node, None, is_outermost=True), node)

    def declared(self, name: str) -> SqlType:
        """The type of a variable; raises SqlError 137."""
        if name not in self.variables:
            raise undeclared_variable(name)
        return self.variables[name]

    def expression(self, text: str, target: SqlType) -> CompiledQuery:
        """A scalar expression as ``target``; raises SqlError."""
        term = convert(self.expressions.scalar(parse_expression(text), Scope()), target)
        return self._result(f"SELECT {term.sql}", ("",), (term,))

    def _assigning(self, node: exp.Query, assigns: list[tuple[str, Any]]) -> CompiledQuery:
        targets = [self.declared(name) for name, _value in assigns]
        plain = node.copy()
        plain.set("expressions", [value.copy() for _name, value in assigns])
        select = self.select(plain, None, is_outermost=True)
        terms = tuple(
            convert(Term(f"c{i}", term.type), target)
            for i, (term, target) in enumerate(zip(select.terms, targets, strict=True))
        )
        sql = f"SELECT {', '.join(term.sql for term in terms)} FROM ({select.sql})"
        names = tuple(name for name, _value in assigns)
        return self._result(self._with(plain) + sql, ("",) * len(terms), terms, names)

    def _finish(self, select: Select, node: exp.Query) -> CompiledQuery:
        return self._result(self._with(node) + select.sql, select.names, select.terms)

    def _with(self, node: exp.Query) -> str:
        if not node.args.get("with_"):
            return ""
        return "WITH " + ", ".join(f"{name} AS ({cte.sql})" for name, cte in self.ctes.values()) + " "

    def _result(
        self, sql: str, names: tuple[str, ...], terms: tuple[Term, ...], assigns: tuple[str, ...] = ()
    ) -> CompiledQuery:
        columns = tuple(ResultColumn(name, term.type or _UNTYPED) for name, term in zip(names, terms, strict=True))
        used = tuple(self.used_variables)
        return CompiledQuery(sql, columns, used, self.database, self.reads_practice_tables, assigns)

    # -- nested queries

    def subquery(self, node: exp.Expression, outer: Scope) -> tuple[str, list[Term], bool]:
        """A nested SELECT: SQL with columns c0, c1 ..., their terms, whether it gives one row at most."""
        inner = node
        while isinstance(inner, exp.Subquery):
            require_only(inner, "this", "alias")
            inner = inner.this
        if not isinstance(inner, exp.Query):
            raise syntax_error("(")
        if inner.args.get("with_"):
            raise syntax_error("WITH")
        select = self.select(inner, outer, is_outermost=False)
        return select.sql, list(select.terms), select.at_most_one

    def select(self, node: exp.Query, outer: Scope | None, *, is_outermost: bool) -> Select:
        """One SELECT or set operation with its nested queries."""
        if is_outermost and node.args.get("with_"):
            self._collect_ctes(node.args["with_"])
        if isinstance(node, exp.Subquery):
            sql, terms, _one = self.subquery(node, outer or Scope())
            return Select(sql, ("",) * len(terms), tuple(terms))
        if isinstance(node, exp.SetOperation):
            return self._set_operation(node, outer)
        if isinstance(node, exp.Select):
            return self._single(node, outer, is_outermost=is_outermost)
        raise not_supported(type(node).__name__)

    def _collect_ctes(self, node: exp.With) -> None:
        require_only(node, "expressions")
        for cte in node.expressions:
            require_only(cte, "this", "alias")
            select = self.select(cte.this, None, is_outermost=False)
            names = tuple(column.name for column in cte.args["alias"].args.get("columns") or ())
            if names and len(names) != len(select.names):
                raise SqlError(8158, f"'{cte.alias}' has more columns than were specified in the column list.")
            named = Select(select.sql, names or select.names, select.terms)
            self.ctes[cte.alias.lower()] = (f"q{len(self.ctes)}", named)

    def _set_operation(self, node: exp.SetOperation, outer: Scope | None) -> Select:
        require_only(node, "this", "expression", "distinct", "order", "with_", "limit", "offset", "options")
        left = self.select(node.this, outer, is_outermost=False)
        right = self.select(node.expression, outer, is_outermost=False)
        if len(left.terms) != len(right.terms):
            raise SqlError(
                205,
                "All queries combined using a UNION, INTERSECT or EXCEPT operator must have an equal number "
                "of expressions in their target lists.",
            )
        word = _SETS[type(node)] + ("" if node.args.get("distinct") else " ALL")
        if word.endswith(" ALL") and not isinstance(node, exp.Union):
            raise syntax_error("ALL")
        pairs = list(zip(left.terms, right.terms, strict=True))
        types = [common_type(list(pair)) for pair in pairs]
        sides = []
        for side in (left, right):
            items = [
                f"{sort_key(convert(Term(f'c{i}', term.type), kind or _UNTYPED))} AS c{i}"
                for i, (term, kind) in enumerate(zip(side.terms, types, strict=True))
            ]
            sides.append(f"SELECT {', '.join(items)} FROM ({side.sql})")
        terms = tuple(Term(f"c{i}", kind) for i, kind in enumerate(types))
        sql = f" {word} ".join(sides)
        if node.args.get("order"):
            sql = f"SELECT * FROM ({sql}) ORDER BY {self._set_order(node, left.names, terms)}"
        return Select(sql + self._paging(node, Scope()), left.names, terms)

    def _set_order(self, node: exp.SetOperation, names: tuple[str, ...], terms: tuple[Term, ...]) -> str:
        keys = []
        for item in node.args["order"].expressions:
            at = output_position(item.this, names)
            if at is None:
                raise SqlError(104, "ORDER BY items must appear in the select list if the statement contains UNION.")
            keys.append(sort_key(Term(f"c{at}", terms[at].type)) + (" DESC" if item.args.get("desc") else ""))
        return ", ".join(keys)

    # -- one SELECT

    def _single(self, node: exp.Select, outer: Scope | None, *, is_outermost: bool) -> Select:
        require_only(
            node, "expressions", "distinct", "from_", "joins", "where", "group", "having", "order", "limit",
            "offset", "with_", "options", "kind",
        )  # fmt: skip
        for option in node.args.get("options") or ():
            if option.name.upper() not in _ALLOWED_OPTIONS:
                raise not_supported("this OPTION")
        if node.args.get("order") and not is_outermost and not (node.args.get("limit") or node.args.get("offset")):
            raise SqlError(
                1033, "The ORDER BY clause is invalid in views, derived tables and subqueries, unless TOP is given."
            )
        scope = Scope(parent=outer)
        source = self._sources.from_clause(node, scope)
        tail = self._where(node, scope) + self._group(node, scope)
        names, terms = self._projections(node, scope)
        if node.args.get("having"):
            tail += f" HAVING {self.expressions.predicates.predicate(node.args['having'].this, scope)}"
        distinct = "DISTINCT " if node.args.get("distinct") else ""
        if distinct:
            require_only(node.args["distinct"])  # DISTINCT ON is not T-SQL
        items = ", ".join(f"{sort_key(term) if distinct else term.sql} AS c{i}" for i, term in enumerate(terms))
        order = self._order(node, scope, names, terms)
        paging = self._paging(node, scope)
        sql = f"SELECT {distinct}{items}{source}{tail}{order}{paging}"
        if paging and not is_outermost:
            sql = f"SELECT * FROM ({sql})"
        one = (scope.is_grouped and not node.args.get("group")) or (not node.args.get("from_") and not outer)
        return Select(sql, names, terms, at_most_one=one or top_one(node))

    def note(self, table: SourceTable) -> None:
        """Take down that a table is read; raises SqlError 102 for one of a second database."""
        if self.database is not None and self.database != table.database:
            raise not_supported("a query over two databases")
        self.database = table.database
        self.reads_practice_tables = self.reads_practice_tables or not table.is_system

    def _where(self, node: exp.Select, scope: Scope) -> str:
        where = node.args.get("where")
        if where is None:
            return ""
        return f" WHERE {self.expressions.predicates.predicate(where.this, scope)}"

    def _group(self, node: exp.Select, scope: Scope) -> str:
        group = node.args.get("group")
        keys: list[Term] = []
        if group is not None:
            require_only(group, "expressions")
            keys = [self.expressions.scalar(one, scope) for one in group.expressions]
            if any(key.is_constant for key in keys):
                raise SqlError(164, "Each GROUP BY expression must contain at least one column.", severity=15)
        # From here on the select list is read, where only grouped columns may stand bare.
        scope.is_grouped = is_grouped(node)
        scope.group_columns = frozenset(key.sql for key in keys)
        scope.group_expressions = frozenset(group.expressions) if group is not None else frozenset()
        return f" GROUP BY {', '.join(sort_key(key) for key in keys)}" if keys else ""

    def _projections(self, node: exp.Select, scope: Scope) -> tuple[tuple[str, ...], tuple[Term, ...]]:
        named: list[tuple[str, Term]] = []
        for item in node.expressions:
            if isinstance(item, exp.Star) or (isinstance(item, exp.Column) and isinstance(item.this, exp.Star)):
                named += self._star(item, scope)
            elif isinstance(item, exp.Alias):
                named.append((item.alias, self.expressions.scalar(item.this, scope)))
            else:
                name = item.name if isinstance(item, exp.Column) else ""
                term = self.expressions.scalar(item, scope)
                named.append((self._as_stored(scope, item, name), term))
        return tuple(name for name, _ in named), tuple(term for _, term in named)

    def _as_stored(self, scope: Scope, item: Any, written: str) -> str:
        """SQL Server names a column as the table does, not as the query spells it."""
        if not written:
            return ""
        qualifier = item.table.lower()
        for table in scope.tables:
            if (not qualifier or table.alias == qualifier) and written.lower() in table.columns:
                return table.columns[written.lower()][0]
        return written

    def _star(self, item: Any, scope: Scope) -> list[tuple[str, Term]]:
        require_only(item, "this", "table")
        qualifier = item.table.lower() if isinstance(item, exp.Column) else ""
        tables = [table for table in scope.tables if not qualifier or table.alias == qualifier]
        if not tables:
            raise SqlError(107, f"The column prefix '{qualifier}' does not match with a table name or alias name.")
        return [(name, scope.column(table.alias, name)) for table in tables for name, _term in table.columns.values()]

    def _order(self, node: exp.Select, scope: Scope, names: tuple[str, ...], terms: tuple[Term, ...]) -> str:
        if not node.args.get("order"):
            return ""
        keys = []
        for item in node.args["order"].expressions:
            at = output_position(item.this, names)
            if at is not None:
                # By number: a constant behind an alias would be read as a number itself.
                term = Term(str(at + 1), terms[at].type, terms[at].is_plain)
            else:
                term = self.expressions.scalar(item.this, scope)
            if at is None and node.args.get("distinct") and term.sql not in {one.sql for one in terms}:
                raise SqlError(145, "ORDER BY items must appear in the select list if SELECT DISTINCT is specified.")
            keys.append(sort_key(term) + (" DESC" if item.args.get("desc") else ""))
        return f" ORDER BY {', '.join(keys)}"

    def _paging(self, node: exp.Query, scope: Scope) -> str:
        limit, offset = node.args.get("limit"), node.args.get("offset")
        if limit is None and offset is None:
            return ""
        if offset is not None and not node.args.get("order"):
            raise syntax_error("OFFSET")
        count = "-1"
        if limit is not None:
            options = limit.args.get("limit_options")
            if options is not None and (options.args.get("percent") or options.args.get("with_ties")):
                raise not_supported("TOP with PERCENT or WITH TIES")
            amount = limit.args.get("count") if isinstance(limit, exp.Fetch) else limit.expression
            term = convert(self.expressions.scalar(amount, scope), SqlType("bigint"))
            count = f"max({term.sql}, 0)"
        sql = f" LIMIT {count}"
        if offset is not None:
            sql += f" OFFSET {self.expressions.scalar(offset.expression, scope).sql}"
        return sql
