"""The place of an entry in the order by date, center and position, and what lies behind or before it."""

import datetime as dt
from dataclasses import dataclass, replace

from django.db.models import Q

from extraction.models import ChartEntry

ORDER = ("business_date", "center_id", "position")
BACKWARDS = tuple(f"-{field}" for field in ORDER)
# The largest key that a database holds.
LARGEST_KEY = 2**63 - 1
# Behind every entry of a slice.
LAST_POSITION = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Key:
    """The place of an entry in the order by date, center and position."""

    day: dt.date
    center: int
    position: int

    def __str__(self) -> str:
        return f"{self.day.isoformat()}.{self.center}.{self.position}"

    @classmethod
    def parse(cls, text: str) -> "Key | None":
        """The inverse of `str`; None for anything else."""
        try:
            day, center, position = text.split(".")
            key = cls(dt.date.fromisoformat(day), int(center), int(position))
        except ValueError:
            return None
        return key if max(abs(key.center), abs(key.position)) <= LARGEST_KEY else None

    @classmethod
    def of(cls, entry: ChartEntry) -> "Key":
        """The key of an entry."""
        return cls(entry.business_date, entry.center_id, entry.position)

    def one_more(self) -> "Key":
        """The place behind this one: what is ahead of it is what is ahead of this one, and this one."""
        return replace(self, position=self.position + 1)

    def one_less(self) -> "Key":
        """The place ahead of this one."""
        return replace(self, position=self.position - 1)


def behind(key: Key) -> Q:
    """What comes after `key`. The first condition follows from the others and is there for the index."""
    return Q(business_date__gte=key.day) & (
        Q(business_date__gt=key.day)
        | Q(business_date=key.day, center_id__gt=key.center)
        | Q(business_date=key.day, center_id=key.center, position__gt=key.position)
    )


def ahead_of(key: Key) -> Q:
    """What comes before `key`; as `behind`, the other way round."""
    return Q(business_date__lte=key.day) & (
        Q(business_date__lt=key.day)
        | Q(business_date=key.day, center_id__lt=key.center)
        | Q(business_date=key.day, center_id=key.center, position__lt=key.position)
    )
