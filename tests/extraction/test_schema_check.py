"""What the reader makes of the columns that a source says it has now."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from centers.connection import ResultSet
from centers.exceptions import SourceError, SourceErrorKind
from centers.phase_times import PhaseTimes
from centers.source_errors import source_error
from extraction.adapters import ivoris
from extraction.adapters.base import Source
from extraction.adapters.ivoris import IvorisAdapter
from extraction.query import END_MARKER
from extraction.schema_check import ColumnRow, broken, read_columns, schema_error
from mappings.document import FieldMapping, MappingDocument, TableMapping
from tests.extraction.builders import DATABASE, FRIDAY, SERVER, catalog, document

Rows = list[ColumnRow]
PATIENT = TableMapping("PATIENT", "ck", "PATIENT_1", (FieldMapping("ID", "ID_S"),))


def rows() -> Rows:
    """The source as it was approved."""
    return read_columns(document(), catalog())


def changes(now: Rows) -> list[tuple[str, str]]:
    return [(change.field, change.kind.value) for change in broken(document(), catalog(), now)]


def without(*names: str) -> Rows:
    return [row for row in rows() if not {row[1], row[2]} & set(names)]


def with_type(table: str, column: str, data_type: str, length: int | None = None) -> Rows:
    changed = [(*row[:3], data_type, length) if (row[1], row[2]) == (table, column) else row for row in rows()]
    assert changed != rows()
    return changed


@pytest.mark.parametrize(
    ("now", "found"),
    [
        (rows(), []),
        ([*rows(), ("ck", "KARTEI_MN", "NEU", "int", None), ("ck", "LABOR", "DATUM_S", "date", None)], []),
        (rows()[::-1], []),
        (with_type("KARTEI_MN", "ID_S", "bigint"), []),
        (with_type("KASSEN_7", "DELKZ_S", "bit"), []),
        (without("DATUM_S"), [("KARTEI.DATUM", "gone"), ("LEISTUNG.DATUM", "gone")]),
        (without("KARTEI_MN"), [("KARTEI", "gone")]),
        (with_type("KARTEI_MN", "DATUM_S", "date"), [("KARTEI.DATUM", "type_changed")]),
        (with_type("KARTEI_MN", "DATUM_S", "varchar", 10), [("KARTEI.DATUM", "type_changed")]),
        (with_type("PATKASSE_Q", "PATNR_S", "nvarchar", 20), [("PATKASSE.PATNR", "type_changed")]),
        ([], [("KASSEN", "gone"), ("PATKASSE", "gone"), ("KARTEI", "gone"), ("LEISTUNG", "gone")]),
        (
            [("dbo", *row[1:]) if row[1] == "KASSEN_7" else row for row in rows()],
            [("KASSEN", "gone")],
        ),
    ],
)
def test_only_what_no_longer_reads_as_approved_is_broken(now: Rows, found: list[tuple[str, str]]) -> None:
    assert changes(now) == found


def test_table_that_is_never_read_is_not_looked_at() -> None:
    content = MappingDocument((*document().tables, PATIENT))
    assert read_columns(content, catalog()) == rows()
    assert broken(content, catalog(), rows()) == ()


def test_error_names_fields_and_what_to_do() -> None:
    error = schema_error(broken(document(), catalog(), without("DATUM_S")))
    assert (error.kind, error.transient) == (SourceErrorKind.SCHEMA, False)
    assert error.message == (
        "Schema changed: KARTEI.DATUM is gone, LEISTUNG.DATUM is gone."
        " Nothing was read. Discover the center again and review its new version."
    )


class Server:
    """A connection that answers the batch with `answers`, or refuses it with `error`; asked alone, with `schema`."""

    def __init__(self, schema: Rows, error: SourceError | None = None) -> None:
        self.schema, self.error = ResultSet((), list(schema)), error
        self.asked: list[str] = []
        self.times = PhaseTimes()

    async def ask(self, sql: str, parameters: object = (), timeout: int | None = None) -> list[ResultSet]:
        self.asked.append(sql)
        if "@@ROWCOUNT" not in sql:
            return [self.schema]
        if self.error is not None:
            raise self.error
        empty = ResultSet((), [])
        return [self.schema, empty, empty, empty, ResultSet((), [(0, 0, 0, 0, END_MARKER)])]


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Callable[[Server], IvorisAdapter]:
    """The adapter of a center whose server is the given one."""

    def use(server: Server) -> IvorisAdapter:
        @asynccontextmanager
        async def borrow(spec: object) -> AsyncIterator[Any]:
            yield server

        monkeypatch.setattr(ivoris, "borrow_now", borrow)
        return IvorisAdapter(Source(SERVER, DATABASE, document(), catalog()))

    return use


Served = Callable[[Server], IvorisAdapter]


def failure(adapter: IvorisAdapter) -> SourceError:
    with pytest.raises(SourceError) as caught:
        adapter.extract_chart_entries(FRIDAY)
    return caught.value


def refused(number: int, sqlstate: str, text: str) -> SourceError:
    return source_error(
        sqlstate, f"[{sqlstate}] [Microsoft][ODBC Driver 18 for SQL Server][SQL Server]{text} ({number})"
    )


def test_unchanged_source_costs_one_round_trip(served: Served) -> None:
    server = Server(rows())
    assert [item.entries for item in served(server).extract_chart_entries(FRIDAY).slices] == [()]
    assert len(server.asked) == 1


def test_changed_source_is_not_believed_though_it_answers(served: Served) -> None:
    server = Server(with_type("KARTEI_MN", "DATUM_S", "date"))
    assert failure(served(server)).message.startswith("Schema changed: KARTEI.DATUM has another type.")
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("error", "now", "sentence"),
    [
        (
            refused(207, "42S22", "Invalid column name 'BEMERKUNG_S'."),
            without("BEMERKUNG_S"),
            "KARTEI.BEMERKUNG is gone",
        ),
        (refused(208, "42S02", "Invalid object name 'x.ck.KASSEN_7'."), without("KASSEN_7"), "KASSEN is gone"),
        (
            refused(206, "22018", "Operand type clash: int is incompatible with date"),
            with_type("KARTEI_MN", "DATUM_S", "date"),
            "KARTEI.DATUM has another type",
        ),
        (
            refused(245, "22018", "Conversion failed when converting the varchar value"),
            with_type("LEISTUNG_X1", "DATUM_S", "varchar", 10),
            "LEISTUNG.DATUM has another type",
        ),
    ],
)
def test_batch_that_the_server_refuses_is_explained(
    error: SourceError, now: Rows, sentence: str, served: Served
) -> None:
    server = Server(now, error)
    found = failure(served(server))
    assert (found.kind, found.message.split(".  ")[0].startswith(f"Schema changed: {sentence}.")) == (
        SourceErrorKind.SCHEMA,
        True,
    )
    assert len(server.asked) == 2


def test_missing_name_is_a_changed_schema_even_where_the_catalog_is_silent(served: Served) -> None:
    error = refused(207, "42S22", "Invalid column name 'BEMERKUNG_S'.")
    found = failure(served(Server(rows(), error)))
    assert (found.kind, found.number) == (SourceErrorKind.SCHEMA, 207)
    assert "BEMERKUNG_S" in found.message


@pytest.mark.parametrize(
    ("error", "asked"),
    [
        (refused(8134, "22012", "Divide by zero error encountered."), 2),
        (refused(229, "42000", "The SELECT permission was denied on the object"), 1),
        (refused(1205, "40001", "Transaction was deadlocked"), 1),
    ],
)
def test_other_errors_stay_what_they_are(error: SourceError, asked: int, served: Served) -> None:
    server = Server(rows(), error)
    assert failure(served(server)) is error
    assert len(server.asked) == asked


def test_error_stays_what_it_is_when_the_schema_cannot_be_asked(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = refused(8134, "22012", "Divide by zero error encountered.")

    class Lost(Server):
        async def ask(self, sql: str, parameters: object = (), timeout: int | None = None) -> list[ResultSet]:
            raise error if "@@ROWCOUNT" in sql else refused(596, "08S01", "Cannot continue the execution")

    assert failure(served(Lost(rows()))) is error
