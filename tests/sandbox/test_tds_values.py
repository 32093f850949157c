"""Golden bytes of values and parameters, without a driver."""

from typing import Any

import pytest

from dentalhub.sandbox.errors import ProtocolError, SqlError
from dentalhub.sandbox.sql_types import SqlType
from dentalhub.sandbox.tds.parameters import read_parameter
from dentalhub.sandbox.tds.reader import ByteReader
from dentalhub.sandbox.tds.rpc import Procedure, read_calls
from dentalhub.sandbox.tds.type_info import encoder, type_info

NVARCHAR = SqlType("nvarchar", length=3)
DECIMAL = SqlType("decimal", precision=9, scale=2)


@pytest.mark.parametrize(
    ("sql_type", "value", "expected"),
    [
        (SqlType("int"), -2, "04 feffffff"),
        (SqlType("bigint"), None, "00"),
        (SqlType("tinyint"), 255, "01 ff"),
        (SqlType("bit"), 1, "01 01"),
        (NVARCHAR, "aß", "0400 6100 df00"),
        (NVARCHAR, None, "ffff"),
        (SqlType("varchar", length=3), "€", "0100 80"),
        (SqlType("char", length=3), "ß", "0300 df 20 20"),
        (SqlType("nvarchar", length=-1), "a", "0200000000000000 02000000 6100 00000000"),
        (SqlType("nvarchar", length=-1), "", "0000000000000000 00000000"),
        (SqlType("nvarchar", length=-1), None, "ff" * 8),
        (SqlType("date"), "0001-01-02", "03 010000"),
        (SqlType("datetime"), "1900-01-02 00:00:01", "08 01000000 2c010000"),
        (SqlType("datetime2", scale=7), "0001-01-01 00:00:00.000001", "08 0a00000000 000000"),
        (SqlType("datetime2", scale=0), "0001-01-01 00:01:00", "06 3c0000 000000"),
        (DECIMAL, "-1.5", "05 00 96000000"),
        (SqlType("decimal", precision=38), "1", "11 01 01" + "00" * 15),
        (SqlType("float"), 1.0, "08 000000000000f03f"),
    ],
)
def test_value_is_encoded(sql_type: SqlType, value: Any, expected: str) -> None:
    assert encoder(sql_type)(value) == bytes.fromhex(expected)


@pytest.mark.parametrize(
    ("sql_type", "value", "number"),
    [
        (SqlType("int"), 2**31, 8115),
        (SqlType("tinyint"), -1, 8115),
        (SqlType("int"), 1.5, 8115),
        (NVARCHAR, "abcd", 8152),
        (NVARCHAR, "😀😀", 8152),
        (DECIMAL, "12345678.00", 8115),
        (SqlType("date"), "20241399", 241),
    ],
)
def test_value_that_does_not_fit_is_an_error(sql_type: SqlType, value: Any, number: int) -> None:
    with pytest.raises(SqlError) as caught:
        encoder(sql_type)(value)
    assert caught.value.number == number


@pytest.mark.parametrize(
    ("sql_type", "expected"),
    [
        (SqlType("smallint"), "26 02"),
        (SqlType("bit"), "68 01"),
        (SqlType("nvarchar", length=-1), "e7 ffff 0904d00034"),
        (SqlType("char", length=8), "af 0800 0904d00034"),
        (DECIMAL, "6a 05 09 02"),
        (SqlType("datetime2", scale=3), "2a 03"),
        (SqlType("date"), "28"),
    ],
)
def test_type_is_described(sql_type: SqlType, expected: str) -> None:
    assert type_info(sql_type) == bytes.fromhex(expected)


@pytest.mark.parametrize(
    ("data", "sql_type", "value"),
    [
        ("26 04 04 feffffff", SqlType("int"), -2),
        ("26 08 00", SqlType("bigint"), None),
        ("68 01 01 01", SqlType("bit"), 1),
        ("6d 08 08 000000000000f03f", SqlType("float"), 1.0),
        ("6a 09 12 02 05 00 96000000", SqlType("decimal", precision=18, scale=2), "-1.50"),
        ("28 03 010000", SqlType("date"), "0001-01-02"),
        ("28 00", SqlType("date"), None),
        ("2a 07 08 0a00000000 000000", SqlType("datetime2", scale=7), "0001-01-01 00:00:00.000001"),
        ("6f 08 08 01000000 2c010000", SqlType("datetime"), "1900-01-02 00:00:01"),
        ("e7 0800 0904d00034 0400 6100 df00", SqlType("nvarchar", length=4), "aß"),
        ("e7 ffff 0904d00034" + "ff" * 8, SqlType("nvarchar", length=-1), None),
        (
            "e7 ffff 0904d00034 0400000000000000 02000000 6100 02000000 6200 00000000",
            SqlType("nvarchar", length=-1),
            "ab",
        ),
        ("a7 0300 0904d00034 0100 80", SqlType("varchar", length=3), "€"),
        ("63 ffffff7f 0904d00034 02000000 6100", SqlType("nvarchar", length=-1), "a"),
    ],
)
def test_parameter_is_read(data: str, sql_type: SqlType, value: Any) -> None:
    reader = ByteReader(bytes.fromhex("02 4000 6100 00" + data))
    parameter = read_parameter(reader)
    assert (parameter.name, parameter.type, parameter.value) == ("@a", sql_type, value)
    assert reader.at_end


@pytest.mark.parametrize("data", ["26 04 04 feff", "26 03 00", "f0 00", "e7 0800 0904d00034 0400 6100", "28 03 ffffff"])
def test_malformed_parameter_is_refused(data: str) -> None:
    with pytest.raises(ProtocolError):
        read_parameter(ByteReader(bytes.fromhex("00 00" + data)))


def test_calls_by_number_and_by_name() -> None:
    headers = bytes.fromhex("04000000")
    unprepare = bytes.fromhex("ffff 0f00 0000 00 00 26 04 04 01000000")
    name = "[sys].sp_datatype_info_100"
    named = len(name).to_bytes(2, "little") + name.encode("utf-16-le") + bytes.fromhex("0000 00 00 26 04 04 0c000000")
    first, second = read_calls(headers + unprepare + b"\xff" + named)
    assert (first.procedure, [one.value for one in first.parameters]) == (Procedure.UNPREPARE, [1])
    assert (second.procedure, [one.value for one in second.parameters]) == ("sp_datatype_info_100", [12])
