"""Patients, insurers and the links between them, with every case that the insurance rule must decide (*pure*)."""

import random
from dataclasses import dataclass
from enum import Enum, auto

from dentalhub.sandbox.insurers import INSURERS, PAYERS_WITHOUT_KIND
from dentalhub.sandbox.people import FAMILY_NAMES, GIVEN_NAMES
from dentalhub.sandbox.rows import InsurerRow, LinkRow, PatientRow


class _To(Enum):
    """What a link points to."""

    STATUTORY = auto()
    PRIVATE = auto()
    DELETED = auto()
    SMALL_P = auto()  # kind 'p'
    BLANK_P = auto()  # kind ' P'
    EMPTY_KIND = auto()
    NULL_KIND = auto()
    MISSING = auto()  # an insurer id that no row has
    NOTHING = auto()  # NULL


@dataclass(frozen=True, slots=True)
class _Case:
    """The links of one kind of patient, lowest id first, each with its delete mark."""

    links: tuple[tuple[_To, bool | None], ...]


_CASES = (
    _Case(()),
    _Case(((_To.STATUTORY, True),)),
    _Case(((_To.STATUTORY, False), (_To.PRIVATE, False))),
    _Case(((_To.STATUTORY, False), (_To.PRIVATE, True))),
    _Case(((_To.PRIVATE, False), (_To.DELETED, False))),
    _Case(((_To.DELETED, False),)),
    _Case(((_To.MISSING, False),)),
    _Case(((_To.STATUTORY, False), (_To.MISSING, False))),
    _Case(((_To.EMPTY_KIND, False),)),
    _Case(((_To.NULL_KIND, None),)),
    _Case(((_To.SMALL_P, False),)),
    _Case(((_To.BLANK_P, None),)),
    _Case(((_To.NOTHING, False),)),
    _Case(((_To.PRIVATE, False), (_To.STATUTORY, None))),
    _Case(((_To.MISSING, True), (_To.STATUTORY, False), (_To.DELETED, False))),
)
EDGE_PATIENTS = len(_CASES)
_MISSING_INSURER = 99_999
_NO_LINK_SHARE = 0.08
_TWO_LINKS_SHARE = 0.1
_DELETED_SHARE = 0.03


@dataclass(frozen=True, slots=True)
class Insurance:
    """A practice's patients, the first ``EDGE_PATIENTS`` of them the special cases, with insurers and links."""

    patients: tuple[PatientRow, ...]
    insurers: tuple[InsurerRow, ...]
    links: tuple[LinkRow, ...]


def make_insurance(rng: random.Random, country: str, patients: int, *, letters: bool) -> Insurance:
    """Make ``patients`` patients (and the special cases). ``letters`` writes G for statutory, else 1 to 9."""
    people = _people(rng, patients + EDGE_PATIENTS)
    insurers, by_target = _insurers(rng, country, letters=letters)
    links: list[LinkRow] = []
    link_id = rng.randint(1, 900)
    for index, person in enumerate(people):
        case = _CASES[index] if index < EDGE_PATIENTS else _ordinary_case(rng)
        for target, deleted in case.links:
            link_id += rng.randint(1, 3)
            insurer = rng.choice(by_target[target])
            links.append(LinkRow(link_id, person.id, insurer, deleted))
    return Insurance(people, insurers, tuple(links))


def _people(rng: random.Random, count: int) -> tuple[PatientRow, ...]:
    people = []
    number = rng.randint(1, 1500)
    for _ in range(count):
        number += rng.randint(1, 7)
        deleted = rng.random() < _DELETED_SHARE
        people.append(PatientRow(number, rng.choice(FAMILY_NAMES), rng.choice(GIVEN_NAMES), deleted))
    return tuple(people)


def _ordinary_case(rng: random.Random) -> _Case:
    drawn = rng.random()
    if drawn < _NO_LINK_SHARE:
        return _Case(())
    kinds = (_To.STATUTORY,) * 8 + (_To.PRIVATE,) * 2
    links = 2 if drawn < _NO_LINK_SHARE + _TWO_LINKS_SHARE else 1
    return _Case(tuple((rng.choice(kinds), rng.random() < _DELETED_SHARE) for _ in range(links)))


def _insurers(
    rng: random.Random, country: str, *, letters: bool
) -> tuple[tuple[InsurerRow, ...], dict[_To, list[int | None]]]:
    """The insurers by id, and which of them (or which dangling id) plays each target."""
    known = rng.sample(INSURERS[country], len(INSURERS[country]))
    statutory = [name for name, kind in known if kind == "1"]
    private = [name for name, kind in known if kind == "P"]
    plan: list[tuple[_To, str, str | None, bool | None]] = [
        *((_To.STATUTORY, name, _statutory_code(rng, letters), False) for name in statutory[:9]),
        *((_To.PRIVATE, name, "P", False) for name in private[:5]),
        (_To.SMALL_P, private[0], "p", False),
        (_To.BLANK_P, f"{private[1]} ", " P", None),
        (_To.DELETED, f"{statutory[0]} (alt)", _statutory_code(rng, letters), True),
        (_To.DELETED, f"{private[0]} (alt)", "P", True),
        (_To.EMPTY_KIND, rng.choice(PAYERS_WITHOUT_KIND), "", False),
        (_To.EMPTY_KIND, PAYERS_WITHOUT_KIND[1], "  ", False),
        (_To.NULL_KIND, PAYERS_WITHOUT_KIND[2], None, None),
    ]
    rng.shuffle(plan)
    by_target: dict[_To, list[int | None]] = {_To.MISSING: [_MISSING_INSURER], _To.NOTHING: [None]}
    rows = []
    insurer_id = rng.randint(1, 120)
    for target, name, kind, deleted in plan:
        insurer_id += rng.randint(1, 4)
        rows.append(InsurerRow(insurer_id, name, kind, deleted))
        by_target.setdefault(target, []).append(insurer_id)
    return tuple(rows), by_target


def _statutory_code(rng: random.Random, letters: bool) -> str:
    return "G" if letters else rng.choice("1156789")
