"""Whatever people do in whatever order, the versions of a center keep their promises."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client, RequestFactory
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from centers.catalog import Catalog
from mappings.approval import approve, reject, submit
from mappings.discovery import store_catalog
from mappings.enums import FieldVerdict, MappingStatus
from mappings.exceptions import TransitionError
from mappings.field_looks import Seen, mark, progress_of
from mappings.models import Mapping, SchemaSnapshot
from mappings.page_access import mapping_or_404
from mappings.queries import approved_version, newest_snapshot
from mappings.sealed_versions import FROZEN
from mappings.transitions import SEALED, may_become
from mappings.versions import edit, propose_for, restore
from tests.mappings.conftest import make_center
from tests.mappings.people import a_reviewer, with_code
from tests.mappings.what_was_seen import SCHEMAS, SOME_KEYS, OpenedPage, choice_behind

PEOPLE = ("anna", "bela", "carla")


class VersionMachine(RuleBasedStateMachine):
    """One center, three reviewers; its own books say who edited what and how each version was decided."""

    pages: Bundle[OpenedPage] = Bundle("pages")

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.people = {name: a_reviewer(name) for name in PEOPLE}
        self.center = make_center()
        self.editors: dict[int, set[str]] = {}
        self.statuses: dict[int, str] = {}
        self.sealed: dict[int, dict[str, Any]] = {}
        self.approvers: dict[int, str] = {}
        # Who marked what as right: the choice as it was then.
        self.marks: dict[tuple[int, str], tuple[str, object]] = {}
        self.outcomes: Counter[str] = Counter()

    def teardown(self) -> None:
        browser = Client()
        browser.force_login(self.people["anna"])
        request = RequestFactory().get("/")
        request.user = self.people["anna"]
        try:
            # Every version is found by its number; the pages of all of them would take most of the test's time.
            for version in self.statuses:
                assert mapping_or_404(request, self.center.center_id, version).version == version
            for version in sorted(self.statuses)[:1]:
                assert browser.get(f"/mappings/{self.center.center_id}/{version}/").status_code == 200
        finally:
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    @initialize(target=pages, schema=st.sampled_from(SCHEMAS))
    def begin(self, schema: Catalog) -> OpenedPage:
        self.discover(schema)
        self.propose()
        return self._newest_page()

    @rule(schema=st.sampled_from(SCHEMAS))
    def discover(self, schema: Catalog) -> None:
        store_catalog(self.center, schema)

    @rule()
    def propose(self) -> None:
        mapping = propose_for(self.center, self._newest_snapshot())
        self.editors.setdefault(mapping.version, set())

    @rule(target=pages, number=st.integers(0, 30))
    def open_page(self, number: int) -> OpenedPage:
        return self._page(self._pick(number))

    @rule(
        page=st.none() | pages, name=st.sampled_from(PEOPLE), code=st.sampled_from(["Q", "R"]), is_blind=st.booleans()
    )
    def edit_version(self, page: OpenedPage | None, name: str, code: str, is_blind: bool) -> None:
        page = page or self._newest_page()
        mapping = self._version(page.version)
        document = with_code(mapping, code)
        saved = self._tried(
            "edit",
            lambda: edit(mapping, document, self.people[name], expected_hash=None if is_blind else page.content_hash),
        )
        if saved is not None and saved.content_hash != mapping.content_hash:
            self.editors[page.version].add(name)

    @rule(page=st.none() | pages, name=st.sampled_from(PEOPLE))
    def submit_version(self, page: OpenedPage | None, name: str) -> None:
        page = page or self._newest_page()
        mapping = self._version(page.version)
        self._tried("submit", lambda: submit(mapping, self.people[name], expected_hash=page.content_hash))

    @rule(page=st.none() | pages, name=st.sampled_from(PEOPLE), key=st.sampled_from(["", *SOME_KEYS]))
    def look_at_version(self, page: OpenedPage | None, name: str, key: str) -> None:
        """One choice is marked as right; all that need a look where `key` is empty."""
        page = page or self._newest_page()
        mapping, seen = self._version(page.version), Seen(page.content_hash, page.fingerprint)

        def mark_all() -> Mapping:
            for one in [key] if key else progress_of(mapping).needed:
                mark(mapping, one, FieldVerdict.RIGHT, self.people[name], seen=seen)
                self.marks[page.version, one] = (name, choice_behind(mapping.document(), one))
            return mapping

        if self._tried("look", mark_all) is not None:
            assert mapping.is_open
            assert mapping.content_hash == page.content_hash

    @rule(page=st.none() | pages, name=st.sampled_from(PEOPLE), is_ticked=st.booleans())
    def approve_version(self, page: OpenedPage | None, name: str, is_ticked: bool) -> None:
        page = page or self._newest_page()
        before, approved = self._version(page.version), approved_version(self.center)
        needed = progress_of(before).needed
        done = self._tried(
            "approve",
            lambda: approve(
                before,
                self.people[name],
                reason="Looks right.",
                expected_hash=page.content_hash,
                expected_fingerprint=page.fingerprint,
                expected_approved=page.approved,
                all_looked_at=is_ticked,
            ),
        )
        if done is not None:
            assert before.is_open
            assert approved == page.approved
            assert (done.content_hash, done.snapshot) == (page.content_hash, self._newest_snapshot())
            assert is_ticked or self._unseen(done, needed) == []
            self.approvers[page.version] = name

    @rule(
        page=st.none() | pages, name=st.sampled_from(PEOPLE), reason=st.sampled_from(["Wrong table.", "Not yet.", ""])
    )
    def reject_version(self, page: OpenedPage | None, name: str, reason: str) -> None:
        page = page or self._newest_page()
        before = self._version(page.version)
        done = self._tried("reject", lambda: reject(before, self.people[name], reason, expected_hash=page.content_hash))
        assert done is None or (before.is_open and reason != "")

    @precondition(lambda self: any(status in SEALED for status in self.statuses.values()))
    @rule(number=st.integers(0, 30), name=st.sampled_from(PEOPLE))
    def restore_version(self, number: int, name: str) -> None:
        mapping = self._pick(number, SEALED)
        restored = self._tried("restore", lambda: restore(mapping, self.people[name]))
        if restored is not None and restored.version not in self.editors:
            was_approved = mapping.version in self.approvers
            self.editors[restored.version] = {name} | (set() if was_approved else self.editors[mapping.version])
            previous = Mapping.objects.filter(version=restored.version - 1).get()
            assert not (previous.is_open and previous.content_hash == restored.content_hash)

    @invariant()
    def numbers_have_no_gaps(self) -> None:
        versions = list(Mapping.objects.order_by("version").values_list("version", flat=True))
        assert versions == list(range(1, len(versions) + 1))
        assert set(versions) == set(self.editors)

    @invariant()
    def at_most_one_is_approved(self) -> None:
        approved = Mapping.objects.filter(status=MappingStatus.APPROVED)
        assert approved.count() == min(len(self.approvers), 1)

    @invariant()
    def approver_is_never_an_editor(self) -> None:
        for mapping in Mapping.objects.select_related("author", "first_author", "reviewer").prefetch_related("editors"):
            kept = {person.username for person in mapping.editors.all()}
            assert kept == self.editors[mapping.version]
            if mapping.version in self.approvers:
                assert mapping.reviewer == self.people[self.approvers[mapping.version]]
                assert mapping.reviewer not in {mapping.author, mapping.first_author}
                assert self.approvers[mapping.version] not in kept
            assert mapping.four_eyes_waived is False

    @invariant()
    def decided_versions_never_change(self) -> None:
        for row in Mapping.objects.filter(status__in=SEALED).values("status", *FROZEN):
            frozen = {name: row[name] for name in FROZEN}
            assert self.sealed.setdefault(row["version"], frozen) == frozen

    @invariant()
    def statuses_follow(self) -> None:
        now = dict(Mapping.objects.values_list("version", "status"))
        for version, status in now.items():
            assert may_become(self.statuses.get(version, MappingStatus.DRAFT), status)
        self.statuses = now

    def _unseen(self, mapping: Mapping, needed: tuple[str, ...]) -> list[str]:
        """What nobody but its own workers has looked at as it is."""
        nobody = ("", None)
        marks = {key: self.marks.get((mapping.version, key), nobody) for key in needed}
        return [
            key
            for key, (name, seen) in marks.items()
            if name in {"", *self.editors[mapping.version]} or seen != choice_behind(mapping.document(), key)
        ]

    def _newest_page(self) -> OpenedPage:
        """What somebody sees who looks just now; pages of the bundle may be old."""
        return self._page(self._pick(0))

    def _page(self, mapping: Mapping) -> OpenedPage:
        fingerprint, approved = self._newest_snapshot().fingerprint, approved_version(self.center)
        return OpenedPage(mapping.version, mapping.content_hash, fingerprint, approved)

    def _version(self, version: int) -> Mapping:
        return Mapping.objects.select_related("center").get(version=version)

    def _pick(self, number: int, statuses: tuple[MappingStatus, ...] = tuple(MappingStatus)) -> Mapping:
        found = list(Mapping.objects.select_related("center").filter(status__in=statuses).order_by("-version"))
        return found[number % len(found)]

    def _newest_snapshot(self) -> SchemaSnapshot:
        snapshot = newest_snapshot(self.center)
        assert snapshot is not None
        return snapshot

    def _tried(self, name: str, step: Callable[[], Mapping]) -> Mapping | None:
        """What came of a step; None when it was refused."""
        try:
            done = step()
        except TransitionError:
            self.outcomes[f"{name} refused"] += 1
            return None
        self.outcomes[name] += 1
        return done


@pytest.mark.django_db
def test_versions_keep_their_promises_whatever_people_do() -> None:
    run_state_machine_as_test(
        VersionMachine,
        settings=settings(
            max_examples=12,
            stateful_step_count=18,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.django_db
def test_machine_does_what_its_rules_say() -> None:
    """Its promises are not kept for want of deeds: one course of events with every step, done and refused."""
    machine = VersionMachine()
    try:
        machine.begin(SCHEMAS[0])
        machine.submit_version(None, "anna")
        machine.approve_version(None, "anna", is_ticked=False)
        machine.approve_version(None, "anna", is_ticked=True)
        machine.approve_version(None, "bela", is_ticked=True)
        machine.restore_version(0, "bela")
        machine.look_at_version(None, "carla", "")
        machine.edit_version(None, "carla", "Q", is_blind=False)
        machine.look_at_version(None, "carla", "")
        machine.approve_version(None, "bela", is_ticked=True)
        machine.look_at_version(None, "anna", "KARTEI.BEMERKUNG")
        machine.approve_version(None, "anna", is_ticked=False)
        machine.look_at_version(None, "anna", "")
        machine.approve_version(None, "anna", is_ticked=False)
        machine.discover(SCHEMAS[2])
        machine.propose()
        machine.reject_version(None, "anna", "Wrong table.")
        for promise in (machine.numbers_have_no_gaps, machine.at_most_one_is_approved, machine.statuses_follow):
            promise()
        machine.approver_is_never_an_editor()
        machine.decided_versions_never_change()
        done = {"submit": 1, "approve": 2, "restore": 1, "edit": 1, "reject": 1, "look": 3}
        assert machine.outcomes == {**done, "approve refused": 4, "look refused": 1}
        assert machine.editors == {1: set(), 2: {"bela", "carla"}, 3: set()}
        assert machine.approvers == {1: "anna", 2: "anna"}
        assert machine.statuses == {1: "superseded", 2: "approved", 3: "rejected"}
    finally:
        machine.teardown()
