"""Ivoris on SQL Server."""

import datetime as dt
import time
from contextlib import suppress
from dataclasses import replace

from django.utils.translation import gettext as _

from centers.connection import ResultSet, Sessions, SourceConnection, borrow, borrow_now
from centers.exceptions import SourceError, SourceErrorKind
from centers.phase_times import PhaseTimes
from centers.run_now import run_now
from centers.source_errors import advice
from extraction.adapters.base import Adapter, Health, Rehearsal
from extraction.dates import chunks
from extraction.query import END_MARKER, MOST_DAYS, SourceQuery, extraction_query, health_query, schema_query
from extraction.rows import Extraction, SourceRows, assemble
from extraction.schema_check import broken, schema_error
from mappings.enums import DateFormat

# What the server may say to a statement that was written for another schema.
_MAY_BE_SCHEMA = frozenset({SourceErrorKind.TABLE, SourceErrorKind.COLUMN, SourceErrorKind.OTHER})


class IvorisAdapter(Adapter):
    """One round trip for each piece of at most MOST_DAYS days."""

    def extract_chart_entries(self, date_from: dt.date, date_to: dt.date | None = None) -> Extraction:
        """See `Adapter`."""
        return run_now(self._extract(borrow_now, date_from, date_to or date_from))

    async def extract_in_loop(self, date_from: dt.date, date_to: dt.date | None = None) -> Extraction:
        """See `Adapter`."""
        from centers.async_connection import borrow_in_loop

        return await self._extract(borrow_in_loop, date_from, date_to or date_from)

    async def _extract(self, sessions: Sessions, date_from: dt.date, date_to: dt.date) -> Extraction:
        pieces = []
        for first, last in chunks(date_from, date_to, MOST_DAYS):
            counts_undated = last == date_to and self.source.counts_undated
            pieces.append((await self._answer(sessions, first, last, counts_undated=counts_undated)).extraction)
        return Extraction(
            slices=tuple(item for piece in pieces for item in piece.slices),
            undated=max((piece.undated for piece in pieces), default=0),
            times=sum((piece.times for piece in pieces), PhaseTimes()),
        )

    def health_check(self) -> Health:
        """See `Adapter`."""
        started = time.monotonic()
        try:
            query = health_query(self.source.mapping, self.source.catalog, self.source.database)
            with borrow(self.source.server) as connection:
                connection.query(query.sql, query.parameters)
        except SourceError as error:
            return Health(False, error.message, _since(started))
        return Health(True, _("The chart table can be read."), _since(started))

    def rehearse(self, date_from: dt.date, date_to: dt.date, *, timeout: int) -> Rehearsal:
        """See `Adapter`. At most MOST_DAYS days."""
        return run_now(self._answer(borrow_now, date_from, date_to, timeout))

    def sql(self, date_from: dt.date, date_to: dt.date) -> str:
        """See `Adapter`. At most MOST_DAYS days."""
        source = self.source
        return extraction_query(source.mapping, source.catalog, source.database, date_from, date_to).sql

    async def _answer(
        self,
        sessions: Sessions,
        date_from: dt.date,
        date_to: dt.date,
        timeout: int | None = None,
        *,
        counts_undated: bool = True,
    ) -> Rehearsal:
        source = self.source
        query = extraction_query(
            source.mapping, source.catalog, source.database, date_from, date_to, counts_undated=counts_undated
        )
        async with sessions(source.server) as connection:
            try:
                results = await connection.ask(query.sql, query.parameters, timeout)
            except SourceError as error:
                raise await self._explained(error, connection) from None
            times = connection.times
        answered = time.perf_counter()
        rows = verified(query, results[1:])
        if changes := broken(source.mapping, source.catalog, results[0].rows):
            raise schema_error(changes)
        extraction = assemble(
            rows,
            date_from,
            date_to,
            entry_dates=source.mapping.table("KARTEI").date_format or DateFormat.INT,
            service_dates=source.mapping.table("LEISTUNG").date_format or DateFormat.INT,
            insurance_codes=dict(source.mapping.insurance_codes),
            patient_ids=source.mapping.patient_id_form,
        )
        times += PhaseTimes(convert=time.perf_counter() - answered)
        return Rehearsal(query.sql, tuple(results[0].rows), rows, replace(extraction, times=times))

    async def _explained(self, error: SourceError, connection: SourceConnection) -> SourceError:
        """`error`, or that the schema changed where that is the reason.

        A server judges a batch as a whole: a column that is gone or has a type that cannot be compared fails it before
        its first result. Only then the schema is asked for once more, alone.
        """
        if error.kind not in _MAY_BE_SCHEMA or error.transient:
            return error
        source = self.source
        with suppress(SourceError):
            answers = await connection.ask(schema_query(source.mapping, source.catalog, source.database))
            if changes := broken(source.mapping, source.catalog, answers[0].rows if answers else ()):
                return schema_error(changes)
        if error.kind is SourceErrorKind.OTHER:
            return error
        # Every name of the statement was in the approved snapshot.
        return SourceError(SourceErrorKind.SCHEMA, error.message, number=error.number)


def verified(query: SourceQuery, results: list[ResultSet]) -> SourceRows:
    """The rows by their part. Raises SourceError (INCOMPLETE) unless the end marker proves that all arrived."""
    if len(results) != len(query.parts) + 1 or len(results[-1].rows) != 1:
        raise _incomplete()
    *counts, undated, marker = results[-1].rows[0]
    expected = dict(zip(("entries", "services", "insurances"), counts, strict=True))
    rows = {name: result.rows for name, result in zip(query.parts, results, strict=False)}
    if marker != END_MARKER or any(expected[name] != len(rows[name]) for name in query.parts):
        raise _incomplete()
    return SourceRows(
        entries=rows["entries"],
        services=rows.get("services", ()),
        insurances=rows.get("insurances", ()),
        undated=int(undated),
    )


def _incomplete() -> SourceError:
    kind = SourceErrorKind.INCOMPLETE
    return SourceError(kind, advice(kind), transient=True)


def _since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
