"""Every way of writing dates, delete flags, patient ids and kinds of insurance, over the driver."""

import datetime as dt
from collections.abc import Iterator

import pytest

from centers.connection import close_all
from centers.introspection import read_catalog
from centers.server_spec import ServerSpec
from dentalhub.sandbox.network import build_network
from dentalhub.sandbox.options import NetworkOptions, ServeOptions
from dentalhub.sandbox.process import SandboxProcess
from dentalhub.sandbox.source_model import ColumnSpec
from dentalhub.sandbox.sqlite_file import write_sqlite_file
from extraction.adapters.base import Source
from extraction.adapters.ivoris import IvorisAdapter
from mappings.checks import run_checks
from mappings.document import DeleteFlag
from mappings.enums import DateFormat, PatientIdForm
from tests.extraction.source_forms import (
    FRIDAY,
    INT,
    Dates,
    Flags,
    Keys,
    Kinds,
    Practice,
    int_date,
    number,
    seconds,
    source_of,
    text,
    written,
)

JUNK = (None, "", "?")
NO, YES = DeleteFlag(("0",), True), DeleteFlag(("1",), False)
MOMENT = dt.datetime(2026, 3, 1, 9, 30)  # noqa: DTZ001 # SQL Server's types have no zone


def _dates(name: str, form: DateFormat, column: ColumnSpec, layout: str, *undated: str) -> Practice:
    return Practice(name, dates=Dates(form, column, lambda day: day.strftime(layout), (*JUNK, *undated)))


def _moment(hour: int) -> Dates:
    def write(day: dt.date) -> dt.datetime:
        return dt.datetime(day.year, day.month, day.day, hour, 59)  # noqa: DTZ001 # see MOMENT

    return Dates(DateFormat.DATETIME, ColumnSpec("", "datetime" if hour else "datetime2"), write)


def _epoch(column: ColumnSpec, offset: int) -> Dates:
    return Dates(DateFormat.EPOCH, column, lambda day: seconds(day) + offset, (None, 0, -86_400))


def _keys(form: PatientIdForm | None, *columns: ColumnSpec) -> Keys:
    first, second, third = columns if len(columns) == 3 else columns * 3
    return Keys(form, (first, second, third), written)


def _flags(name: str, column: ColumnSpec, flag: DeleteFlag, alive: tuple, dead: tuple) -> Practice:  # type: ignore[type-arg]
    return Practice(name, flags=Flags(flag, column, alive, dead))


