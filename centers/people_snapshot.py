"""What a form shows of a person, to tell whether it is still so when the form comes back. *Pure*."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields

from centers.people_rules import Reach, Wanted
from dentalhub.access import Role

ALL_REGIONS = "*"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Names, e-mail, and the roles and region codes in order; `*` alone stands for all regions."""

    first_name: str = ""
    last_name: str = ""
    email: str = ""
    roles: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()

    @classmethod
    def from_text(cls, text: str) -> "Snapshot":
        """What `as_text` wrote. Raises ValueError for anything else."""
        values = json.loads(text)
        names = {field.name for field in fields(cls)}
        if not isinstance(values, dict) or set(values) != names:
            raise ValueError("not a snapshot")
        lists = [values["roles"], values["regions"]]
        texts = [values["first_name"], values["last_name"], values["email"]]
        if not all(isinstance(each, list) for each in lists):
            raise ValueError("not a snapshot")
        if not all(isinstance(each, str) for each in (*texts, *lists[0], *lists[1])):
            raise ValueError("not a snapshot")
        first, last, email = texts
        return cls(first, last, email, tuple(lists[0]), tuple(lists[1]))

    def as_text(self) -> str:
        """For a hidden field; it is compared, never trusted."""
        return json.dumps(asdict(self))

    def values(self) -> dict[str, object]:
        """Field by field, as the audit trail takes it."""
        return asdict(self)

    @property
    def reach(self) -> Reach:
        """The regions as the rules know them."""
        if self.regions == (ALL_REGIONS,):
            return Reach(all_regions=True)
        return Reach(regions=frozenset(self.regions))

    def wanted(self, *, is_active: bool) -> Wanted:
        """What the rules are asked about."""
        return Wanted(frozenset(Role(role) for role in self.roles), self.reach, is_active)


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that somebody else has changed meanwhile."""

    field: str
    before: str | tuple[str, ...]
    after: str | tuple[str, ...]


def differences(seen: Snapshot, now: Snapshot) -> Sequence[Difference]:
    """What is another now than it was `seen`, in the order of the form."""
    pairs = ((field.name, getattr(seen, field.name), getattr(now, field.name)) for field in fields(Snapshot))
    return [Difference(name, before, after) for name, before, after in pairs if before != after]
