"""What readers need of approved mappings: the document without its evidence, and the catalog of its columns."""

import json
from collections.abc import Collection
from dataclasses import dataclass, replace

from django.db import IntegrityError, transaction

from centers import catalog as catalogs
from centers.catalog import Catalog
from extraction.models import ReadingPlan
from mappings import document as documents
from mappings.document import MappingDocument
from mappings.models import Mapping


@dataclass(frozen=True, slots=True)
class Plan:
    """A mapping, and the part of its snapshot that it names."""

    mapping: MappingDocument
    catalog: Catalog


def plans_of(mappings: Collection[int]) -> dict[int, Plan]:
    """The plans of these versions, by key; two queries, and one more for those that are read for the first time.

    A version whose content or snapshot is unusable has none.
    """
    hashes = dict(Mapping.objects.filter(pk__in=mappings).order_by().values_list("pk", "content_hash"))
    known = ReadingPlan.objects.filter(mapping__in=mappings)
    found = {row.mapping_id: _read(row.content) for row in known if hashes.get(row.mapping_id) == row.content_hash}
    if found.keys() == hashes.keys():
        return found
    missing = Mapping.objects.filter(pk__in=hashes.keys() - found.keys()).select_related("snapshot")
    made = {}
    for mapping in missing.defer("snapshot__profile"):
        try:
            made[mapping.pk] = _make(mapping)
        except (KeyError, TypeError, ValueError):
            continue
    _keep({pk: (hashes[pk], plan) for pk, plan in made.items()})
    return found | made


def _make(mapping: Mapping) -> Plan:
    document = mapping.document()
    tables = []
    for mapped in document.tables:
        wanted = {field.column for field in mapped.fields}
        snapshot = mapping.snapshot.tables_of([(mapped.schema, mapped.table)])
        tables += [
            replace(
                table,
                columns=tuple(column for column in table.columns if column.name in wanted),
                primary_key=(),
                foreign_keys=(),
            )
            for table in snapshot.tables
        ]
    lean = tuple(
        replace(table, evidence=(), candidates=(), fields=tuple(map(_without_evidence, table.fields)))
        for table in document.tables
    )
    return Plan(replace(document, tables=lean), Catalog(mapping.snapshot.content["database"], tuple(tables)))


def _without_evidence(field: documents.FieldMapping) -> documents.FieldMapping:
    return replace(field, evidence=(), candidates=(), flags=())


def _keep(plans: dict[int, tuple[str, Plan]]) -> None:
    rows = [
        ReadingPlan(mapping_id=pk, content_hash=content_hash, content=_write(plan))
        for pk, (content_hash, plan) in plans.items()
    ]
    try:
        with transaction.atomic():
            ReadingPlan.objects.filter(pk__in=list(plans)).delete()
            ReadingPlan.objects.bulk_create(rows, batch_size=100)
    except IntegrityError:
        # Another process made the same ones.
        return


def _write(plan: Plan) -> str:
    content = {"mapping": documents.to_document(plan.mapping), "catalog": catalogs.to_document(plan.catalog)}
    return json.dumps(content, ensure_ascii=False)


def _read(content: str) -> Plan:
    data = json.loads(content)
    return Plan(documents.from_document(data["mapping"]), catalogs.from_document(data["catalog"]))
