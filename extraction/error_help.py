"""What the help page of an error code says: from the tables that decide what is done about it. *Pure*."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from centers.error_numbers import ACTION_OF_KIND, NUMBER_RULES, Action
from centers.exceptions import SourceErrorKind
from centers.source_errors import advice, breaker_scope
from extraction.causes import Cause, cause_label
from extraction.error_steps import STEPS

_DONE = {
    Action.RETRY: _("The center is read again after a short wait, three times in all."),
    Action.RETRY_ONCE: _("The center is read once more after a short wait."),
    Action.OPEN_BREAKER: _(
        "Nothing is tried again, because each further login would count towards locking the account. The "
        "server is left "
        "alone until one try succeeds or an admin lets it be tried again."
    ),
    Action.NEVER: _("The center is not tried again in this run; the next run reads it again."),
    Action.ASK: _("The center is not tried again: nothing changes until somebody acts."),
}
_COUNTED = {
    "server": _("After three failures in a row the whole server is left alone for a while."),
    "center": _("After three failures in a row this center is left alone for a while; others on the server go on."),
    None: _("It never makes dentalhub leave a server or a center alone."),
}
_OWN = {
    Cause.PAUSED: _("The center is paused, so no run reads it."),
    Cause.NO_MAPPING: _("No version of the center's mapping has been approved yet."),
    Cause.INVALID_MAPPING: _("The approved mapping cannot be used with what the source looks like now."),
    Cause.ADAPTER: _("The center uses a dental software that dentalhub cannot read."),
    Cause.STORAGE: _("The rows were read, but could not be written to dentalhub's own database."),
    Cause.INTERRUPTED: _("The process that read the center ended before it was done."),
    Cause.DEADLINE: _("The run had reached the time that it may take."),
    Cause.CANCELLED: _("Somebody has cancelled the run before this center was read."),
    Cause.MISSING: _("No run has read this day of the center yet."),
    Cause.BREAKER: _("The server or the center is left alone for now, after what has gone wrong there."),
    Cause.HELD: _(
        "Far fewer entries came than before, so the earlier ones were kept and the day waits for a decision."
    ),
    Cause.AGREEMENT: _("The center has no valid processing agreement."),
    Cause.RETENTION: _("The days are older than what is kept of the center."),
    Cause.SUPPRESSION_KEY: _("Patients of the center were erased, and the key that recognises them is missing."),
    Cause.UNUSUAL: _("The day has landed with far fewer entries than this center usually has on such a weekday."),
}


@dataclass(frozen=True, slots=True)
class ErrorHelp:
    """One code, in the active language. `numbers` are SQL Server's native ones that mean it."""

    code: str
    label: str
    happened: str
    done: tuple[str, ...]
    steps: tuple[str, ...]
    numbers: tuple[int, ...]


def error_codes() -> Iterator[str]:
    """Every code that a center's part of a run can end with, the source's first."""
    yield from (kind.value for kind in SourceErrorKind)
    yield from (cause.value for cause in Cause)


def error_help(code: str) -> ErrorHelp:
    """Raises KeyError for a code that does not exist."""
    steps = tuple(str(step) for step in STEPS[code])
    if code in set(Cause):
        return ErrorHelp(code, cause_label(code), str(_OWN[Cause(code)]), (), steps, ())
    kind = SourceErrorKind(code)
    action = ACTION_OF_KIND[kind]
    done = [str(_DONE[action])]
    if action is not Action.OPEN_BREAKER:
        done.append(str(_COUNTED[breaker_scope(kind)]))
    numbers = tuple(number for rule in NUMBER_RULES if rule.kind is kind for number in rule.numbers)
    return ErrorHelp(code, cause_label(code), advice(kind), tuple(done), steps, numbers)
