"""Names that break what is careless with names, all the way: read, reviewed, approved and extracted over the driver."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from django.contrib.auth.models import User
from django.test import Client
from hypothesis import example, given
from hypothesis import strategies as st

from centers.catalog import Table, qualified_name
from centers.connection import close_all
from centers.identifiers import MAX_LENGTH, literal, quote, three_part
from centers.introspection import read_catalog
from centers.models import Center
from centers.samples import Skipped
from dentalhub.sandbox.process import SandboxProcess
from dentalhub.sandbox.tsql.dialect import parse_query
from dentalhub.sandbox.tsql.lexer import tokenize, unquote_name
from extraction.enums import RunState
from extraction.leases import claim_run
from extraction.models import ChartEntry
from extraction.query import extraction_query
from extraction.run_requests import request_run
from extraction.runner import execute
from extraction.schema_check import broken, read_columns
from mappings.discovery import discover
from mappings.enums import DriftState
from mappings.models import Mapping
from mappings.queries import approved_mapping, newest_snapshot
from tests.extraction.builders import DATABASE, catalog, document
from tests.extraction.hostile_practices import CENTERS, PRACTICE, TWINS, served_practices, spelled_mapping, tables_of
from tests.extraction.practice_network import import_centers
from tests.extraction.source_forms import FRIDAY
from tests.hostile_names import SPELLINGS
from tests.mappings.people import a_reviewer
from tests.review_form import ReviewForm, read_form

SignIn = Callable[[User], Client]
# Everything that a name can hold.
NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=MAX_LENGTH)
every_spelling = pytest.mark.parametrize("spelling", SPELLINGS)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    """The sandbox with all practices."""
    with served_practices(tmp_path_factory.mktemp("hostile")) as process, pytest.MonkeyPatch.context() as patch:
        patch.setenv("IVORIS_PASSWORD", process.password)
        patch.setenv("SSL_CERT_FILE", str(process.ca_file))
        yield process
        close_all()


@pytest.fixture
def center(served: SandboxProcess, db: None, spelling: str) -> Center:
    """The center whose practice has that spelling."""
    return next(found for found in import_centers(served.centers_yml) if found.center_id == CENTERS[spelling])


@every_spelling
def test_practice_is_read_reviewed_and_extracted(
    center: Center, reviewer: User, client_of: SignIn, spelling: str
) -> None:
    spell = SPELLINGS[spelling]
    browser, page = client_of(reviewer), f"/mappings/{center.center_id}/"
    browser.post(f"{page}discover")
    assert {
        (table.schema, table.name, *(column.name for column in table.columns), *table.primary_key, table.row_count)
        for table in read_catalog(center.server.spec(), center.database).tables
    } == {
        (
            *(table.schema, table.name, *(column.name for column in table.columns)),
            *(table.columns[0].name, len(table.rows)),
        )
        for table in tables_of(spelling)
    }
    snapshot = newest_snapshot(center)
    assert snapshot is not None
    skipped = {None} if spelling not in TWINS else {None, Skipped.EMPTY}
    assert {table.skipped for table in snapshot.value_profile().tables} == skipped

    browser.post(f"{page}propose")
    page = f"{page}1/"
    browser.post(f"{page}save", chosen(browser, page, spelling).sent())
    saved = Mapping.objects.get()
    assert content(saved) == {
        table.name: (table.schema, table.table, [(item.name, item.column) for item in table.fields])
        for table in spelled_mapping(spell).tables
    }
    approve(client_of(a_reviewer("second")), page, saved)
    assert approved_mapping(center) == saved

    texts = {"1": "Füllung"}
    assert extracted(center) == [(*entry, texts.get(entry[0], "PZR")) for entry in PRACTICE.expected]
    found = discover(center)
    saved.refresh_from_db()
    assert (found.is_new, saved.drift) == (False, DriftState.NONE)


@given(NAMES)
@example("]];--")
@example("#x")
def test_any_name_is_one_identifier_of_the_statement(name: str) -> None:
    (token,) = tokenize(quote(name))
    assert unquote_name(token) == name
    # With # in front it would be a temporary table, to SQL Server too.
    address = three_part(name, name, f"_{name}"[:MAX_LENGTH])
    query = parse_query(f"SELECT a.{quote(name)} FROM {address} AS a WHERE {literal(name)} = a.x")  # noqa: S608
    column, table = query.expressions[0], query.args["from_"].this
    assert (column.name, table.catalog, table.db, table.name) == (name, name, name, f"_{name}"[:MAX_LENGTH])
    assert query.args["where"].this.this.this == name


def test_statement_names_the_one_of_two_tables_that_differ_by_case() -> None:
    """Of two such sources the server is case sensitive; a name in another case would be another table there."""
    twin = Table("ck", "Kartei_MN", "BASE TABLE", catalog().tables[0].columns)
    both = replace(catalog(), tables=(*catalog().tables, twin))
    mapping = document()
    kartei = replace(mapping.tables[0], table=twin.name)
    other = replace(mapping, tables=(kartei, *mapping.tables[1:]))
    for chosen_one, name, unwanted in ((mapping, "KARTEI_MN", "Kartei_MN"), (other, "Kartei_MN", "KARTEI_MN")):
        sql = extraction_query(chosen_one, both, DATABASE, FRIDAY, FRIDAY).sql
        assert f"[ck].[{name}]" in sql
        assert unwanted not in sql
    rows = [*read_columns(mapping, both), *read_columns(other, both)]
    assert broken(mapping, both, rows) == broken(other, both, rows) == ()
    gone = [row for row in rows if row[1] != "KARTEI_MN"]
    assert [change.field for change in broken(mapping, both, gone)] == ["KARTEI"]
    assert broken(other, both, gone) == ()


def chosen(browser: Client, page: str, spelling: str) -> ReviewForm:
    """The form after a person has chosen every table and every column."""
    form = read_form(browser.get(page).content.decode())
    form.values["PATIENT.table"] = ""
    for table in spelled_mapping(SPELLINGS[spelling]).tables:
        value = form.value_of(f"{table.name}.table", qualified_name(table.schema or "", table.table or ""))
        answer = browser.get(f"{page}tables/{table.name}", {f"{table.name}.table": value})
        part = read_form(answer.content.decode())
        form.values |= part.values
        for item in table.fields:
            key = f"{table.name}.{item.name}"
            form.values[key] = part.value_of(key, item.column or "")
        form.values |= {f"{table.name}.flag_values": "0", f"{table.name}.flag_null": "on"}
        if table.date_format:
            form.values[f"{table.name}.date_format"] = table.date_format
    return form


def approve(browser: Client, page: str, mapping: Mapping) -> None:
    snapshot = newest_snapshot(mapping.center)
    assert snapshot is not None
    seen = {"content_hash": mapping.content_hash, "fingerprint": snapshot.fingerprint}
    seen |= {"approved": "0", "all_looked_at": "on"}
    answer = browser.post(f"{page}approve", seen | {"reason": ""})
    assert answer.status_code == 302, answer.content.decode()


def content(mapping: Mapping) -> dict[str, tuple[str | None, str | None, list[tuple[str, str | None]]]]:
    return {
        table.name: (table.schema, table.table, [(item.name, item.column) for item in table.fields])
        for table in mapping.document().tables
        if table.table is not None
    }


def extracted(center: Center) -> list[tuple[str, str, str, str, tuple[str, ...], str]]:
    """What a run of this center lands."""
    run = request_run([center], FRIDAY, FRIDAY).run
    leases = claim_run(run.pk)
    execute(leases)
    run.refresh_from_db()
    part = run.center_runs.get()
    assert (run.state, part.error_message) == (RunState.SUCCEEDED, "")
    return [
        (
            *(entry.source_row_id, entry.patient_id, entry.insurance_status, entry.insurance_name),
            *(tuple(entry.codes), entry.chart_entry),
        )
        for entry in ChartEntry.objects.order_by("position")
    ]
