"""Ways around the second person, each tried over the pages, the API and the commands that everybody has.

A way is a function that returns what the insider was answered. Whatever that is: nobody's own work may be approved by
themselves, and what was not theirs to decide stays undecided.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from mappings.enums import MappingStatus
from mappings.models import BulkApproval, Mapping
from tests.security import four_eyes_ways as ways
from tests.security.four_eyes_scene import Scene, approved_alone
from tests.security.four_eyes_ways import CONFLICT, LOGIN, post_ticks

pytestmark = pytest.mark.django_db
Way = Callable[[Scene], object]


@dataclass(frozen=True, slots=True)
class Case:
    """A way, and what the insider is answered."""

    way: Way
    answer: Any


CASES = (
    Case(ways.own_change, CONFLICT),
    Case(ways.own_change_with_a_reason, CONFLICT),
    Case(ways.own_change_below_somebody_elses, CONFLICT),
    Case(ways.own_change_that_somebody_took_back, CONFLICT),
    Case(ways.own_change_submitted_by_somebody_else, CONFLICT),
    Case(ways.own_change_after_another_name, CONFLICT),
    Case(ways.own_change_as_superuser, CONFLICT),
    Case(ways.own_change_from_before_the_role, CONFLICT),
    Case(ways.own_file, CONFLICT),
    Case(ways.own_change_restored, CONFLICT),
    Case(ways.own_change_restored_by_somebody_else, CONFLICT),
    Case(ways.undone_approval, CONFLICT),
    Case(ways.undone_approval_of_the_last_author, CONFLICT),
    Case(ways.undone_approval_restored, CONFLICT),
    Case(ways.former_content_by_undoing, True),
    Case(ways.approval_of_what_was_seen_before, CONFLICT),
    Case(ways.two_tabs, CONFLICT),
    Case(ways.no_form, CONFLICT),
    Case(ways.hash_of_other_content, CONFLICT),
    Case(ways.form_of_another_center, CONFLICT),
    Case(ways.fields_that_no_form_has, CONFLICT),
    Case(ways.other_methods, [405, 405, 405, 405]),
    Case(ways.fragment, CONFLICT),
    Case(ways.no_token_against_forgery, 403),
    Case(ways.token_of_the_api_on_the_page, LOGIN),
    Case(ways.operation_of_the_api, 404),
    Case(ways.proposal_over_the_own_change, False),
    Case(ways.words_of_an_own_vocabulary, ([None, "ZETTEL"], CONFLICT, [True])),
    Case(ways.among_many, [True, False]),
    Case(ways.number_swapped_in_a_tick, [True]),
    Case(ways.looser_policy_before_many, [True]),
    Case(ways.helper_who_lost_the_role, 403),
    Case(ways.helper_who_was_switched_off, LOGIN),
    Case(ways.helper_of_another_region, 404),
    Case(ways.helper_of_another_region_with_a_tick, 0),
    Case(ways.helper_who_lost_the_region, 404),
    Case(ways.helper_who_is_no_reviewer, [403, 403, 403]),
    Case(ways.own_name_at_the_command, 2),
    Case(ways.own_name_in_capitals_at_the_command, 2),
    Case(ways.switched_off_name_at_the_command, 2),
    Case(ways.administration, 404),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.way.__name__)
def test_no_way_leads_around_the_second_person(case: Case, four_eyes: Scene) -> None:
    assert case.way(four_eyes) == case.answer
    assert approved_alone() == []
    own = Mapping.objects.get(pk=four_eyes.own.pk)
    assert own.status != MappingStatus.APPROVED or own.reviewer not in {four_eyes.insider, None}


def test_second_person_approves_what_all_these_ways_were_after(four_eyes: Scene) -> None:
    """The same button, pressed by a colleague: without this the refusals above would say nothing."""
    assert four_eyes.post_approval(four_eyes.own, four_eyes.sign_in(four_eyes.colleague)) == 302
    assert Mapping.objects.get(pk=four_eyes.own.pk).reviewer == four_eyes.colleague
    post_ticks(four_eyes, four_eyes.ticked(four_eyes.clean))
    assert [item.refusal for item in BulkApproval.objects.get().items.all()] == [""]
