"""What holds for the difference of any two mappings."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from mappings.affixes import NO_HABITS, Affixes
from mappings.canonical import canonical_order
from mappings.diff import ChangeKind, changes, counts, diff
from mappings.document import MappingDocument, content_hash
from mappings.names import AffixPlace
from mappings.renames import Habits
from tests.mappings.documents import documents

MIRRORED = {ChangeKind.ADDED: ChangeKind.REMOVED, ChangeKind.REMOVED: ChangeKind.ADDED}
HABITS = st.builds(Habits, st.sampled_from(AffixPlace), st.sampled_from(AffixPlace))
AFFIXES = st.just(NO_HABITS) | st.builds(Affixes, HABITS, HABITS)


@given(documents(), AFFIXES)
def test_equal_mappings_do_not_differ(document: MappingDocument, affixes: Affixes) -> None:
    rows = diff(document, document, affixes)
    assert changes(rows) == ()
    assert all((row.before, row.sentence, row.only_affix) == (row.after, "", False) for row in rows)


@given(documents(), documents(), AFFIXES)
def test_difference_seen_from_the_other_side_is_its_mirror_image(
    left: MappingDocument, right: MappingDocument, affixes: Affixes
) -> None:
    there = diff(left, right, affixes)
    back = diff(right, left, Affixes(affixes.after, affixes.before))
    assert [(row.field, MIRRORED.get(row.kind, row.kind), row.after, row.before, row.only_affix) for row in there] == [
        (row.field, row.kind, row.before, row.after, row.only_affix) for row in back
    ]


@given(documents(), documents())
def test_mappings_differ_exactly_when_their_content_does(left: MappingDocument, right: MappingDocument) -> None:
    # Codes that nobody has decided are a question, and no part of the content.
    left, right = replace(left, unknown_codes=()), replace(right, unknown_codes=())
    assert (changes(diff(left, right)) == ()) == (content_hash(left) == content_hash(right))


@given(documents(), documents(), AFFIXES)
def test_every_row_is_told_apart_and_has_its_place(
    left: MappingDocument, right: MappingDocument, affixes: Affixes
) -> None:
    rows = diff(left, right, affixes)
    fields = [row.field for row in rows]
    assert len(fields) == len(set(fields))
    order = canonical_order()
    places = [order[field] for field in fields if field in order]
    assert places == sorted(places)
    assert all(bool(row.sentence) == (row.kind is not ChangeKind.UNCHANGED) for row in rows)
    assert all(row.before or row.after for row in rows)
    assert sum(counts(rows).values()) == len(rows)
