"""How long the parts of reading a source took. *Pure*."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PhaseTimes:
    """Seconds. Sums may be built with `+`, of the batches of a session or of many centers.

    `login`: from asking for a session until it was there, be it waiting for a turn, logging in or checking an idle one.
    `query`: from sending a batch until its first answer. `fetch`: from there until all rows are Python's.
    """

    login: float = 0.0
    query: float = 0.0
    fetch: float = 0.0

    @property
    def total(self) -> float:
        """All phases together."""
        return self.login + self.query + self.fetch

    def __add__(self, other: "PhaseTimes") -> "PhaseTimes":
        return PhaseTimes(self.login + other.login, self.query + other.query, self.fetch + other.fetch)
