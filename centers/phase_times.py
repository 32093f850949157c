"""How long the parts of reading a source and of keeping what it said took. *Pure*."""

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class PhaseTimes:
    """Seconds. Sums may be built with `+`, of the batches of a session or of many centers.

    `login`: from asking for a session until it was there, be it waiting for a turn, logging in or checking an idle one.
    `query`: from sending a batch until its first answer. `fetch`: from there until all rows are Python's. `convert`:
    from there until they are chart entries. `land`: writing them, a center's share of what landed together.
    """

    login: float = 0.0
    query: float = 0.0
    fetch: float = 0.0
    convert: float = 0.0
    land: float = 0.0

    @property
    def total(self) -> float:
        """All phases together."""
        return sum(self.by_name().values())

    def by_name(self) -> dict[str, float]:
        """The phases in their order."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def __add__(self, other: "PhaseTimes") -> "PhaseTimes":
        return PhaseTimes(
            self.login + other.login,
            self.query + other.query,
            self.fetch + other.fetch,
            self.convert + other.convert,
            self.land + other.land,
        )
