"""Which centers somebody chose on the list: the ticked ones, or all that the filter lets through at this moment.

How many the person was told goes along, so that nothing happens to centers that nobody counted.
"""

from dataclasses import dataclass
from functools import partial

from django.contrib.auth.models import AnonymousUser, User
from django.http import QueryDict

from centers.center_columns import CENTERS, with_facets
from centers.forms import CenterFilter
from centers.models import Center
from dentalhub.list_csv import in_pieces

TICKED, ALL = "ticked", "all"
# More centers than any list of ours names one by one.
MOST_TICKED = 500


@dataclass(frozen=True, slots=True)
class Choice:
    """What a form says: which centers, by what filter, and how many the person was told these are."""

    which: str
    ticked: tuple[str, ...]
    query: str
    expected: int

    @property
    def is_empty(self) -> bool:
        """True when nothing is ticked."""
        return self.which != ALL and not self.ticked


def choice_of(posted: QueryDict) -> Choice:
    """Reads the form below the list; what is no number expects nothing."""
    ticked = tuple(dict.fromkeys(posted.getlist("center")))[:MOST_TICKED]
    query = CENTERS.full_query(posted.get("query", ""))
    if posted.get("which") != ALL:
        return Choice(TICKED, ticked, query, len(ticked))
    told = posted.get("expected", "")
    return Choice(ALL, (), query, int(told) if told.isascii() and told.isdigit() and len(told) < 10 else 0)


def chosen(choice: Choice, person: User | AnonymousUser) -> list[Center]:
    """The centers that `choice` means now, with their server and region, in the order of their ids."""
    centers = Center.objects.for_user(person).select_related("server__region").order_by("center_id")
    if choice.which != ALL:
        return list(centers.filter(center_id__in=choice.ticked))
    form = CenterFilter(QueryDict(choice.query), person=person)
    keys = form.narrow(with_facets(Center.objects.for_user(person))).values_list("pk", flat=True)
    found = in_pieces(list(keys), partial(_with_keys, person))
    return sorted(found, key=lambda center: center.center_id)


def _with_keys(person: User | AnonymousUser, keys: list[int]) -> list[Center]:
    return list(Center.objects.for_user(person).select_related("server__region").filter(pk__in=keys))
