"""The queue of a reviewer: the versions that wait for this person, the oldest first."""

import datetime as dt
from collections.abc import Mapping as Values
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.http import urlencode

from centers.search_text import fold
from mappings.enums import DriftState, MappingStatus
from mappings.four_eyes import without_own_work
from mappings.models import Mapping
from mappings.policy_setting import current_policy
from mappings.queries import OPEN
from mappings.review_load import ReviewLoad, review_load
from mappings.version_digests import digest_of

_MOST_WORDS = 5
# What a version is sorted by, and its key.
Place = tuple[str | dt.datetime, int]
_OLDEST_FIRST = "since"
# Fields of a version by the columns that they sort.
_SORTED_BY = {
    _OLDEST_FIRST: "created_at",
    "version": "center__center_id",
    "name": "center__name",
    "region": "center__server__region__name",
    "status": "status",
    "author": "author__username",
}


class Confidence(StrEnum):
    """Whether the machine knew everything."""

    CERTAIN = "certain"
    DOUBT = "doubt"


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What a reviewer wants to see of the queue, and in which order; an empty text stands for all, oldest first."""

    q: str = ""
    region: str = ""
    state: str = ""
    drift: str = ""
    confidence: str = ""
    sort: str = ""

    @property
    def querystring(self) -> str:
        """The inverse of `queue_filter`."""
        return urlencode({name: value for name, value in asdict(self).items() if value})

    @property
    def field(self) -> str:
        """What the versions are sorted by."""
        return _SORTED_BY[self.sort.removeprefix("-") or _OLDEST_FIRST]

    @property
    def is_descending(self) -> bool:
        """True for the other direction."""
        return self.sort.startswith("-")


@dataclass(frozen=True, slots=True)
class Waiting:
    """One version of the queue; `is_first`: nothing was ever approved for its center."""

    mapping: Mapping
    load: ReviewLoad
    drift: DriftState
    hold: str
    is_first: bool


def queue_filter(values: Values[str, str]) -> QueueFilter:
    """A filter from the values of an address; a word that nobody knows filters nothing."""
    known: dict[str, Any] = {"state": set(OPEN), "drift": set(DriftState), "confidence": set(Confidence)}
    chosen = {name: values.get(name, "") for name, words in known.items() if values.get(name, "") in words}
    sort = values.get("sort", "")
    if sort.removeprefix("-") not in _SORTED_BY or sort == _OLDEST_FIRST:
        sort = ""
    search = " ".join(values.get("q", "").replace("\0", "").split()[:_MOST_WORDS])
    words = {name: str(word) for name, word in chosen.items()}
    return QueueFilter(q=search, region=values.get("region", ""), sort=sort, **words)


def waiting_for(person: User) -> QuerySet[Mapping]:
    """What `person` sees of the open versions and may approve: under four eyes not their own work."""
    versions = Mapping.objects.for_user(person).filter(status__in=OPEN)
    return without_own_work(versions, person) if settings.FOUR_EYES else versions


def places(person: User, wanted: QueueFilter) -> list[Place]:
    """The order of the queue: what each version is sorted by, and its key. At most two queries."""
    versions = _narrowed(waiting_for(person), wanted)
    if not wanted.confidence:
        rows = list(versions.values_list(wanted.field, "pk"))
    else:
        policy, is_certain = current_policy(), wanted.confidence == Confidence.CERTAIN
        found: QuerySet[Any] = versions.select_related("digest").defer("content").annotate(place=F(wanted.field))
        rows = [
            (mapping.place, mapping.pk)
            for mapping in found
            if review_load(digest_of(mapping), policy).is_certain is is_certain
        ]
    # Here and not in the database, because `next_in_queue` compares in the same way.
    return sorted(map(_place, rows), reverse=wanted.is_descending)


def waiting(keys: list[int]) -> list[Waiting]:
    """The versions with these keys, in their order. Two queries."""
    policy = current_policy()
    found: dict[int, Any] = {
        mapping.pk: mapping
        for mapping in _with_standing(Mapping.objects.filter(pk__in=keys))
        .select_related("center__server__region", "author", "digest")
        .defer("content")
    }
    return [
        Waiting(
            mapping,
            review_load(digest_of(mapping), policy),
            DriftState(mapping.center_drift),
            mapping.center_hold,
            mapping.approved_version is None,
        )
        for mapping in (found[key] for key in keys if key in found)
    ]


def next_in_queue(person: User, wanted: QueueFilter, after: Mapping | None = None) -> Mapping | None:
    """What follows `after` in the queue of `person`, which begins again at its end; None when nothing else waits."""
    queue = places(person, wanted)
    if after is not None:
        row = Mapping.objects.filter(pk=after.pk).values_list(wanted.field, "pk").first()
        place = _place(row or (None, after.pk))
        others = [item for item in queue if item != place]
        begins = [item > place if not wanted.is_descending else item < place for item in others]
        later = [item for item, is_later in zip(others, begins, strict=True) if is_later]
        queue = later + [item for item, is_later in zip(others, begins, strict=True) if not is_later]
    if not queue:
        return None
    return Mapping.objects.select_related("center").defer("content").filter(pk=queue[0][1]).first()


def _place(row: tuple[Any, int]) -> Place:
    value, key = row
    return (value if isinstance(value, dt.datetime) else fold(value or ""), key)


def _narrowed(versions: QuerySet[Mapping], wanted: QueueFilter) -> QuerySet[Mapping]:
    for word in wanted.q.split():
        versions = versions.filter(center__search_text__contains=fold(word))
    if wanted.region:
        versions = versions.filter(center__server__region__code=wanted.region)
    if wanted.state:
        versions = versions.filter(status=wanted.state)
    if wanted.drift:
        versions = _with_standing(versions).filter(center_drift=wanted.drift)
    return versions


def _with_standing(versions: QuerySet[Mapping]) -> QuerySet[Any]:
    """With what is known of the center's approved version: its number, drift and hold."""
    approved = Mapping.objects.filter(center=OuterRef("center"), status=MappingStatus.APPROVED)
    return versions.annotate(
        approved_version=Subquery(approved.values("version")[:1]),
        center_drift=Coalesce(Subquery(approved.values("drift")[:1]), Value(DriftState.NONE)),
        center_hold=Coalesce(Subquery(approved.values("hold")[:1]), Value("")),
    )
