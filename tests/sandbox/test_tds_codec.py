"""Golden bytes of the codec, without a driver."""

import pytest

from dentalhub.sandbox.errors import ProtocolError, SqlError
from dentalhub.sandbox.sql_types import SqlType, parse_type
from dentalhub.sandbox.tds import tokens
from dentalhub.sandbox.tds.login import (
    Encryption,
    answer_encryption,
    build_prelogin,
    parse_login,
    parse_prelogin,
)
from dentalhub.sandbox.tds.packets import MessageReader, PacketType, to_packets
from dentalhub.sandbox.tds.reply import Reply
from dentalhub.sandbox.tsql.catalog import ResultColumn

PRELOGIN = bytes.fromhex("00 0010 0006 01 0016 0001 04 0017 0001 ff 12060203 0000 01 00")


class Recorder:
    """Keeps what is sent."""

    def __init__(self) -> None:
        self.sent = b""

    def send_raw(self, data: bytes) -> None:
        self.sent += data


def test_one_packet() -> None:
    assert to_packets(PacketType.REPLY, b"\x01\x02") == bytes.fromhex("04 01 000a 0000 01 00 0102")


def test_empty_message_is_one_packet() -> None:
    assert to_packets(PacketType.REPLY, b"") == bytes.fromhex("04 01 0008 0000 01 00")


def test_long_message_is_cut_and_joined_again() -> None:
    payload = bytes(range(256)) * 40
    packets = to_packets(PacketType.BATCH, payload)
    assert [packets[at + 1] for at in (0, 4096, 8192)] == [0, 0, 1]
    reader = MessageReader(limit=1_000_000)
    for at in range(0, len(packets), 1000):
        assert reader.next_message() is None
        reader.feed(packets[at : at + 1000])
    message = reader.next_message()
    assert message is not None
    assert (message.kind, message.payload, message.resets) == (PacketType.BATCH, payload, False)


def test_reset_bit_is_seen() -> None:
    reader = MessageReader(limit=100)
    reader.feed(bytes.fromhex("01 09 0008 0000 01 00"))
    message = reader.next_message()
    assert message is not None
    assert message.resets


@pytest.mark.parametrize("data", [b"GET / HTTP/1.1\r\n\r\n", bytes.fromhex("01 01 0004 0000 01 00")])
def test_foreign_bytes_are_refused(data: bytes) -> None:
    reader = MessageReader(limit=100)
    reader.feed(data)
    with pytest.raises(ProtocolError):
        reader.next_message()


def test_message_over_the_limit_is_refused() -> None:
    reader = MessageReader(limit=100)
    reader.feed(to_packets(PacketType.BATCH, b"x" * 200))
    with pytest.raises(ProtocolError, match="more than 100 bytes"):
        reader.next_message()


def test_prelogin_is_read() -> None:
    offer = parse_prelogin(PRELOGIN)
    assert (offer.encryption, offer.asks_federated) == (Encryption.ON, False)


@pytest.mark.parametrize("payload", [b"", b"\x00\x00", PRELOGIN[:15], b"\x01\x00\xff\x00\x01\xff"])
def test_malformed_prelogin_is_refused(payload: bytes) -> None:
    with pytest.raises(ProtocolError):
        parse_prelogin(payload)


def test_prelogin_is_answered() -> None:
    assert build_prelogin(Encryption.ON, federated=False) == bytes.fromhex(
        "00 001a 0006 01 0020 0001 02 0021 0001 03 0022 0000 04 0022 0001 ff 0f0007d00000 01 00 00"
    )


@pytest.mark.parametrize(
    ("asked", "offered", "answered"),
    [
        (Encryption.OFF, True, Encryption.OFF),
        (Encryption.ON, True, Encryption.ON),
        (Encryption.REQUIRED, True, Encryption.ON),
        (Encryption.NOT_SUPPORTED, True, Encryption.NOT_SUPPORTED),
        (Encryption.ON, False, Encryption.NOT_SUPPORTED),
    ],
)
def test_encryption_is_answered_like_a_real_server(asked: Encryption, offered: bool, answered: Encryption) -> None:
    assert answer_encryption(asked, offered=offered) is answered


