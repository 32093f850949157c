"""What an identity provider says about a person, as roles and regions. *Pure*."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from dentalhub.roles import Role

ALL_REGIONS = "*"


class ClaimRuleError(ValueError):
    """A rule cannot be read."""


@dataclass(frozen=True, slots=True)
class ClaimRules:
    """Which value of which claim gives which roles and regions."""

    # The name of a claim, or a path of names such as realm_access.roles.
    claim: str = "groups"
    roles: Mapping[str, frozenset[Role]] = field(default_factory=dict)
    # Codes of regions; ALL_REGIONS is all of them.
    regions: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Grants:
    """What the claims of a person give."""

    roles: frozenset[Role]
    regions: frozenset[str]

    @property
    def all_regions(self) -> bool:
        """True for every region, also those that come later."""
        return ALL_REGIONS in self.regions


def grants_of(claims: Mapping[str, object], rules: ClaimRules) -> Grants:
    """The roles and regions that `claims` give; values that no rule names give nothing."""
    values = values_of(claims, rules.claim)
    return Grants(
        frozenset(role for value in values for role in rules.roles.get(value, ())),
        frozenset(code for value in values for code in rules.regions.get(value, ())),
    )


def values_of(claims: Mapping[str, object], claim: str) -> frozenset[str]:
    """The texts that the claim holds: one, or a list. The name itself goes before a path, for names with dots."""
    found: object = claims.get(claim)
    if found is None:
        found = claims
        for name in claim.split("."):
            found = found.get(name) if isinstance(found, Mapping) else None
    if isinstance(found, str):
        return frozenset({found})
    if isinstance(found, Iterable) and not isinstance(found, Mapping):
        return frozenset(value for value in found if isinstance(value, str))
    return frozenset()


def role_rules(text: str) -> dict[str, frozenset[Role]]:
    """Rules such as `dental-admins=admin; dental-staff=analyst+reviewer`. Raises ClaimRuleError."""
    rules: dict[str, frozenset[Role]] = {}
    for value, names in _pairs(text):
        unknown = [name for name in names if name not in set(Role)]
        if unknown:
            raise ClaimRuleError(f"{unknown[0]!r} is no role; there are {', '.join(Role)}.")
        rules[value] = rules.get(value, frozenset()) | {Role(name) for name in names}
    return rules


def region_rules(text: str) -> dict[str, frozenset[str]]:
    """Rules such as `dental-de=germany; dental-all=*`, with codes of regions. Raises ClaimRuleError."""
    rules: dict[str, frozenset[str]] = {}
    for value, codes in _pairs(text):
        rules[value] = rules.get(value, frozenset()) | frozenset(codes)
    return rules


def _pairs(text: str) -> Iterable[tuple[str, list[str]]]:
    for rule in filter(None, (part.strip() for part in text.split(";"))):
        # The last sign counts: names of directory groups, such as CN=admins,OU=x, have some of their own.
        value, sign, names = rule.rpartition("=")
        wanted = [name.strip() for name in names.split("+")]
        if not sign or not value.strip() or not all(wanted):
            raise ClaimRuleError(f"{rule!r} is not of the form value=name or value=name+name.")
        yield value.strip(), wanted
