import pytest

from centers.catalog import Column
from mappings.column_types import date_format, date_forms, delete_flag, flag_fits, patient_id_form, type_fit
from mappings.document import DeleteFlag
from mappings.enums import DateFormat, PatientIdForm


def column(data_type: str, length: int | None = None) -> Column:
    return Column("X", data_type, length, True, 1)


@pytest.mark.parametrize(
    ("data_type", "length", "expected"),
    [
        ("int", None, (DateFormat.INT, True)),
        ("bigint", None, (DateFormat.INT, False)),
        ("date", None, (DateFormat.DATE, True)),
        ("datetime", None, (DateFormat.DATETIME, True)),
        ("datetime2", None, (DateFormat.DATETIME, True)),
        ("smalldatetime", None, (DateFormat.DATETIME, True)),
        ("char", 8, (DateFormat.TEXT, False)),
        ("varchar", 8, (DateFormat.TEXT, False)),
        ("varchar", 10, (DateFormat.GERMAN, False)),
        ("varchar", 5, None),
        ("bit", None, None),
    ],
)
def test_date_format(data_type: str, length: int | None, expected: tuple[DateFormat, bool] | None) -> None:
    assert date_format(column(data_type, length)) == expected


@pytest.mark.parametrize(
    ("data_type", "length", "inverted", "expected"),
    [
        ("int", None, False, DeleteFlag(("0",), True)),
        ("bit", None, True, DeleteFlag(("1",), False)),
        ("char", 1, False, DeleteFlag(("N",), True)),
        ("char", 1, True, DeleteFlag(("J",), False)),
        ("datetime", None, False, DeleteFlag((), True)),
    ],
)
def test_delete_flag(data_type: str, length: int | None, inverted: bool, expected: DeleteFlag) -> None:
    assert delete_flag(column(data_type, length), inverted=inverted) == expected


@pytest.mark.parametrize(
    ("kind", "data_type", "length", "fit"),
    [
        ("key", "int", None, 1.0),
        ("key", "varchar", 12, 1.0),
        ("reference", "nvarchar", -1, 0.0),
        ("text", "nvarchar", -1, 1.0),
        ("text", "ntext", 1073741823, 1.0),
        ("text", "varchar", 12, 0.0),
        ("date", "money", None, 0.0),
        ("code", "varchar", 10, 1.0),
        ("flag", "bit", None, 1.0),
        ("flag", "nvarchar", 100, 0.0),
    ],
)
def test_type_fit(kind: str, data_type: str, length: int | None, fit: float) -> None:
    assert type_fit(kind, column(data_type, length)) == fit


@pytest.mark.parametrize(
    ("data_type", "length", "expected"),
    [
        ("int", None, {DateFormat.INT, DateFormat.EPOCH}),
        ("decimal", None, {DateFormat.INT, DateFormat.EPOCH}),
        ("smallint", None, set()),
        ("datetime2", None, {DateFormat.DATE, DateFormat.DATETIME}),
        ("char", 8, {DateFormat.TEXT, DateFormat.GERMAN_SHORT}),
        ("varchar", 10, {DateFormat.TEXT, DateFormat.GERMAN_SHORT, DateFormat.GERMAN, DateFormat.ISO}),
        ("varchar", 7, set()),
    ],
)
def test_date_forms(data_type: str, length: int | None, expected: set[DateFormat]) -> None:
    assert date_forms(column(data_type, length)) == expected


@pytest.mark.parametrize(
    ("data_types", "expected"),
    [
        (["int"], PatientIdForm.INTEGER),
        (["bigint", "char"], PatientIdForm.INTEGER),
        (["float"], PatientIdForm.DECIMAL),
        (["decimal", "varchar"], PatientIdForm.DECIMAL),
        (["varchar", "char"], PatientIdForm.TEXT),
        (["uniqueidentifier"], PatientIdForm.TEXT),
    ],
)
def test_patient_id_form(data_types: list[str], expected: PatientIdForm) -> None:
    assert patient_id_form(*(column(name, 8 if "char" in name else None) for name in data_types)) == expected


@pytest.mark.parametrize(
    ("data_type", "values", "fits"),
    [
        ("int", ("0", "-1"), True),
        ("bit", ("true",), True),
        ("smallint", ("N",), False),
        ("int", ("",), False),
        ("char", ("N", ""), True),
        ("datetime", (), True),
        ("datetime", ("1900-01-01", "19000101"), True),
        ("date", ("0",), False),
    ],
)
def test_flag_fits(data_type: str, values: tuple[str, ...], fits: bool) -> None:
    assert flag_fits(column(data_type, 1), DeleteFlag(values, True)) is fits
