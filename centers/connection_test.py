"""The ladder: named steps from the host's name to the practice's tables, each with its time and what to do next.

It needs a spec only, so a server can be tested before it is saved.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from centers import reachable, tcp_probe, tls_probe
from centers.connection import SourceConnection, open_connection
from centers.connection_report import SERVER_STEPS, ConnectionReport, Outcome, Step, StepResult, report_of
from centers.exceptions import SourceError, SourceErrorKind
from centers.identifiers import literal, quote, three_part
from centers.server_spec import ServerSpec
from centers.source_errors import advice, error_of_kind

DEADLINE_SECONDS = 15.0
LOGIN_SECONDS = 5
QUERY_SECONDS = 5
# What the tables of Ivoris are called before any suffix.
IVORIS_WORDS = ("KARTEI", "LEISTUNG", "PATKASSE", "KASSEN", "PATIENT")

Finding = tuple[Outcome, str]


def climb(spec: ServerSpec, database: str | None, deadline: float = DEADLINE_SECONDS) -> ConnectionReport:
    """Test the way to `database` (None: only to the login) for at most `deadline` seconds. Raises nothing."""
    impatient = replace(
        spec,
        login_timeout=min(spec.login_timeout, LOGIN_SECONDS),
        query_timeout=min(spec.query_timeout, QUERY_SECONDS),
    )
    expected = tuple(Step) if database is not None else SERVER_STEPS
    ladder = _Ladder(impatient, database or "", expected, translation.get_language() or "en")
    started = time.monotonic()
    # A thread that the driver holds for ever must hold neither the caller nor the process at its end.
    thread = threading.Thread(target=ladder.climb, name="connection-test", daemon=True)
    thread.start()
    thread.join(deadline)
    return report_of(list(ladder.results), _milliseconds_since(started), expected)


class _Ladder:
    """One climb; `results` grows while it goes on."""

    def __init__(self, spec: ServerSpec, database: str, expected: Sequence[Step], language: str) -> None:
        self.results: list[StepResult] = []
        self._expected = expected
        self._spec = spec
        self._database = database
        self._language = language
        self._addresses: list[tcp_probe.Address] = []
        self._connection: SourceConnection | None = None
        self._tables: list[tuple[str, str]] = []

    def climb(self) -> None:
        """Take the steps up to the first failure, in the language of the person who asked."""
        steps: dict[Step, Callable[[], Finding]] = {
            Step.DNS: self._resolve,
            Step.TCP: self._knock,
            Step.TLS: self._shake_hands,
            Step.LOGIN: self._log_in,
            Step.DATABASE: self._list_tables,
            Step.SELECT: self._read,
            Step.TABLES: self._recognise,
        }
        try:
            with translation.override(self._language):
                for step in self._expected:
                    result = _timed(step, steps[step])
                    self.results.append(result)
                    if result.outcome is Outcome.FAILED:
                        return
        finally:
            if self._connection is not None:
                self._connection.close()

    def _resolve(self) -> Finding:
        self._addresses = reachable.resolve(self._spec.host, self._spec.port)
        return Outcome.OK, ", ".join(dict.fromkeys(str(address[0]) for _family, address in self._addresses))

    def _knock(self) -> Finding:
        self._addresses = [tcp_probe.knock(self._addresses)]
        return Outcome.OK, _("Port %(port)s answers.") % {"port": self._spec.port}

    def _shake_hands(self) -> Finding:
        found = tls_probe.shake_hands(self._spec, self._addresses[0])
        return (Outcome.WARNING if self._spec.needs_trust else Outcome.OK), found

    def _log_in(self) -> Finding:
        self._connection = open_connection(self._spec, self._addresses[0])
        return Outcome.OK, _("Logged in as %(user)s.") % {"user": self._spec.user}

    def _list_tables(self) -> Finding:
        rows = self._rows(
            f"SELECT TABLE_SCHEMA, TABLE_NAME FROM {quote(self._database)}.INFORMATION_SCHEMA.TABLES"  # noqa: S608 quoted
            " WHERE TABLE_TYPE = N'BASE TABLE' ORDER BY TABLE_SCHEMA, TABLE_NAME"
        )
        self._tables = [(str(schema), str(name)) for schema, name in rows]
        count = len(rows)
        return Outcome.OK, ngettext("%(count)d table is visible.", "%(count)d tables are visible.", count) % {
            "count": count
        }

    def _read(self) -> Finding:
        if not self._tables:
            raise error_of_kind(SourceErrorKind.PERMISSION)
        schema, name = next(iter(self._ivoris_tables()), self._tables[0])
        table = three_part(self._database, schema, name)
        # The constant reads no value of any row, yet needs the right to read the table.
        self._rows(f"SELECT TOP (1) 1 AS found FROM {table}")  # noqa: S608 quoted
        writes = self._rows(f"SELECT HAS_PERMS_BY_NAME({literal(table)}, N'OBJECT', N'INSERT') AS may_write")
        if writes == [(1,)]:
            return Outcome.WARNING, _("This login may also write. Give dentalhub one with SELECT only.")
        return Outcome.OK, _("%(table)s can be read.") % {"table": f"{schema}.{name}"}

    def _recognise(self) -> Finding:
        found = self._ivoris_tables()
        missing = [word for word in IVORIS_WORDS if not any(word in name.upper() for _schema, name in found)]
        if not missing:
            return Outcome.OK, ", ".join(sorted({name for _schema, name in found})[:8])
        return Outcome.WARNING, _("No table is called like %(words)s. Discovery may still find them.") % {
            "words": ", ".join(missing)
        }

    def _ivoris_tables(self) -> list[tuple[str, str]]:
        return [table for table in self._tables if any(word in table[1].upper() for word in IVORIS_WORDS)]

    def _rows(self, sql: str) -> list[tuple[object, ...]]:
        if self._connection is None:
            raise error_of_kind(SourceErrorKind.CONNECTION_LOST)
        return self._connection.query(sql)[0].rows


def _timed(step: Step, action: Callable[[], Finding]) -> StepResult:
    started = time.monotonic()
    try:
        outcome, message = action()
    except SourceError as error:
        return StepResult(step, Outcome.FAILED, _milliseconds_since(started), error.message, error.kind.value)
    except (ValueError, LookupError):
        # A name that no SQL Server object can have, or an answer of another shape.
        kind = SourceErrorKind.PROTOCOL
        return StepResult(step, Outcome.FAILED, _milliseconds_since(started), advice(kind), kind.value)
    return StepResult(step, outcome, _milliseconds_since(started), message)


def _milliseconds_since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
