"""What every adapter can do."""

import asyncio
import datetime as dt
from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import partial

from centers import event_loop
from centers.catalog import Catalog
from centers.server_spec import ServerSpec
from extraction.rows import Extraction, SourceRow, SourceRows
from mappings.document import MappingDocument


@dataclass(frozen=True, slots=True)
class Source:
    """One center's database with its approved mapping; `catalog` holds at least the mapped tables.

    `counts_undated`: count the chart rows without a date as well. They belong to no day and are found by looking at
    every row, so of a range that is read in pieces one piece is enough.
    """

    server: ServerSpec
    database: str
    mapping: MappingDocument
    catalog: Catalog
    counts_undated: bool = True


@dataclass(frozen=True, slots=True)
class Health:
    """Whether a source can be read now; `message` says what to do when it cannot. `duration_ms` in milliseconds."""

    ok: bool
    message: str
    duration_ms: int


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """One real read with everything that explains it; `columns` are schema, table, column, type and length."""

    sql: str
    columns: tuple[SourceRow, ...]
    rows: SourceRows
    extraction: Extraction


class Adapter(ABC):
    """Reads one source. Used in threads: no ORM, and no state that two threads share."""

    def __init__(self, source: Source) -> None:
        self.source = source

    @abstractmethod
    def extract_chart_entries(self, date_from: dt.date, date_to: dt.date | None = None) -> Extraction:
        """All chart entries from `date_from` to `date_to` (default: that one day), a slice for each day.

        Raises SourceError when not all of them could be read; there is no partial answer.
        """

    async def extract_in_loop(self, date_from: dt.date, date_to: dt.date | None = None) -> Extraction:
        """The same for an event loop; an adapter that knows nothing of loops works in a thread then."""
        work = partial(self.extract_chart_entries, date_from, date_to)
        return await asyncio.get_running_loop().run_in_executor(event_loop.driver_threads, work)

    @abstractmethod
    def health_check(self) -> Health:
        """Read the least that proves that extracting would work. Never raises for a source that does not answer."""

    def rehearse(self, date_from: dt.date, date_to: dt.date, *, timeout: int) -> Rehearsal:
        """The same read as `extract_chart_entries`, once, within `timeout` seconds, for people to look at.

        Raises SourceError as that does, and NotImplementedError where an adapter cannot show its rows.
        """
        raise NotImplementedError

    def sql(self, date_from: dt.date, date_to: dt.date) -> str:
        """The statements that `extract_chart_entries` sends, with marks for values; asks no source.

        Raises SourceError when the mapping names what the catalog lacks, NotImplementedError where there is no SQL.
        """
        raise NotImplementedError
