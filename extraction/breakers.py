"""Circuit breakers at work: who is left alone in this run, who gets the one try, and what the results change.

A server or center that keeps failing is left alone for a while, for runs of persons as for those of the schedule: a
person who has mended something closes its breaker (`breaker_reset`), and a connection test asks no breaker. After the
wait one center is tried: it closes the breaker, or opens it for twice as long. No row means closed.
"""

import secrets
from collections import Counter
from collections.abc import Collection, Iterable
from typing import Self

from extraction import breaker_rows
from extraction.breaker_models import Breaker
from extraction.breaker_rules import Subject, Verdict, verdict_on_center, verdict_on_server
from extraction.breaker_tries import due_tries, known_breakers, subjects_of
from extraction.breaker_words import refusal_of
from extraction.causes import Cause
from extraction.enums import BreakerState
from extraction.reader import CenterResult, CenterTask, Failure


class Gate:
    """What one executing process knows of the breakers; built once per execution.

    `refusal` and `ordered` work in memory and may be called from any thread; `note` and `leave` only from the thread
    that writes.
    """

    def __init__(
        self, breakers: Collection[Breaker], token: str, probes: dict[str, int], shared: frozenset[int]
    ) -> None:
        self._token = token
        # Which center run is the one try of a breaker, and which of them were let through.
        self._probes = probes
        self._tried: set[str] = set()
        # Failures of the closed breakers, and the answer of the others.
        self._failures = {row.key: row.failures for row in breakers if row.state == BreakerState.CLOSED}
        self._refusals = {row.key: refusal_of(row) for row in breakers if row.state != BreakerState.CLOSED}
        # Servers of several centers, and those that have answered since the start.
        self._shared = shared
        self._proven: set[int] = set()

    @classmethod
    def of(cls, tasks: Iterable[CenterTask]) -> Self:
        """Ask for the breakers of `tasks`, and claim the tries whose time has come; at most five queries."""
        known = list(tasks)
        rows = known_breakers(known)
        wanted, token = due_tries(known, rows), secrets.token_hex(16)
        claimed = breaker_rows.claim(list(wanted), token) if wanted else set()
        # A task may be the one try of its server and of its center; it needs both.
        lost = {center_run_id for key, center_run_id in wanted.items() if key not in claimed}
        probes = {key: wanted[key] for key in claimed if wanted[key] not in lost}
        if useless := claimed - probes.keys():
            breaker_rows.give_back(useless, token)
        for key in wanted:
            rows[key].state = BreakerState.HALF_OPEN
        servers = Counter(task.server_pk for task in known)
        shared = frozenset(server for server, centers in servers.items() if centers > 1)
        return cls(rows.values(), token, probes, shared)

    def refusal(self, task: CenterTask) -> Failure | None:
        """Why this task is not tried now; None when it is. Ask right before reading: the answer changes with time."""
        probing = []
        for subject in subjects_of(task):
            key = subject.key
            if self._probes.get(key) == task.center_run_id:
                probing.append(key)
            elif (refusal := self._refusals.get(key)) is not None:
                return refusal
        self._tried.update(probing)
        return None

    def ordered(self, tasks: Iterable[CenterTask]) -> list[CenterTask]:
        """`tasks` with the tries first and those that wait for a try's outcome last; else in the given order."""
        return sorted(tasks, key=self._place)

    def note(self, results: Iterable[CenterResult]) -> None:
        """Learn from results; rows are written only where something changes. Never raises for a row that is gone."""
        for result in results:
            cause = result.failure.cause if result.failure else None
            if cause == Cause.BREAKER.value:
                continue
            server, center = subjects_of(result.task)
            self._judge(server, self._server_verdict(server, cause), result)
            self._judge(center, verdict_on_center(cause), result)

    def leave(self) -> None:
        """Give tries back that were not made, because the run was cancelled. Harmless when there are none."""
        unused = [key for key in self._probes if key not in self._tried]
        if unused:
            breaker_rows.give_back(unused, self._token)

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
        is_dumb = server.pk in self._shared and server.pk not in self._proven
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
            self._refusals.pop(subject.key, None)
        else:
            is_longer = verdict is Verdict.BAD
            row = breaker_rows.reopen(subject, self._token, result.failure, is_longer=is_longer)
            self._remember(subject.key, row)
        self._probes.pop(subject.key, None)

    def _remember(self, key: str, row: Breaker | None) -> None:
        if row is None:
            self._failures.pop(key, None)
            self._refusals.pop(key, None)
        elif row.state == BreakerState.CLOSED:
            self._failures[key] = row.failures
        else:
            self._refusals[key] = refusal_of(row)
