"""Tests of one file that stand beside each other stay together, and those that others come between do not."""

from tests.neighbours import runs


def test_runs_are_neighbours_of_one_file() -> None:
    found = runs(["a.py::one", "a.py::two[x::y]", "b.py::one", "a.py::three", "a.py::four"])
    assert found["a.py::one"] == found["a.py::two[x::y]"]
    assert found["a.py::three"] == found["a.py::four"]
    assert len(set(found.values())) == 3
