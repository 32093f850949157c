"""Over the genuine driver: the sandbox, or the SQL Server that DENTALHUB_TEST_SERVER names."""
# ruff: noqa: S608 names are quoted

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.contrib.auth.models import User

from centers.centers_import import apply_import, read_centers_file
from centers.connection import AnsiText, borrow, close_all
from centers.connection_report import Outcome, Step
from centers.connection_test import climb
from centers.exceptions import SourceError, SourceErrorKind
from centers.identifiers import quote, three_part
from centers.import_plan import Action
from centers.introspection import read_catalog
from centers.models import Center
from tests.conftest import PracticeServers

pytestmark = pytest.mark.django_db

CENTER_ID = "center_01"


@pytest.fixture(autouse=True)
def fresh_sessions() -> Iterator[None]:
    close_all()
    yield
    close_all()


@pytest.fixture
def center(sandbox: PracticeServers) -> Center:
    apply_import(read_centers_file(sandbox.centers_yml.read_text(encoding="utf-8")))
    return Center.objects.select_related("server").get(center_id=CENTER_ID)


@pytest.fixture
def truth(sandbox: PracticeServers) -> dict[str, Any]:
    path = sandbox.network.directory / "truth" / f"{CENTER_ID}.json"
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


def kartei(center: Center, truth: dict[str, Any]) -> tuple[str, dict[str, str]]:
    """The three-part name of the KARTEI table and its physical columns."""
    table = truth["mapping"]["KARTEI"]
    return three_part(center.database, table["schema"], table["table"]), table["columns"]


def test_import_of_the_networks_own_file_is_repeatable(sandbox: PracticeServers, admin: User) -> None:
    text = sandbox.centers_yml.read_text(encoding="utf-8")
    assert apply_import(read_centers_file(text), admin).created == 30
    assert {planned.action for planned in apply_import(read_centers_file(text), admin).objects} == {Action.KEEP}


def test_read_catalog_finds_every_table_of_the_truth(center: Center, truth: dict[str, Any]) -> None:
    catalog = read_catalog(center.server.spec(), center.database)
    for entry in truth["mapping"].values():
        table = catalog.table(entry["schema"], entry["table"])
        assert table is not None
        assert {name for name in entry["columns"].values() if name} <= {column.name for column in table.columns}
        assert table.row_count is not None
        assert table.row_count > 0
    assert len(catalog.tables) > len(truth["mapping"])
    assert any(table.primary_key for table in catalog.tables)


def test_read_catalog_of_a_missing_database_names_it(center: Center) -> None:
    with pytest.raises(SourceError) as caught:
        read_catalog(center.server.spec(), "Nowhere_99")
    assert (caught.value.kind, caught.value.number) == (SourceErrorKind.DATABASE, 911)
    assert "Nowhere_99" in caught.value.message


def test_one_session_serves_all_databases_of_its_server(center: Center) -> None:
    others = list(Center.objects.filter(server=center.server)[:3])
    with borrow(center.server.spec()) as first:
        for other in others:
            rows = first.query(f"SELECT TOP (1) TABLE_NAME FROM {quote(other.database)}.INFORMATION_SCHEMA.TABLES")[
                0
            ].rows
            assert len(rows) == 1
    with borrow(center.server.spec()) as second:
        assert second is first


def test_query_returns_all_result_sets_with_umlauts(center: Center) -> None:
    with borrow(center.server.spec()) as connection:
        results = connection.query("SELECT 1 AS one, N'Zähne €' AS text; SELECT 2 AS two")
    assert [(result.columns, result.rows) for result in results] == [
        (("one", "text"), [(1, "Zähne €")]),
        (("two",), [(2,)]),
    ]


def test_query_with_parameters_filters(center: Center, truth: dict[str, Any]) -> None:
    table, columns = kartei(center, truth)
    everything = f"SELECT {quote(columns['ID'])} FROM {table} ORDER BY {quote(columns['ID'])}"
    some = f"SELECT {quote(columns['ID'])} FROM {table} WHERE {quote(columns['ID'])} <= ? AND N'a' = ?"
    with borrow(center.server.spec()) as connection:
        ids = [row[0] for row in connection.query(everything)[0].rows]
        for text in ("a", AnsiText("a")):
            found = connection.query(some, [ids[4], text])[0].rows
            assert sorted(row[0] for row in found) == ids[:5]
        assert connection.query(some, [ids[4], "b"])[0].rows == []


@pytest.mark.parametrize(
    ("sql", "kind", "number"),
    [
        ("SELECT 1 AS one FROM {db}.[ck].[NO_SUCH_TABLE]", SourceErrorKind.TABLE, 208),
        ("SELECT [NO_SUCH_COLUMN] FROM {table}", SourceErrorKind.COLUMN, 207),
        ("DELETE FROM {table}", SourceErrorKind.PERMISSION, 229),
    ],
)
def test_query_that_fails_leaves_the_session_usable(
    center: Center, truth: dict[str, Any], sql: str, kind: SourceErrorKind, number: int
) -> None:
    table, _columns = kartei(center, truth)
    with borrow(center.server.spec()) as connection:
        with pytest.raises(SourceError) as caught:
            connection.query(sql.format(db=quote(center.database), table=table))
        assert (caught.value.kind, caught.value.number) == (kind, number)
        assert connection.query("SELECT 1 AS one")[0].rows == [(1,)]
        assert connection.reusable is True


def test_borrow_with_a_wrong_password_is_refused(center: Center, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IVORIS_WRONG", "wrong")
    spec = replace(center.server.spec(), credential="env:IVORIS_WRONG")
    with pytest.raises(SourceError) as caught, borrow(spec):
        pass
    assert (caught.value.kind, caught.value.number) == (SourceErrorKind.LOGIN, 18456)
    assert "wrong" not in str(caught.value)


def test_climb_to_a_center_passes_every_step(center: Center) -> None:
    report = climb(center.server.spec(), center.database)
    assert [result for result in report.steps if result.outcome is Outcome.FAILED] == []
    assert [result.step for result in report.steps] == list(Step)
    assert report.passed is True


def test_climb_with_a_wrong_password_fails_at_the_login(center: Center, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IVORIS_WRONG", "wrong")
    failure = climb(replace(center.server.spec(), credential="env:IVORIS_WRONG"), center.database).failure
    assert failure is not None
    assert (failure.step, failure.kind) == (Step.LOGIN, "login_failed")


def test_climb_to_a_missing_database_fails_there(center: Center) -> None:
    failure = climb(center.server.spec(), "Nowhere_99").failure
    assert failure is not None
    assert (failure.step, failure.kind) == (Step.DATABASE, "database_missing")


def test_climb_with_an_untrusted_certificate_fails_at_the_encryption(center: Center) -> None:
    if center.server.tls != "verified":
        pytest.skip("This server's certificate is trusted blindly.")
    failure = climb(replace(center.server.spec(), host="127.0.0.1"), center.database).failure
    assert failure is None or failure.step in {Step.TLS, Step.LOGIN}
