"""Looks for canaries in whatever was written: texts and bytes, compressed, encoded, pickled or in UTF-16."""

import base64
import binascii
import json
import re
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, suppress
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote_to_bytes

from tests.security.canaries import STEM

# The last one is what the sandbox's server quotes in its error of a conversion.
CANARY = re.compile(rb"%b\w*|(?<!\d)861\d{6}(?!\d)|musterpatientin" % STEM.encode(), re.IGNORECASE)
# A digest's hexadecimal digits now and then read like a patient's id; nothing writes ids in such a run.
_DIGEST = re.compile(rb"(?<![0-9a-f])(?=[0-9]*[a-f])[0-9a-f]{32,}(?![0-9a-f])")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{16,}={0,2}")
_DEEPEST = 4


def canaries_in(content: bytes | str, depth: int = 0) -> frozenset[str]:
    """The canaries in `content`, also in what it is wrapped around."""
    data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    found = {match.group().decode("latin-1").lower() for match in CANARY.finditer(_DIGEST.sub(b"-", data))}
    if depth < _DEEPEST:
        for inner in _inside(data):
            found |= canaries_in(inner, depth + 1)
    return frozenset(found)


def canaries_in_tables(database: Path) -> dict[str, frozenset[str]]:
    """The canaries of each column of an SQLite database, as `table.column`; columns without any are left out."""
    found: dict[str, set[str]] = {}
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            rows = connection.execute(f'SELECT * FROM "{table}"')  # noqa: S608 # names of our own database
            columns = [column[0] for column in rows.description]
            for row in rows:
                for column, value in zip(columns, row, strict=True):
                    if value is not None and (canaries := canaries_in(_as_bytes(value))):
                        found.setdefault(f"{table}.{column}", set()).update(canaries)
    return {place: frozenset(canaries) for place, canaries in found.items()}


def canaries_in_files(folder: Path) -> dict[str, frozenset[str]]:
    """The canaries of each file below `folder`, its name included, by its path there; databases are left out."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not path.is_file() or ".sqlite3" in path.name:
            continue
        if canaries := canaries_in(path.read_bytes()) | canaries_in(name):
            found[name] = canaries
    return found


def _as_bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


def _inside(data: bytes) -> Iterator[bytes]:
    """What `data` may be wrapped around."""
    if b"\0" in data:
        # UTF-16 of what are ASCII letters.
        yield data.replace(b"\0", b"")
    if b"%" in data:
        yield unquote_to_bytes(data)
    if b"\\u" in data:
        with suppress(ValueError):
            yield json.dumps(json.loads(data), ensure_ascii=False).encode("utf-8", "surrogatepass")
    if data[:4] == b"PK\x03\x04":
        # What only begins like an archive ends in one of many errors.
        with suppress(Exception), zipfile.ZipFile(BytesIO(data)) as archive:
            for name in archive.namelist():
                yield archive.read(name)
    for bits in (zlib.MAX_WBITS, zlib.MAX_WBITS | 16):
        if data[:1] in (b"\x78", b"\x1f"):
            with suppress(zlib.error):
                yield zlib.decompressobj(bits).decompress(data)
    for match in _BASE64.finditer(data):
        yield from _decoded(match.group())


def _decoded(text: bytes) -> Iterator[bytes]:
    text = text.replace(b"-", b"+").replace(b"_", b"/").rstrip(b"=")
    with suppress(binascii.Error, ValueError):
        yield base64.b64decode(text + b"=" * (-len(text) % 4))
