"""Finds the centers that a person named."""

from collections.abc import Iterable, Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler

from centers.exceptions import CentersError
from centers.models import Center
from centers.scope import EVERYTHING, Scope
from centers.search_text import fold

# Names less alike than this are no help to somebody who mistyped.
CLOSE_ENOUGH = 0.8
MOST_SUGGESTIONS = 5


def matching(centers: QuerySet[Center], text: str) -> QuerySet[Center]:
    """Those of `centers` whose id, name or city has every word of `text`, umlauts and capitals or not."""
    for word in fold(text).split():
        centers = centers.filter(search_text__contains=word)
    return centers


class UnknownCenterError(CentersError):
    """A center id that does not exist; `suggestions` are close ones, best first."""

    def __init__(self, center_id: str, suggestions: Sequence[str]) -> None:
        self.center_id = center_id
        self.suggestions = tuple(suggestions)
        if self.suggestions:
            text = _("There is no center %(id)s. Close names: %(names)s.") % {
                "id": center_id,
                "names": ", ".join(self.suggestions),
            }
        else:
            text = _("There is no center %(id)s.") % {"id": center_id}
        super().__init__(text)


def centers_by_id(center_ids: Iterable[str], scope: Scope = EVERYTHING) -> list[Center]:
    """The centers of these ids in `scope` with their server and region, in the given order and once each.

    Raises UnknownCenterError for the first id that does not exist.
    """
    wanted = list(dict.fromkeys(center_ids))
    found: dict[str, Center] = {}
    # In slices, because SQL Server takes at most 2,100 parameters.
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        centers = Center.objects.in_scope(scope).select_related("server__region").filter(center_id__in=part)
        found.update({center.center_id: center for center in centers})
    for center_id in wanted:
        if center_id not in found:
            raise UnknownCenterError(center_id, close_names(center_id, scope))
    return [found[center_id] for center_id in wanted]


def close_names(center_id: str, scope: Scope = EVERYTHING) -> list[str]:
    """Ids of existing centers that are spelled like `center_id`, best first."""
    known = Center.objects.in_scope(scope).order_by("center_id").values_list("center_id", flat=True)
    matches = process.extract(
        center_id.lower(),
        list(known),
        scorer=JaroWinkler.similarity,
        score_cutoff=CLOSE_ENOUGH,
        limit=MOST_SUGGESTIONS,
    )
    return [name for name, _score, _index in matches]