PRACTICES = (
    Practice("standard"),
    Practice("int_in_decimal", dates=Dates(DateFormat.INT, number("decimal", 8, 0), int_date, (None, 0))),
    Practice(
        "int_in_float", dates=Dates(DateFormat.INT, number("float"), lambda day: float(int_date(day)), (None, 0.0))
    ),
    _dates("text", DateFormat.TEXT, text("char", 8), "%Y%m%d", "20240231"),
    _dates("text_padded", DateFormat.TEXT, text("char", 10), "%Y%m%d  "),
    _dates("german", DateFormat.GERMAN, text("varchar", 10), "%d.%m.%Y", "31.02.2024", "20.11.26"),
    _dates("german_short", DateFormat.GERMAN_SHORT, text("char", 8), "%d.%m.%y", "31.02.24", "20.11.2026"),
    _dates("german_short_padded", DateFormat.GERMAN_SHORT, text("nchar", 12), "%d.%m.%y    "),
    _dates("iso", DateFormat.ISO, text("varchar", 10), "%Y-%m-%d", "2024-02-31", "20261120"),
    _dates("iso_padded", DateFormat.ISO, text("char", 12), "%Y-%m-%d  "),
    _dates("iso_unicode", DateFormat.ISO, text("nvarchar", 10), "%Y-%m-%d"),
    Practice("epoch", dates=_epoch(number("bigint"), 0)),
    Practice("epoch_in_a_day", dates=_epoch(INT, 86_399)),
    Practice("epoch_in_decimal", dates=_epoch(number("decimal", 12, 0), 0)),
    Practice("date", dates=Dates(DateFormat.DATE, ColumnSpec("", "date"), lambda day: day)),
    Practice("datetime", dates=_moment(23)),
    Practice("datetime2", dates=_moment(0)),
    _flags("zero_one", number("tinyint"), NO, (0, None), (1, 2)),
    _flags("null_one", INT, NO, (None, 0), (1,)),
    _flags("null_one_only", INT, DeleteFlag((), True), (None,), (1, 0)),
    _flags("bit", ColumnSpec("", "bit"), NO, (0, None), (1,)),
    _flags("minus", number("smallint"), NO, (0, None), (-1,)),
    _flags("yes_no", text("char", 1), DeleteFlag(("N",), True), ("N", "n", None, " "), ("J", "j")),
    _flags("yes_no_padded", text("varchar", 5), DeleteFlag(("N",), True), ("N  ", "n", None, ""), ("J  ", "x")),
    _flags("true_false", text("varchar", 1), DeleteFlag(("F",), True), ("F", "f", None, ""), ("T", "t")),
    _flags("words", text("nvarchar", 5), DeleteFlag(("Nein",), True), ("Nein", "NEIN", "nein ", None), ("Ja",)),
    _flags("mark", text("char", 1), DeleteFlag((), True), (None, " "), ("X", "x")),
    _flags("text_digits", text("char", 1), NO, ("0", None, " "), ("1",)),
    _flags("deleted_at", ColumnSpec("", "datetime"), DeleteFlag((), True), (None,), (MOMENT,)),
    _flags(
        "deleted_at_or_never",
        ColumnSpec("", "datetime2"),
        DeleteFlag(("1900-01-01",), True),
        (None, dt.datetime(1900, 1, 1)),  # noqa: DTZ001 # see MOMENT
        (MOMENT,),
    ),
    _flags("active_yes", text("char", 1), DeleteFlag(("J",), False), ("J", "j"), ("N", None, " ")),
    _flags("active_one", INT, YES, (1,), (0, None)),
    _flags("active_bit", ColumnSpec("", "bit"), YES, (1,), (0, None)),
    _flags("active_minus", number("smallint"), DeleteFlag(("-1",), False), (-1,), (0, None)),
    Practice("key_float", keys=_keys(PatientIdForm.DECIMAL, number("float"))),
    Practice("key_float_and_int", keys=_keys(PatientIdForm.INTEGER, number("float"), INT, number("decimal", 12, 2))),
    Practice("key_undecided", keys=_keys(None, number("decimal", 10, 1), INT, number("float"))),
    Practice(
        "key_padded", keys=Keys(PatientIdForm.TEXT, (text("char", 8),) * 3, written, lambda patient: f"{patient:08d}")
    ),
    Practice("key_padded_and_int", keys=_keys(PatientIdForm.INTEGER, text("char", 8), INT, text("varchar", 10))),
    Practice(
        "key_numbered",
        keys=Keys(
            PatientIdForm.TEXT,
            (text("char", 20), text("varchar", 20), text("nvarchar", 20)),
            lambda patient, column: f"PAT-{patient}".ljust(20 if column.data_type == "char" else 0),
            lambda patient: f"PAT-{patient}",
        ),
    ),
    Practice("kind_padded", kinds=Kinds("P  ", "4  ", column=text("char", 3))),
    Practice("kind_words", kinds=Kinds("pkv", "GKV", (("GKV", "GKV"), ("PKV", "PKV")), text("varchar", 3))),
    Practice("kind_numbers", kinds=Kinds(2, 1, (("2", "PKV"), ("1", "GKV")), INT)),
    Practice("kind_letters", kinds=Kinds("P", "G", (("P", "PKV"), ("G", "GKV")))),
    Practice("kind_not_decided", kinds=Kinds("P", "BG")),
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Source]:
    """All practices in one served database; the mapping is still the standard one's."""
    network = build_network(
        tmp_path_factory.mktemp("forms"), NetworkOptions(until=FRIDAY, centers=1, servers=1, days=1)
    )
    (center,) = network.centers
    file = network.database_file(center)
    file.unlink()
    write_sqlite_file(file, source_of(center.database, PRACTICES))
    with SandboxProcess(network.directory, ServeOptions()) as process, pytest.MonkeyPatch.context() as patch:
        patch.setenv("IVORIS_FORMS_PASSWORD", process.password)
        patch.setenv("SSL_CERT_FILE", str(process.ca_file))
        spec = ServerSpec("localhost", process.ports[center.server], process.user, "env:IVORIS_FORMS_PASSWORD")
        yield Source(spec, center.database, PRACTICES[0].mapping, read_catalog(spec, center.database))
        close_all()


@pytest.mark.parametrize("practice", PRACTICES, ids=lambda practice: practice.name)
def test_same_rows_are_read_whatever_their_form(practice: Practice, served: Source) -> None:
    source = Source(served.server, served.database, practice.mapping, served.catalog)
    result = IvorisAdapter(source).extract_chart_entries(FRIDAY)
    (found,) = result.slices
    assert [
        (entry.row_id, entry.patient_id, entry.insurance_status, entry.insurance_name, entry.service_codes)
        for entry in found.entries
    ] == practice.expected
    assert result.undated == len(practice.dates.undated)


@pytest.mark.parametrize("practice", PRACTICES, ids=lambda practice: practice.name)
def test_checks_let_every_form_pass(practice: Practice, served: Source) -> None:
    problems = [check for check in run_checks(practice.mapping, served.catalog) if check.blocks]
    assert [(check.code, check.sentence) for check in problems] == []
