"""Circuit breakers at work: who is left alone in this run, who gets the one try, and what the results change.

A server or center that keeps failing is left alone for a while, for runs of persons as for those of the schedule: a
person who has mended something closes its breaker (`breaker_reset`), and a connection test asks no breaker. After the
wait one center is tried: it closes the breaker, or opens it for twice as long. No row means closed.
"""

import logging
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Self

from django.db import Error

from extraction import breaker_rows
from extraction.breaker_models import Breaker
from extraction.breaker_rules import Subject, Verdict, verdict_on_center, verdict_on_server
from extraction.breaker_tries import changed_since, due_tries, subjects_of
from extraction.breaker_words import refusal_of
from extraction.causes import Cause
from extraction.enums import BreakerState
from extraction.reader import CenterResult, CenterTask, Failure

logger = logging.getLogger(__name__)


@contextmanager
def _forgiven() -> Iterator[None]:
    try:
        yield
    except Error as error:
        # The class only: a database's message may quote a row.
        logger.warning("a breaker was not written: %s", type(error).__name__)


class Gate:
    """What one executing process knows of the breakers; built once per execution.

    `refusal`, `is_on_trial` and `ordered` work in memory and may be called from any thread; the others only from the
    thread that writes. All that a breaker guards is read in one run when its try comes first and alone: add tasks as
    `ordered` says, begin one at a time where `is_on_trial`, and ask for the `refusal` right before reading.
    """

    def __init__(self) -> None:
        """One query; `of` also takes the tasks."""
        self._rows = {row.key: row for row in Breaker.objects.all()}
        self._token = secrets.token_hex(16)
        # Which center run is the one try of a breaker, and which of them were let through.
        self._probes: dict[str, int] = {}
        self._tried: set[str] = set()
        # Failures of the closed breakers, and the answer of the others.
        closed = BreakerState.CLOSED
        self._failures = {key: row.failures for key, row in self._rows.items() if row.state == closed}
        self._refusals = {key: refusal_of(row) for key, row in self._rows.items() if row.state != closed}
        # How many centers of each server there are, and which servers have answered since the start.
        self._centers: Counter[int] = Counter()
        self._proven: set[int] = set()

    @classmethod
    def of(cls, tasks: Iterable[CenterTask]) -> Self:
        """The gate of `tasks`; at most five queries, whatever their number."""
        gate = cls()
        gate.add(tasks)
        return gate

    def add(self, tasks: Iterable[CenterTask]) -> None:
        """Take more tasks in, and claim the tries whose time has come; no query where no breaker concerns them."""
        known = list(tasks)
        self._centers.update(task.server_pk for task in known)
        if not self._rows:
            return
        changed = changed_since(known, self._rows)
        breaker_rows.forget(changed)
        for row in changed:
            self._closed(row.key)
        if wanted := due_tries(known, self._rows):
            self._claim(wanted)

    def refusal(self, task: CenterTask) -> Failure | None:
        """Why this task is not tried now; None when it is."""
        if not self._refusals:
            return None
        probing = []
        for subject in subjects_of(task):
            key = subject.key
            if self._probes.get(key) == task.center_run_id:
                probing.append(key)
            elif (refusal := self._refusals.get(key)) is not None:
                return refusal
        self._tried.update(probing)
        return None

    def is_on_trial(self, task: CenterTask) -> bool:
        """True while this process has the one try of the task's server: what comes of it decides about the others."""
        return subjects_of(task)[0].key in self._probes

    def ordered(self, tasks: Iterable[CenterTask]) -> list[CenterTask]:
        """`tasks` with the tries first and those that wait for a try's outcome last; else in the given order."""
        return sorted(tasks, key=self._place)

    def note(self, results: Iterable[CenterResult]) -> None:
        """Learn from results; rows are written only where something changes. Call it outside of a transaction.

        A database that is busy costs what was learnt, and not the run.
        """
        for result in results:
            cause = result.failure.cause if result.failure else None
            if cause == Cause.BREAKER.value:
                continue
            server, center = subjects_of(result.task)
            with _forgiven():
                self._judge(server, self._server_verdict(server, cause), result)
            with _forgiven():
                self._judge(center, verdict_on_center(cause), result)

    def leave(self) -> None:
        """Give tries back that were not made, because the run was cancelled. Harmless when there are none."""
        unused = [key for key in self._probes if key not in self._tried]
        if unused:
            with _forgiven():
                breaker_rows.give_back(unused, self._token)

    def _claim(self, wanted: dict[str, int]) -> None:
        claimed: set[str] = set()
        with _forgiven():
            claimed = breaker_rows.claim(list(wanted), self._token)
        # A task may be the one try of its server and of its center; it needs both.
        lost = {center_run_id for key, center_run_id in wanted.items() if key not in claimed}
        won = {key for key in claimed if wanted[key] not in lost}
        if useless := claimed - won:
            with _forgiven():
                breaker_rows.give_back(useless, self._token)
        self._probes.update((key, wanted[key]) for key in won)
        for key in wanted:
            row = self._rows[key]
            # Its time comes no more in this execution.
            row.state, row.next_probe_at = BreakerState.HALF_OPEN, None
            self._refusals[key] = refusal_of(row)

    def _place(self, task: CenterTask) -> int:
        keys = [subject.key for subject in subjects_of(task)]
        if any(self._probes.get(key) == task.center_run_id for key in keys):
            return 0
        return 2 if any(key in self._refusals for key in keys) else 1

    def _server_verdict(self, server: Subject, cause: str | None) -> Verdict:
        verdict = verdict_on_server(cause)
        if verdict is Verdict.GOOD:
            self._proven.add(server.pk)
        if verdict is not Verdict.SILENT:
            return verdict
        # Three silent centers where no other has answered: the server is silent, not each of its practices.
        is_dumb = self._centers[server.pk] > 1 and server.pk not in self._proven
        return Verdict.BAD if is_dumb else Verdict.NOTHING

    def _judge(self, subject: Subject, verdict: Verdict, result: CenterResult) -> None:
        key = subject.key
        if self._probes.get(key) == result.task.center_run_id:
            self._end_try(subject, verdict, result)
        elif key in self._refusals or verdict in {Verdict.NOTHING, Verdict.SILENT}:
            return
        elif verdict is Verdict.BAD and result.failure is not None:
            self._remember(key, breaker_rows.count_failure(subject, result.failure))
        elif self._failures.pop(key, 0):
            breaker_rows.close(key)

    def _end_try(self, subject: Subject, verdict: Verdict, result: CenterResult) -> None:
        if verdict is Verdict.GOOD or result.failure is None:
            breaker_rows.close_after_try(subject.key, self._token)
            self._closed(subject.key)
        else:
            is_longer = verdict is Verdict.BAD
            row = breaker_rows.reopen(subject, self._token, result.failure, is_longer=is_longer)
            self._remember(subject.key, row)
        self._probes.pop(subject.key, None)

    def _remember(self, key: str, row: Breaker | None) -> None:
        if row is None:
            self._closed(key)
        elif row.state == BreakerState.CLOSED:
            self._failures[key] = row.failures
        else:
            self._refusals[key] = refusal_of(row)

    def _closed(self, key: str) -> None:
        self._rows.pop(key, None)
        self._failures.pop(key, None)
        self._refusals.pop(key, None)
