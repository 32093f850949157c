"""Two people decide at the same moment, each over a connection of their own to one database file: one wins.

SQLite has no row locks; its transactions begin IMMEDIATE, so that the second waits for the first and then sees what
became of the version. What SQL Server is sent instead is looked at in `test_sql_server_statements`.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Barrier, Thread

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import translation

from dentalhub.models import AuditEvent
from mappings.approval import approve, reject
from mappings.discovery import store_catalog
from mappings.enums import MappingStatus
from mappings.exceptions import TransitionError
from mappings.models import Mapping
from mappings.versions import edit, new_version, propose_for
from tests.mappings.catalogs import standard
from tests.mappings.conftest import make_center
from tests.mappings.people import a_reviewer, with_code
from tests.mappings.plain_mappings import plain_mapping

ROUNDS = 6
Deed = Callable[[], Mapping]


@pytest.fixture
def database_file(db: None, tmp_path: Path) -> Iterator[Path]:
    """A copy of the test database in a file, which this thread uses as long as the test runs.

    What is committed there goes with the file, so that nothing has to be flushed.
    """
    path = tmp_path / "own.sqlite3"
    memory = connections["default"]
    path.write_bytes(memory.connection.serialize())
    connections["default"] = opened(path)
    try:
        yield path
    finally:
        connections["default"].close()
        connections["default"] = memory


def opened(path: Path) -> BaseDatabaseWrapper:
    """A new connection to that file with the options of an installation."""
    facts = {**connections["default"].settings_dict, "NAME": str(path), "OPTIONS": dict(settings.SQLITE_OPTIONS)}
    made: BaseDatabaseWrapper = type(connections["default"])(facts, "default")
    return made


def at_once(path: Path, *deeds: Deed) -> list[str]:
    """What each deed came to, all begun at the same moment: the status it led to, or why it was refused."""
    results = [""] * len(deeds)
    start = Barrier(len(deeds))

    def run(place: int, deed: Deed) -> None:
        connections["default"] = opened(path)
        try:
            with translation.override("en"):
                connections["default"].ensure_connection()
                start.wait(10)
                results[place] = deed().status
        except TransitionError as error:
            results[place] = str(error)
        finally:
            connections["default"].close()

    threads = [Thread(target=run, args=item) for item in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def draft_of(number: int) -> tuple[Mapping, str]:
    """A draft of the machine for a new center, and the fingerprint of its snapshot."""
    center = make_center(number)
    snapshot = store_catalog(center, standard()).snapshot
    return propose_for(center, snapshot), snapshot.fingerprint


def approving(mapping: Mapping, fingerprint: str, person: User) -> Deed:
    seen = mapping.content_hash
    return lambda: approve(
        mapping, person, expected_hash=seen, expected_fingerprint=fingerprint, expected_approved=0, all_looked_at=True
    )


def test_of_two_approvals_of_a_version_one_wins(database_file: Path) -> None:
    anna, bela = a_reviewer("anna"), a_reviewer("bela")
    for number in range(1, ROUNDS + 1):
        mapping, fingerprint = draft_of(number)
        results = at_once(database_file, approving(mapping, fingerprint, anna), approving(mapping, fingerprint, bela))
        stored = Mapping.objects.select_related("reviewer").get(pk=mapping.pk)
        winner, loser = (0, 1) if results[0] == MappingStatus.APPROVED else (1, 0)
        assert (results[winner], stored.reviewer) == (MappingStatus.APPROVED, (anna, bela)[winner])
        name = ("anna", "bela")[winner]
        assert results[loser].startswith(f"Version 1 is already approved, by {name} on "), results
    assert AuditEvent.objects.filter(action="mapping.approved").count() == ROUNDS


def test_of_an_approval_and_a_rejection_one_wins(database_file: Path) -> None:
    anna, bela = a_reviewer("anna"), a_reviewer("bela")
    for number in range(1, ROUNDS + 1):
        mapping, fingerprint = draft_of(number)
        refusing = mapping.content_hash
        results = at_once(
            database_file,
            approving(mapping, fingerprint, anna),
            lambda mapping=mapping, seen=refusing: reject(mapping, bela, "no", expected_hash=seen),  # type: ignore[misc]
        )
        status = Mapping.objects.get(pk=mapping.pk).status
        winner = 0 if status == MappingStatus.APPROVED else 1
        assert results[winner] == status
        assert results[1 - winner].startswith(f"Version 1 is already {status}, by "), results


def test_of_an_approval_and_an_edit_the_content_that_was_seen_wins(database_file: Path) -> None:
    """Either the seen content is approved and the edit refused, or the edit is a draft and the approval stale."""
    anna, bela = a_reviewer("anna"), a_reviewer("bela")
    for number in range(1, ROUNDS + 1):
        mapping, fingerprint = draft_of(number)
        changed = with_code(mapping, "Q")
        results = at_once(
            database_file,
            approving(mapping, fingerprint, anna),
            lambda mapping=mapping, changed=changed: edit(mapping, changed, bela),  # type: ignore[misc]
        )
        stored = Mapping.objects.get(pk=mapping.pk)
        if stored.status == MappingStatus.APPROVED:
            assert (stored.content_hash, stored.author) == (mapping.content_hash, None)
            assert results[1] == "Version 1 is decided and cannot be edited."
        else:
            assert (stored.status, stored.author) == (MappingStatus.DRAFT, bela)
            assert "was changed after you opened it" in results[0]


def test_of_two_versions_of_a_center_one_is_approved(database_file: Path) -> None:
    """The second would replace a version that its reviewer never saw as the one that extracts."""
    anna, bela = a_reviewer("anna"), a_reviewer("bela")
    for number in range(1, ROUNDS + 1):
        first, fingerprint = draft_of(number)
        second = new_version(first.center, first.snapshot, plain_mapping(), author=None, generated=True)
        results = at_once(database_file, approving(first, fingerprint, anna), approving(second, fingerprint, bela))
        winner = results.index(MappingStatus.APPROVED)
        assert f"Version {winner + 1} was approved after you opened version {2 - winner}" in results[1 - winner]
        statuses = list(first.center.mappings.order_by("version").values_list("status", flat=True))
        assert (statuses[winner], statuses[1 - winner]) == (MappingStatus.APPROVED, MappingStatus.DRAFT)


def test_new_versions_made_at_once_have_numbers_of_their_own(database_file: Path) -> None:
    first, _fingerprint = draft_of(1)
    person = a_reviewer("anna")
    deeds: list[Deed] = [
        lambda code=code: new_version(  # type: ignore[misc]
            first.center, first.snapshot, with_code(first, code), author=person, generated=False
        )
        for code in ("Q", "R", "S", "T")
    ]
    assert at_once(database_file, *deeds) == [MappingStatus.DRAFT] * 4
    assert sorted(Mapping.objects.values_list("version", flat=True)) == [1, 2, 3, 4, 5]
