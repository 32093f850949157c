"""What a network would have learned had its reviewers approved the true mappings of some centers."""

from collections.abc import Iterable

from mappings.document import FieldMapping, MappingDocument, TableMapping
from mappings.lessons import Version, lesson_of
from mappings.vocabulary import Vocabulary, vocabulary_of
from tests.benchmarks.matcher.views import TrueCenter, TrueTable


def learned_from(centers: Iterable[TrueCenter]) -> Vocabulary:
    """The vocabulary after approving the truth of each center."""
    return vocabulary_of(lesson_of(Version(true_mapping(center), center.catalog)) for center in centers)


def true_mapping(center: TrueCenter) -> MappingDocument:
    """The truth as an approved mapping; without forms, which teach nothing about names."""
    return MappingDocument(tuple(_table(name, truth) for name, truth in center.truth.items()))


def _table(name: str, truth: TrueTable) -> TableMapping:
    if truth.table is None:
        return TableMapping(name)
    schema, _, table = truth.table.partition(".")
    fields = tuple(FieldMapping(field, column) for field, column in truth.columns.items())
    return TableMapping(name, schema, table, fields)
