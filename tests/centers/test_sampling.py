import datetime as dt
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from types import SimpleNamespace

import pytest

from centers import sampling
from centers.catalog import Catalog, Column, Table
from centers.centers_import import apply_import, read_centers_file
from centers.connection import ResultSet, close_all
from centers.exceptions import SourceErrorKind
from centers.introspection import read_catalog
from centers.models import Center
from centers.sample_batch import SampleLimits
from centers.samples import Samples, Skipped
from centers.sampling import read_samples
from centers.source_errors import error_of_kind
from tests.centers.makers import SPEC
from tests.conftest import PracticeServers

NAMES = ("A", "B", "C", "D", "E", "F")
CATALOG = Catalog("Dental", tuple(Table("ck", n, "BASE TABLE", (Column("ID", "int", None, True, 1),)) for n in NAMES))
LIMITS = SampleLimits(tables_per_batch=4)


@dataclass
class Source:
    """Answers each SELECT with one row, or with the error that one of the tables in the batch has."""

    errors: dict[str, SourceErrorKind] = field(default_factory=dict)
    batches: list[int] = field(default_factory=list)
    timeouts: list[int | None] = field(default_factory=list)
    before: Callable[[], None] = lambda: None
    short: bool = False

    def query(self, sql: str, parameters: Sequence[object] = (), *, timeout: int | None = None) -> list[ResultSet]:
        self.before()
        selects = sql.split(";\n")
        self.batches.append(len(selects))
        self.timeouts.append(timeout)
        for name, kind in self.errors.items():
            if any(f"[{name}]" in select for select in selects):
                raise error_of_kind(kind)
        answers = [ResultSet(("ID",), [(1,)]) for _select in selects]
        return answers[:-1] if self.short else answers

    @contextmanager
    def borrow(self, _spec: object) -> Iterator["Source"]:
        yield self


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> Source:
    made = Source()
    monkeypatch.setattr(sampling, "borrow", made.borrow)
    return made


def skipped(samples: Samples) -> dict[str, Skipped | None]:
    return {name: samples.of("ck", name).skipped for name in NAMES}


def test_many_tables_cost_few_round_trips(source: Source) -> None:
    samples = read_samples(SPEC, "Dental", CATALOG, LIMITS)
    assert set(skipped(samples).values()) == {None}
    assert (source.batches, source.timeouts) == ([4, 2], [10, 10])


def test_a_forbidden_table_does_not_take_others_with_it(source: Source) -> None:
    source.errors = {"B": SourceErrorKind.PERMISSION}
    samples = read_samples(SPEC, "Dental", CATALOG, LIMITS)
    assert skipped(samples) == dict.fromkeys(NAMES) | {"B": Skipped.FORBIDDEN}
    assert source.batches == [4, 1, 1, 1, 1, 2]


def test_many_forbidden_tables_do_not_end_it(source: Source) -> None:
    source.errors = dict.fromkeys(NAMES[:5], SourceErrorKind.PERMISSION)
    assert skipped(read_samples(SPEC, "Dental", CATALOG, LIMITS))["F"] is None


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (SourceErrorKind.LOCK_TIMEOUT, Skipped.TOO_SLOW),
        (SourceErrorKind.TIMEOUT, Skipped.TOO_SLOW),
        (SourceErrorKind.PROTOCOL, Skipped.FAILED),
    ],
)
def test_a_table_that_fails_says_why(source: Source, kind: SourceErrorKind, reason: Skipped) -> None:
    source.errors = {"A": kind, "E": kind}
    samples = read_samples(SPEC, "Dental", CATALOG, LIMITS)
    assert skipped(samples) == dict.fromkeys(NAMES) | {"A": reason, "E": reason}


def test_a_server_that_fails_again_and_again_is_left_in_peace(source: Source) -> None:
    source.errors = dict.fromkeys(NAMES, SourceErrorKind.DEADLOCK)
    samples = read_samples(SPEC, "Dental", CATALOG, LIMITS)
    assert set(skipped(samples).values()) == {Skipped.FAILED}
    assert source.batches == [4, 1, 1, 1]


def test_a_lost_connection_ends_it_at_once(source: Source) -> None:
    source.errors = {"E": SourceErrorKind.CONNECTION_LOST}
    samples = read_samples(SPEC, "Dental", CATALOG, LIMITS)
    assert skipped(samples) == dict.fromkeys(NAMES) | {"E": Skipped.FAILED, "F": Skipped.FAILED}
    assert source.batches == [4, 2]


def test_an_answer_that_is_cut_short_is_not_believed(source: Source) -> None:
    source.short = True
    samples = read_samples(SPEC, "Dental", CATALOG, SampleLimits(tables_per_batch=2))
    assert set(skipped(samples).values()) == {Skipped.FAILED}


