"""What events were about, in words."""

import pytest
from django.utils.translation import override

from dentalhub.audit_targets import Target, target_in_words


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("extraction.regionschedule:Germany", Target("Schedule", "Germany")),
        ("centers.center:a:b", Target("Center", "a:b")),
        ("extraction.export", Target("Export", "")),
        ("dentalhub.audithead", Target("", "dentalhub.audithead")),
        ("gone.model:x", Target("", "gone.model:x")),
        ("run 3: late", Target("", "run 3: late")),
        ("a.b.c:d", Target("", "a.b.c:d")),
        ("", Target("", "")),
    ],
)
def test_target_in_words(target: str, words: Target) -> None:
    assert target_in_words(target) == words


def test_target_is_in_the_readers_language() -> None:
    with override("de"):
        assert target_in_words("centers.databaseserver:main") == Target("Datenbankserver", "main")
