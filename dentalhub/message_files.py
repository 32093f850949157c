"""Reads a compiled catalogue (`.mo`), with the plural forms of the sources, which gettext drops. *Pure*."""

import struct
from collections.abc import Iterator, Sequence

_MAGIC = 0x950412DE
_CONTEXT_END = "\x04"
_FORM_END = "\x00"


def read_messages(content: bytes) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """The forms of each message as the sources have them, and as they are translated; the header is none."""
    order = "<" if struct.unpack_from("<I", content)[0] == _MAGIC else ">"
    count, sources, targets = struct.unpack_from(f"{order}3I", content, 8)

    def text_at(table: int, number: int) -> str:
        length, place = struct.unpack_from(f"{order}2I", content, table + 8 * number)
        return content[place : place + length].decode()

    for number in range(count):
        source = text_at(sources, number).rpartition(_CONTEXT_END)[2]
        if source:
            yield source.split(_FORM_END), text_at(targets, number).split(_FORM_END)
