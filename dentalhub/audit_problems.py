"""What can be wrong with the audit trail, and what that is called. *Pure*."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class Problem(models.TextChoices):
    """Why an event is not what it was."""

    CHANGED = "changed", gettext_lazy("It is not what was written.")
    MISSING = "missing", gettext_lazy("It is missing.")
    INSERTED = "inserted", gettext_lazy("It was put in without the key.")
    REORDERED = "reordered", gettext_lazy("It was written at another place of the trail.")
    CUT_OFF = "cut_off", gettext_lazy("The end of the trail was cut off from here.")
    ERASED = "erased", gettext_lazy("Its content was erased before its time.")
    UNKNOWN_KEY = "unknown_key", gettext_lazy("It was written with a key that is not configured.")
    BROKEN = "broken", gettext_lazy("The end of the trail had been changed before it was written.")
    NO_END = "no_end", gettext_lazy("The row that says where the trail ends was written without the key.")
    ANCHOR = "anchor", gettext_lazy("An anchor names another event.")
    NO_TRIGGER = "no_trigger", gettext_lazy("The database's triggers that refuse changes are missing.")


@dataclass(frozen=True, slots=True)
class Finding:
    """The first bad event; `until` is the last one of several that are missing."""

    sequence: int
    problem: Problem
    until: int | None = None

    def __str__(self) -> str:
        """One sentence in the present language."""
        facts = {"first": self.sequence, "last": self.until, "problem": self.problem.label}
        if self.until is not None and self.until > self.sequence:
            return _("Events %(first)s to %(last)s: %(problem)s") % facts
        return _("Event %(first)s: %(problem)s") % facts
