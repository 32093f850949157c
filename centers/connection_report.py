"""What a connection test found, step by step. *Pure*."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _

from centers.exceptions import SourceErrorKind
from centers.source_errors import advice


class Step(models.TextChoices):
    """The steps of the ladder, from the bottom."""

    DNS = "dns", _("Host name")
    TCP = "tcp", _("Port")
    TLS = "tls", _("Encryption")
    LOGIN = "login", _("Login")
    DATABASE = "database", _("Database")
    SELECT = "select", _("Right to read")
    TABLES = "tables", _("Ivoris tables")


class Outcome(StrEnum):
    """How a step ended; the values are states of the status badge."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    NOT_REACHED = "not_reached"


OUTCOME_LABELS = {
    Outcome.OK: _("ok"),
    Outcome.WARNING: _("look at this"),
    Outcome.FAILED: _("failed"),
    Outcome.NOT_REACHED: _("not reached"),
}


@dataclass(frozen=True, slots=True)
class StepResult:
    """One step. `message` says what was found or what to do next; `kind` is a SourceErrorKind's value or empty."""

    step: Step
    outcome: Outcome
    milliseconds: int | None = None
    message: str = ""
    kind: str = ""

    @property
    def label(self) -> str:
        """The step's name in the active language."""
        return str(self.step.label)

    @property
    def outcome_label(self) -> str:
        """The outcome in the active language."""
        return str(OUTCOME_LABELS[self.outcome])


@dataclass(frozen=True, slots=True)
class ConnectionReport:
    """All steps in order, those behind a failure as not reached."""

    steps: tuple[StepResult, ...]

    @property
    def failure(self) -> StepResult | None:
        """The step that failed."""
        return next((result for result in self.steps if result.outcome is Outcome.FAILED), None)

    @property
    def is_servers(self) -> bool:
        """True when a step failed that all databases of the server have in common."""
        return self.failure is not None and self.failure.step in SERVER_STEPS

    @property
    def passed(self) -> bool:
        """True when no step failed."""
        return self.failure is None


# What can be tested of a server, without a database.
SERVER_STEPS = (Step.DNS, Step.TCP, Step.TLS, Step.LOGIN)


def report_of(results: list[StepResult], elapsed: int, expected: Sequence[Step] = tuple(Step)) -> ConnectionReport:
    """The report after `elapsed` milliseconds; where no step failed, the first one without a result hangs."""
    steps = list(results)
    for step in expected:
        if any(result.step is step for result in results):
            continue
        if any(result.outcome is Outcome.FAILED for result in steps):
            steps.append(StepResult(step, Outcome.NOT_REACHED))
            continue
        rest = elapsed - sum(result.milliseconds or 0 for result in steps)
        hung = SourceErrorKind.HUNG
        steps.append(StepResult(step, Outcome.FAILED, rest, advice(hung), hung.value))
    return ConnectionReport(tuple(steps))
