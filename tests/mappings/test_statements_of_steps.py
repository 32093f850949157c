"""Every step about a center waits for the others first, also where the database locks rows: as SQL Server is told."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from mssql.base import DatabaseWrapper

from mappings import approval
from mappings.approval import approve, reject, submit
from mappings.enums import FieldVerdict, MappingStatus
from mappings.exceptions import TransitionError
from mappings.field_looks import Seen, comment_on, mark
from mappings.models import Mapping
from mappings.versions import edit, new_version
from tests.mappings.people import with_code
from tests.mappings.plain_mappings import plain_mapping
from tests.mappings.sent_statements import sent_to
from tests.mappings.test_sql_server_statements import server as server  # a fixture

LOCK = (
    "SELECT TOP 21 [centers_center].[id] FROM [centers_center] WITH (ROWLOCK, UPDLOCK) WHERE [centers_center].[id] = %s"
)
KEY = "KARTEI.BEMERKUNG"
Step = Callable[[Mapping, User], object]


def shown(mapping: Mapping) -> Seen:
    return Seen(mapping.content_hash, mapping.snapshot.fingerprint)


STEPS: dict[str, Step] = {
    "submit": submit,
    "approve": lambda mapping, person: approve(mapping, person, all_looked_at=True),
    "reject": lambda mapping, person: reject(mapping, person, "no"),
    "edit": lambda mapping, person: edit(mapping, with_code(mapping, "Q"), person),
    "mark": lambda mapping, person: mark(mapping, KEY, FieldVerdict.WRONG, person, seen=shown(mapping)),
    "comment": lambda mapping, person: comment_on(mapping, KEY, "Seen.", person),
    "new version": lambda mapping, person: new_version(
        mapping.center, mapping.snapshot, with_code(mapping, "Q"), author=person, generated=False
    ),
}


@pytest.mark.parametrize("name", STEPS)
def test_center_is_locked_before_anything_is_written(
    name: str, proposal: Mapping, reviewer: User, server: DatabaseWrapper
) -> None:
    mapping = Mapping.objects.select_related("center", "snapshot").get()
    with sent_to(server) as statements:
        STEPS[name](mapping, reviewer)
    assert statements.count(LOCK) >= 1
    before = statements[: statements.index(LOCK)]
    assert [statement for statement in before if _writes(statement)] == []
    assert [statement for statement in before if " FROM [mappings_mapping]" in statement] == []
    assert [statement for statement in statements[len(before) :] if _writes(statement)] != []


def test_approval_is_sent_as_conditional_updates(proposal: Mapping, reviewer: User, server: DatabaseWrapper) -> None:
    """First the former version gives way, then this one takes its place, if it still is what was read."""
    with sent_to(server) as statements:
        approve(proposal, reviewer, all_looked_at=True)
    updates = [statement for statement in statements if "UPDATE [mappings_mapping]" in statement]
    conditions = [statement.partition(" WHERE ")[2] for statement in updates]
    assert len(updates) == 2
    assert sorted(conditions[0].strip("()").split(" AND ")) == [
        "[mappings_mapping].[center_id] = %s",
        "[mappings_mapping].[status] = %s",
    ]
    for part in ("[id] = %s", "[status] IN (%s, %s)", "[content_hash] = %s"):
        assert part in conditions[1]


def test_index_that_refuses_a_second_approval_is_told_as_a_sentence(
    proposal: Mapping, reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no lock held: somebody's approval is committed between our look at the former version and our write."""
    other = new_version(proposal.center, proposal.snapshot, plain_mapping(), author=None, generated=True)

    decide = approval._decide

    def late(mapping: Mapping, *arguments: Any, **options: Any) -> None:
        Mapping.objects.filter(pk=other.pk).update(status=MappingStatus.APPROVED, decided_at=timezone.now())
        decide(mapping, *arguments, **options)

    monkeypatch.setattr(approval, "_decide", late)
    with pytest.raises(TransitionError, match="Somebody else was faster"):
        approve(proposal, reviewer, all_looked_at=True)
    assert Mapping.objects.get(pk=proposal.pk).status == MappingStatus.DRAFT


def _writes(statement: str) -> bool:
    return statement.removeprefix("SET NOCOUNT OFF; ").startswith(("UPDATE", "INSERT", "DELETE", "MERGE"))