def _login7(user: str, password: str, database: str) -> bytes:
    scrambled = bytes(((b << 4 | b >> 4) & 0xFF) ^ 0xA5 for b in password.encode("utf-16-le"))
    fields = [b"pc".decode(), user, None, "app", "", "", "", "", database]
    places, data = b"", b""
    start = 36 + 9 * 4 + 6 + 4 * 3 + 4
    for field in fields:
        value = scrambled if field is None else field.encode("utf-16-le")
        places += (start + len(data)).to_bytes(2, "little") + (len(value) // 2).to_bytes(2, "little")
        data += value
    head = bytes.fromhex("00000000 04000074 00100000") + bytes(24)
    return head + places + bytes(start - 72) + data


def test_login_is_read() -> None:
    login = parse_login(_login7("svc_extract", "pä;}{ß😀", "DentalDB_31"))
    assert (login.user, login.password, login.database) == ("svc_extract", "pä;}{ß😀", "DentalDB_31")
    assert (login.host, login.application, login.packet_size) == ("pc", "app", 4096)


def test_login_does_not_show_its_password() -> None:
    assert "geheim" not in repr(parse_login(_login7("sa", "geheim", "")))


def test_short_login_is_refused() -> None:
    with pytest.raises(ProtocolError):
        parse_login(b"\x00" * 40)


def test_done_tokens() -> None:
    assert tokens.done(tokens.COUNT, 3) == bytes.fromhex("fd 1000 c100 0300000000000000")
    assert tokens.done_proc(tokens.ERROR) == bytes.fromhex("fe 0200 e000 0000000000000000")


def test_error_token() -> None:
    failure = SqlError(208, "No", severity=16, state=1)
    assert tokens.error(failure, "S") == bytes.fromhex("aa 1400 d0000000 01 10 0200 4e006f00 01 5300 00 01000000")


def test_column_metadata() -> None:
    columns = [ResultColumn("a", SqlType("int")), ResultColumn("", SqlType("nvarchar", length=5))]
    assert tokens.column_metadata(columns) == bytes.fromhex(
        "81 0200 00000000 0900 26 04 01 6100 00000000 0900 e7 0a00 0904d00034 00"
    )


def test_reply_is_sent_in_full_packets_while_it_grows() -> None:
    wire = Recorder()
    reply = Reply(wire)
    reply.write(b"a" * 10_000)
    reply.flush()
    assert len(wire.sent) == 2 * 4096
    reply.write(b"b")
    reply.finish()
    reader = MessageReader(limit=100_000)
    reader.feed(wire.sent)
    message = reader.next_message()
    assert message is not None
    assert message.payload == b"a" * 10_000 + b"b"


def test_reply_of_exactly_one_packet_keeps_its_end() -> None:
    wire = Recorder()
    reply = Reply(wire)
    reply.write(b"a" * 4088)
    reply.flush()
    assert wire.sent == b""
    reply.finish()
    assert (len(wire.sent), wire.sent[1]) == (4096, 1)


@pytest.mark.parametrize(
    ("declaration", "expected"),
    [
        ("INT", SqlType("int")),
        ("nvarchar(40)", SqlType("nvarchar", length=40)),
        ("NVARCHAR( MAX )", SqlType("nvarchar", length=-1)),
        ("ntext", SqlType("nvarchar", length=-1)),
        ("decimal(10,2)", SqlType("decimal", precision=10, scale=2)),
        ("numeric", SqlType("decimal", precision=18)),
        ("datetime2", SqlType("datetime2", scale=7)),
        ("datetime2(3)", SqlType("datetime2", scale=3)),
        ("geography", None),
        ("int; DROP TABLE x", None),
    ],
)
def test_types_are_read_as_declared(declaration: str, expected: SqlType | None) -> None:
    assert parse_type(declaration) == expected
