"""What an alert is about. *Pure*."""

from dataclasses import dataclass, field

from extraction.alert_causes import AlertCause


@dataclass(frozen=True, slots=True)
class AlertKey:
    """A cause, which one of its kind, and the region (None: the network as a whole)."""

    cause: AlertCause
    detail: str = ""
    region_id: int | None = None

    def __str__(self) -> str:
        return f"{self.cause.value}:{self.detail}:{self.region_id or ''}"


@dataclass(slots=True)
class Facts:
    """What is wrong now: how much of each key. Only what was looked at can be over."""

    found: dict[AlertKey, int] = field(default_factory=dict)
    looked_at: set[AlertCause] = field(default_factory=set)
    # Keys of causes that were looked at, but not there: another machine's disk.
    out_of_sight: set[AlertKey] = field(default_factory=set)

    def add(self, key: AlertKey, value: int) -> None:
        """`value` more of `key`."""
        if value > 0:
            self.found[key] = self.found.get(key, 0) + value

    def judges(self, key: AlertKey) -> bool:
        """True when `found` says how `key` stands, also by not having it."""
        return key.cause in self.looked_at and key not in self.out_of_sight
