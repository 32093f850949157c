"""Reads a few rows of each table of a source, politely: few round trips, short waits, and an end to it."""

import math
import threading
import time
from collections.abc import Sequence
from itertools import chain

from centers.catalog import Catalog, Table
from centers.connection import borrow
from centers.exceptions import SourceError, SourceErrorKind
from centers.sample_batch import SampleLimits, batches, not_asked, sample_of, statements
from centers.samples import Samples, Skipped, TableSample
from centers.server_spec import ServerSpec
from centers.source_errors import error_of_kind

Kind = SourceErrorKind

# What may be the fault of one table; after anything else the server is left in peace.
_OF_ONE_TABLE = frozenset(
    {
        *(Kind.PERMISSION, Kind.TABLE, Kind.COLUMN, Kind.LOCK_TIMEOUT, Kind.TIMEOUT, Kind.DEADLOCK),
        *(Kind.PROTOCOL, Kind.INCOMPLETE, Kind.OTHER),
    }
)
_SKIPPED = {
    Kind.PERMISSION: Skipped.FORBIDDEN,
    Kind.TIMEOUT: Skipped.TOO_SLOW,
    Kind.LOCK_TIMEOUT: Skipped.TOO_SLOW,
    Kind.HUNG: Skipped.TOO_SLOW,
}
# So many tables that fail one by one, other than for a missing right, and the rest are not tried.
_PATIENCE = 3
# How long the driver may take, after the last second is over, to notice it.
_GRACE_SECONDS = 5.0


def read_samples(spec: ServerSpec, database: str, catalog: Catalog, limits: SampleLimits) -> Samples:
    """Some rows of each table of `catalog`; tables that could not be read say why. Raises no SourceError."""
    work = _Sampling(spec, database, catalog, limits)
    # The driver can hang where no timeout reaches it; such a thread must hold neither its caller nor the process.
    thread = threading.Thread(target=work.run, name="sampling", daemon=True)
    thread.start()
    thread.join(limits.total_seconds + _GRACE_SECONDS)
    return work.samples()


class _Sampling:
    """One source; what it has found grows while its thread runs."""

    def __init__(self, spec: ServerSpec, database: str, catalog: Catalog, limits: SampleLimits) -> None:
        self._spec = spec
        self._database = database
        self._catalog = catalog
        self._limits = limits
        self._ends = time.monotonic() + limits.total_seconds
        self._patience = _PATIENCE
        self._found: dict[tuple[str, str], TableSample] = {}
        self._rest = Skipped.TOO_SLOW
        self._crash: Exception | None = None

    def run(self) -> None:
        """Read every batch, up to the first error after which no other can be read."""
        try:
            for tables in batches(self._catalog, self._limits):
                self._read(tables)
        except SourceError as error:
            self._rest = _skipped(error)
        except Exception as error:  # noqa: BLE001 for the thread that waits
            self._crash = error

    def samples(self) -> Samples:
        """What has been found by now, for every table of the catalog."""
        if self._crash is not None:
            raise self._crash
        found = dict(self._found)
        rest = self._rest
        return Samples(
            {
                (table.schema, table.name): found.get((table.schema, table.name))
                or TableSample(skipped=not_asked(table, self._limits) or rest)
                for table in self._catalog.tables
            }
        )

    def _read(self, tables: Sequence[Table]) -> None:
        """Read `tables` at once; when that fails, one by one. Raises SourceError when no other table will do better."""
        try:
            self._ask(tables)
        except SourceError as error:
            if error.kind not in _OF_ONE_TABLE or self._seconds_left() <= 0:
                raise
            if len(tables) == 1:
                self._skip(tables[0], error)
                return
            for table in tables:
                self._read((table,))

    def _skip(self, table: Table, error: SourceError) -> None:
        self._found[table.schema, table.name] = TableSample(skipped=_skipped(error))
        self._patience -= error.kind is not Kind.PERMISSION
        if self._patience <= 0:
            raise error

    def _ask(self, tables: Sequence[Table]) -> None:
        try:
            parts = [statements(self._database, table, self._limits) for table in tables]
        except ValueError:
            raise error_of_kind(Kind.PROTOCOL) from None
        left = self._seconds_left()
        if left <= 0:
            raise error_of_kind(Kind.TIMEOUT)
        seconds = max(1, min(self._limits.batch_seconds, math.floor(left)))
        with borrow(self._spec) as connection:
            answers = [result.rows for result in connection.query(";\n".join(chain(*parts)), timeout=seconds)]
        if len(answers) != sum(map(len, parts)):
            raise error_of_kind(Kind.INCOMPLETE)
        for table, part in zip(tables, parts, strict=True):
            rows, answers = answers[: len(part)], answers[len(part) :]
            self._found[table.schema, table.name] = sample_of(table, rows, self._limits)

    def _seconds_left(self) -> float:
        return self._ends - time.monotonic()


def _skipped(error: SourceError) -> Skipped:
    return _SKIPPED.get(error.kind, Skipped.FAILED)
