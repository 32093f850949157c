"""Catalogs, mappings and tasks for the tests of this app. *Pure* but for `center_with_mapping`."""

import datetime as dt

from django.utils import timezone

from centers import catalog as catalogs
from centers.catalog import Catalog, Column, Table
from centers.models import Center, DatabaseServer, Region
from centers.server_spec import ServerSpec
from extraction.adapters.base import Source
from extraction.day_ranges import DayRange
from extraction.reader import CenterResult, CenterTask, Failure
from extraction.rows import EntryRow, Extraction, SliceRows
from mappings.document import (
    DeleteFlag,
    FieldMapping,
    MappingDocument,
    TableMapping,
    content_hash,
    to_document,
)
from mappings.enums import DateFormat, MappingStatus
from mappings.models import Mapping, SchemaSnapshot

FRIDAY = dt.date(2026, 11, 20)
MONDAY = dt.date(2026, 11, 16)
DATABASE = "DentalDB_01"
SERVER = ServerSpec("localhost", 1433, "svc_extract", "env:IVORIS_PASSWORD")

TABLES = {
    "KARTEI": ("KARTEI_MN", ("ID", "PATNR", "DATUM", "BEMERKUNG", "DELKZ")),
    "LEISTUNG": ("LEISTUNG_X1", ("ID", "PATIENTID", "DATUM", "LEISTUNG", "DELKZ")),
    "PATKASSE": ("PATKASSE_Q", ("ID", "PATNR", "KASSENID", "DELKZ")),
    "KASSEN": ("KASSEN_7", ("ID", "NAME", "ART", "DELKZ")),
}
TEXT_FIELDS = {"BEMERKUNG", "LEISTUNG", "NAME", "ART"}


def catalog(
    *, date_type: str = "int", flag_type: str | None = "int", tables: tuple[str, ...] = tuple(TABLES)
) -> Catalog:
    """A source whose columns have the canonical names with the suffix `_S`."""
    return Catalog(DATABASE, tuple(_table(name, date_type, flag_type) for name in tables))


def document(
    date_format: DateFormat = DateFormat.INT,
    flag: DeleteFlag | None = None,
    *,
    has_flag: bool = True,
    tables: tuple[str, ...] = tuple(TABLES),
    codes: tuple[tuple[str, str], ...] = (("P", "PKV"),),
) -> MappingDocument:
    """The mapping that fits `catalog`."""
    return MappingDocument(
        tuple(
            TableMapping(
                name,
                "ck",
                TABLES[name][0],
                tuple(
                    FieldMapping(field, f"{field}_S" if has_flag or field != "DELKZ" else None)
                    for field in TABLES[name][1]
                ),
                date_format if "DATUM" in TABLES[name][1] else None,
                flag or DeleteFlag(),
            )
            for name in tables
        ),
        codes,
    )


def task(
    center_run_id: int = 1, center_pk: int = 1, mapping_pk: int = 1, center_id: str = "center_01", shard_id: int = 1
) -> CenterTask:
    """A task for Monday to Friday, all days in one answer."""
    return CenterTask(
        center_run_id=center_run_id,
        shard_id=shard_id,
        center_pk=center_pk,
        server_pk=1,
        center_id=center_id,
        adapter="ivoris",
        mapping_pk=mapping_pk,
        source=Source(SERVER, DATABASE, document(), catalog()),
        ranges=(DayRange(MONDAY, FRIDAY),),
        chunk_days=5,
    )


def entry(
    patient: str = "7", text: str = "01 Untersuchung", *, row: str = "1", codes: tuple[str, ...] = ("01",)
) -> EntryRow:
    """A chart entry of a statutory patient."""
    return EntryRow(row, patient, "GKV", "AOK Bayern", text, codes)


def extraction(task: CenterTask, *entries: EntryRow, undated: int = 0) -> Extraction:
    """All days of a task: `entries` on the last one, the others empty."""
    days = (task.date_to - task.date_from).days
    empty = tuple(SliceRows(task.date_from + dt.timedelta(days=number), ()) for number in range(days))
    return Extraction((*empty, SliceRows(task.date_to, entries)), undated)


def success(task: CenterTask, *entries: EntryRow, undated: int = 0) -> CenterResult:
    """The result of a task that found `entries` on its last day."""
    return CenterResult(task, extraction(task, *entries, undated=undated), None, 12, timezone.now())


def failure(task: CenterTask, cause: str = "login_failed", message: str = "The login was refused.") -> CenterResult:
    """The result of a task that failed."""
    return CenterResult(task, None, Failure(cause, message), 12, timezone.now())


def center(number: int, *, server: DatabaseServer | None = None) -> Center:
    """An active center without a mapping."""
    return Center.objects.create(
        center_id=f"center_{number:02d}",
        name=f"Praxis {number}",
        server=server or database_server(),
        database=f"DentalDB_{number:02d}",
    )


def database_server() -> DatabaseServer:
    """The one server of the tests."""
    region, _created = Region.objects.get_or_create(code="germany", defaults={"name": "Germany"})
    found, _created = DatabaseServer.objects.get_or_create(
        code="test",
        defaults={"region": region, "host": "localhost", "user": "svc_extract", "credential": "env:IVORIS_PASSWORD"},
    )
    return found


def center_with_mapping(number: int = 1) -> Center:
    """An active center with an approved mapping."""
    found = center(number)
    approve(found, document(), catalog())
    return found


def approve(found: Center, content: MappingDocument, source: Catalog) -> Mapping:
    """An approved mapping of `found`, put there without a review."""
    snapshot = SchemaSnapshot.objects.create(
        center=found,
        fingerprint=f"{found.pk:064d}",
        content=catalogs.to_document(source),
        table_count=len(source.tables),
        column_count=sum(len(table.columns) for table in source.tables),
        seen_at=timezone.now(),
    )
    return Mapping.objects.create(
        center=found,
        version=1,
        status=MappingStatus.APPROVED,
        snapshot=snapshot,
        content=to_document(content),
        content_hash=content_hash(content),
    )


def _table(name: str, date_type: str, flag_type: str | None) -> Table:
    physical, fields = TABLES[name]
    columns = []
    for ordinal, field in enumerate(fields, start=1):
        data_type = date_type if field == "DATUM" else "nvarchar" if field in TEXT_FIELDS else "int"
        if field == "DELKZ":
            if flag_type is None:
                continue
            data_type = flag_type
        columns.append(Column(f"{field}_S", data_type, None, True, ordinal))
    return Table("ck", physical, "BASE TABLE", tuple(columns))