def test_tables_after_the_last_second_are_too_slow(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr("centers.sampling.time", SimpleNamespace(monotonic=lambda: clock[0]))
    source.before = lambda: clock.__setitem__(0, clock[0] + 13)
    samples = read_samples(SPEC, "Dental", CATALOG, SampleLimits(tables_per_batch=2, total_seconds=20))
    assert list(skipped(samples).values()) == [None] * 4 + [Skipped.TOO_SLOW] * 2
    assert source.timeouts == [10, 7]


def test_a_driver_that_hangs_holds_nobody(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = threading.Event()
    monkeypatch.setattr(sampling, "_GRACE_SECONDS", 0.0)
    source.before = lambda: None if not source.batches else (ended.wait(30), None)[1]
    samples = read_samples(SPEC, "Dental", CATALOG, SampleLimits(tables_per_batch=4, total_seconds=1))
    ended.set()
    assert list(skipped(samples).values()) == [None] * 4 + [Skipped.TOO_SLOW] * 2


def test_a_name_that_cannot_be_quoted_fails_alone(source: Source) -> None:
    odd = Table("ck", "X\0", "BASE TABLE", (Column("ID", "int", None, True, 1),))
    samples = read_samples(SPEC, "Dental", replace(CATALOG, tables=(*CATALOG.tables, odd)), LIMITS)
    assert samples.of("ck", "X\0").skipped is Skipped.FAILED
    assert set(skipped(samples).values()) == {None}


def test_an_error_of_our_own_is_not_hidden(source: Source) -> None:
    def broken() -> None:
        raise ZeroDivisionError

    source.before = broken
    with pytest.raises(ZeroDivisionError):
        read_samples(SPEC, "Dental", CATALOG, LIMITS)


@pytest.mark.django_db
def test_sandbox_tables_arrive_as_python_values(sandbox: PracticeServers) -> None:
    close_all()
    apply_import(read_centers_file(sandbox.centers_yml.read_text(encoding="utf-8")))
    center = Center.objects.select_related("server").get(center_id="center_01")
    spec = center.server.spec()
    catalog = read_catalog(spec, center.database)
    samples = read_samples(spec, center.database, catalog, SampleLimits(rows=10, characters=40))
    close_all()
    for table in catalog.tables:
        sample = samples.of(table.schema, table.name)
        if table.is_view:
            assert sample.skipped is Skipped.VIEW
            continue
        assert sample.skipped is None
        assert table.row_count is not None
        assert (len(sample.rows), sample.whole) == (min(table.row_count, 10), table.row_count <= 10)
        assert {len(row) for row in sample.rows} == {len(table.columns)}
    values = [value for sample in samples.tables.values() for row in sample.rows for value in row]
    known = {int, float, Decimal, str, dt.date, dt.datetime, bool, type(None)}
    assert {type(value) for value in values} <= known
    assert max(len(value) for value in values if isinstance(value, str)) == 40


@pytest.mark.django_db
def test_sandbox_rows_come_from_both_ends_of_the_key(sandbox: PracticeServers) -> None:
    close_all()
    apply_import(read_centers_file(sandbox.centers_yml.read_text(encoding="utf-8")))
    center = Center.objects.select_related("server").get(center_id="center_01")
    spec = center.server.spec()
    catalog = read_catalog(spec, center.database)
    biggest = max((table for table in catalog.tables if table.primary_key), key=lambda table: table.row_count or 0)
    rows = read_samples(spec, center.database, catalog, SampleLimits()).of(biggest.schema, biggest.name).rows
    close_all()
    position = [column.name for column in biggest.columns].index(biggest.primary_key[0])
    keys = [key for row in rows if isinstance(key := row[position], int)]
    assert keys == sorted(keys)
    assert len(set(keys)) == 50
    assert keys[24] - keys[0] < keys[25] - keys[24]


@pytest.mark.django_db
def test_sandbox_table_that_is_gone_does_not_take_others_with_it(sandbox: PracticeServers) -> None:
    close_all()
    apply_import(read_centers_file(sandbox.centers_yml.read_text(encoding="utf-8")))
    center = Center.objects.select_related("server").get(center_id="center_02")
    spec = center.server.spec()
    catalog = read_catalog(spec, center.database)
    gone = Table("ck", "A_GONE", "BASE TABLE", (Column("ID", "int", None, True, 1),), row_count=7)
    samples = read_samples(spec, center.database, replace(catalog, tables=(gone, *catalog.tables)), SampleLimits())
    close_all()
    assert samples.of("ck", "A_GONE").skipped is Skipped.FAILED
    base_tables = [table for table in catalog.tables if not table.is_view]
    assert {samples.of(table.schema, table.name).skipped for table in base_tables} == {None}
