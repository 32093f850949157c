"""Why the machine chose a table or a column, and not another one, for the review page. *Pure*."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from mappings.confidence import CERTAIN
from mappings.document import Candidate, Evidence
from mappings.evidence import Reason, Strength, reasons
from mappings.policy import Standing
from mappings.review_values import Values

_FLAG_LABELS = {
    "quality_empty": _("empty"),
    "quality_mostly_empty": _("mostly empty"),
    "quality_abandoned": _("not filled any more"),
    "quality_misused": _("values of another kind"),
    "quality_test_data": _("test data"),
    "quality_constant": _("always the same"),
}
_STRENGTHS = (Strength.STRONG, Strength.MEDIUM, Strength.SLIGHT, Strength.NONE)


@dataclass(frozen=True, slots=True)
class Flag:
    """A warning about a column's values: a word for the badge, and the sentence."""

    label: str
    sentence: str


@dataclass(frozen=True, slots=True)
class RunnerUp:
    """A table or column that was not chosen; `percent` is how sure the machine is that it is meant after all."""

    name: str
    percent: int
    reasons: tuple[Reason, ...]
    values: Values

    @property
    def is_only_weaker(self) -> bool:
        """True when nothing speaks against it."""
        return not any(reason.is_against for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class Why:
    """Everything that explains one choice; `standing` None: the version is decided, no policy asks any more."""

    confidence: float
    standing: Standing | None
    flags: tuple[Flag, ...]
    reasons: tuple[Reason, ...]
    runners_up: tuple[RunnerUp, ...]
    values: Values

    @property
    def is_certain(self) -> bool:
        return self.confidence >= CERTAIN

    @property
    def is_expanded(self) -> bool:
        """True for what a reviewer has to read: it is to be looked at, and not certain."""
        return self.standing not in {None, Standing.ACCEPTED} and not self.is_certain

    @property
    def says_something(self) -> bool:
        return bool(self.reasons or self.runners_up or self.values != Values())

    @property
    def count_for(self) -> int:
        return sum(not reason.is_against and not reason.is_fact for reason in self.reasons)

    @property
    def count_against(self) -> int:
        return sum(reason.is_against for reason in self.reasons)


def sorted_reasons(evidence: tuple[Evidence, ...], *, against_first: bool = False) -> tuple[Reason, ...]:
    """The sentences, what speaks for it before what speaks against it (or after), the strongest first."""
    return tuple(
        sorted(
            reasons(evidence),
            key=lambda reason: (reason.is_fact, reason.is_against != against_first, _STRENGTHS.index(reason.strength)),
        )
    )


def runner_up(candidate: Candidate, label: str, values: Values) -> RunnerUp:
    """A candidate under the name `label`; first what makes it only a runner-up."""
    found = sorted_reasons(candidate.evidence, against_first=True)
    return RunnerUp(label, round(candidate.confidence * 100), found, values)


def flags(evidence: tuple[Evidence, ...]) -> tuple[Flag, ...]:
    """The quality flags that have words."""
    return tuple(
        Flag(str(_FLAG_LABELS[item.code]), reason.sentence)
        for item in evidence
        if item.code in _FLAG_LABELS
        for reason in reasons((item,))
    )
