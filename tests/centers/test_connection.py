from dataclasses import replace

import pytest

from centers.connection import session_options
from centers.source_session import decode_text
from tests.centers.makers import SPEC


def test_decode_text_keeps_what_utf16_can_say() -> None:
    assert decode_text("Müller 🦷 €".encode("utf-16-le")) == "Müller 🦷 €"


@pytest.mark.parametrize(
    ("value", "text"),
    [(b"a\x00\x3d\xd8b\x00", "a\ufffdb"), (b"\x3d\xd8", "\ufffd"), (b"a\x00\xb7\xdd", "a\ufffd"), (b"", "")],
)
def test_decode_text_replaces_half_a_surrogate_pair(value: bytes, text: str) -> None:
    assert decode_text(value) == text


def test_session_options_are_polite() -> None:
    assert session_options(SPEC) == (
        "SET NOCOUNT ON; SET LOCK_TIMEOUT 5000; SET DEADLOCK_PRIORITY LOW; "
        "SET TRANSACTION ISOLATION LEVEL READ UNCOMMITTED; "
    )


def test_session_options_with_an_isolation_of_somebodys_own_raises() -> None:
    with pytest.raises(ValueError, match="not a valid Isolation"):
        session_options(replace(SPEC, isolation="SNAPSHOT; DROP TABLE x"))
