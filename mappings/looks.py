"""What people said about the choices of a version, as the review page shows it. *Pure*."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from mappings.enums import FieldVerdict


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment; `author` is '' for a person who left."""

    text: str
    author: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Look:
    """What holds of one choice; `verdict` '' while nobody has said anything about it."""

    verdict: str = ""
    person: str = ""
    at: dt.datetime | None = None
    comment: str = ""
    remarks: tuple[Remark, ...] = ()

    @property
    def is_right(self) -> bool:
        return self.verdict == FieldVerdict.RIGHT

    @property
    def is_wrong(self) -> bool:
        return self.verdict == FieldVerdict.WRONG


NOTHING_SAID = Look()
Looks = Mapping[str, Look]


@dataclass(frozen=True, slots=True)
class Progress:
    """Keys that the policy leaves to a person: `left` nobody has looked at; `wrong` somebody refused."""

    needed: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()

    @property
    def done(self) -> int:
        """How many were looked at."""
        return len(self.needed) - len(self.left)


def progress(needed: tuple[str, ...], looks: Looks) -> Progress:
    """How far the reviewers are."""
    wrong = tuple(key for key, look in looks.items() if look.is_wrong)
    left = tuple(key for key in needed if not looks.get(key, NOTHING_SAID).verdict)
    return Progress(needed, left, wrong)


def listed(keys: tuple[str, ...]) -> str:
    """The first of these keys, and how many there are more."""
    shown = ", ".join(keys[:5])
    return shown if len(keys) <= 5 else _("%(fields)s and %(count)s more") % {"fields": shown, "count": len(keys) - 5}
