"""What counts as a look, and what somebody refused."""

import datetime as dt

import pytest

from mappings.enums import FieldVerdict
from mappings.looks import NOTHING_SAID, Look, Looks, Progress, Remark, progress

RIGHT, WRONG = Look(FieldVerdict.RIGHT, "anna"), Look(FieldVerdict.WRONG, "anna", comment="The old column.")
TALKED_ABOUT = Look(remarks=(Remark("Is this right?", "anna", dt.datetime(2026, 3, 2, tzinfo=dt.UTC)),))


@pytest.mark.parametrize(
    ("looks", "left", "wrong"),
    [
        ({}, ("A", "B"), ()),
        ({"A": RIGHT}, ("B",), ()),
        ({"A": NOTHING_SAID}, ("A", "B"), ()),
        # A comment is no look.
        ({"A": TALKED_ABOUT}, ("A", "B"), ()),
        # Somebody looked, and it must not be approved.
        ({"A": WRONG, "B": RIGHT}, (), ("A",)),
        # Also where no look was asked for.
        ({"A": RIGHT, "B": RIGHT, "ACCEPTED": WRONG}, (), ("ACCEPTED",)),
        ({"ACCEPTED": RIGHT}, ("A", "B"), ()),
    ],
)
def test_progress_says_what_is_left_and_what_was_refused(
    looks: Looks, left: tuple[str, ...], wrong: tuple[str, ...]
) -> None:
    found = progress(("A", "B"), looks)
    assert found == Progress(("A", "B"), left, wrong)
    assert found.done == 2 - len(left)
