"""What a reader needs of an approved mapping is made once, and is exactly what its snapshot says."""

import dataclasses

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from centers.catalog import Catalog, Table
from centers.models import Center
from extraction.models import ReadingPlan
from extraction.query import extraction_query
from extraction.reading_plans import Plan, plans_of
from extraction.schema_check import read_columns
from mappings.document import Candidate, Evidence, MappingDocument
from mappings.models import Mapping
from tests.extraction.builders import DATABASE, FRIDAY, MONDAY, approve, catalog, center, document


def _explained(content: MappingDocument) -> MappingDocument:
    """The same with evidence, as the matcher leaves it."""
    why = (Evidence("suffix", 1.5, (("suffix", "MN"),)),)
    tables = tuple(
        dataclasses.replace(
            table,
            evidence=why,
            candidates=(Candidate("ck.OTHER", 0.4, why),),
            fields=tuple(dataclasses.replace(field, evidence=why) for field in table.fields),
        )
        for table in content.tables
    )
    return dataclasses.replace(content, tables=tables)


@pytest.fixture
def mapping(db: None) -> Mapping:
    """An approved mapping on a snapshot with tables and columns that nobody mapped."""
    source = catalog()
    more = tuple(
        dataclasses.replace(
            table, columns=(*table.columns, dataclasses.replace(table.columns[0], name="P_NAME", ordinal=9))
        )
        for table in source.tables
    )
    other = Table("ck", "OTHER", "BASE TABLE", source.tables[0].columns)
    return approve(center(9), _explained(document()), Catalog(DATABASE, (*more, other)))


def test_plan_holds_the_mapped_columns_and_no_evidence(mapping: Mapping) -> None:
    plan = plans_of([mapping.pk])[mapping.pk]
    assert plan == Plan(document(), catalog())
    assert "P_NAME" not in ReadingPlan.objects.get().content


def test_plan_makes_the_same_statement_as_the_whole_snapshot(mapping: Mapping) -> None:
    plan = plans_of([mapping.pk])[mapping.pk]
    whole = mapping.document(), mapping.snapshot.catalog()
    assert extraction_query(plan.mapping, plan.catalog, DATABASE, MONDAY, FRIDAY) == extraction_query(
        *whole, DATABASE, MONDAY, FRIDAY
    )
    assert read_columns(plan.mapping, plan.catalog) == read_columns(*whole)


def test_plan_that_is_there_is_read_without_the_snapshot(mapping: Mapping) -> None:
    first = plans_of([mapping.pk])
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert plans_of([mapping.pk]) == first
    assert not any("schemasnapshot" in query["sql"] for query in queries)
    assert len(queries) == 2


def test_plan_of_other_content_is_made_anew(mapping: Mapping) -> None:
    plans_of([mapping.pk])
    ReadingPlan.objects.update(content_hash="0" * 64, content="{}")
    assert plans_of([mapping.pk])[mapping.pk] == Plan(document(), catalog())
    assert ReadingPlan.objects.get().content_hash == mapping.content_hash


def test_unusable_mapping_has_no_plan_and_others_have(mapping: Mapping, centers: list[Center]) -> None:
    Mapping._base_manager.filter(pk=mapping.pk).update(content={"tables": "broken"})
    keys = list(Mapping.objects.values_list("pk", flat=True))
    assert set(plans_of(keys)) == set(keys) - {mapping.pk}
    assert plans_of([]) == {}
