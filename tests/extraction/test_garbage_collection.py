"""The search for reference cycles while rows are extracted."""

import gc

import pytest

from extraction.garbage_collection import NEW_OBJECTS, rare_collections


def test_collections_are_rare_inside_and_as_before_afterwards() -> None:
    before, frozen = gc.get_threshold(), gc.get_freeze_count()
    with rare_collections():
        assert gc.get_threshold() == (NEW_OBJECTS, *before[1:])
        assert gc.get_freeze_count() > frozen
        assert gc.isenabled()
    assert (gc.get_threshold(), gc.get_freeze_count()) == (before, 0)


def test_collections_are_as_before_after_an_error() -> None:
    before = gc.get_threshold()
    with pytest.raises(ValueError, match="rows"), rare_collections():
        raise ValueError("rows")
    assert (gc.get_threshold(), gc.get_freeze_count()) == (before, 0)
