"""What a difference between two mappings is, in one sentence. *Pure*."""

from enum import Enum, auto

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class Subject(Enum):
    """What a row of a difference is about."""

    TABLE = auto()
    FIELD = auto()
    SAME_NAME = auto()
    DATES = auto()
    DELETE_FLAG = auto()
    CODE = auto()
    OPEN_CODE = auto()
    PATIENT_IDS = auto()


# For each subject: only on the right side, only on the left side, on both sides and not the same.
_SENTENCES = {
    Subject.TABLE: (
        gettext_lazy("Only the right side reads a table."),
        gettext_lazy("Only the left side reads a table."),
        gettext_lazy("Two different tables are read."),
    ),
    Subject.FIELD: (
        gettext_lazy("Only the right side has a column."),
        gettext_lazy("Only the left side has a column."),
        gettext_lazy("Two different columns are read."),
    ),
    Subject.DATES: (
        gettext_lazy("Only the right side says how dates are written."),
        gettext_lazy("Only the left side says how dates are written."),
        gettext_lazy("Dates are read in two different forms."),
    ),
    Subject.DELETE_FLAG: (
        gettext_lazy("Only the right side tells deleted rows apart."),
        gettext_lazy("Only the left side tells deleted rows apart."),
        gettext_lazy("Two different rules say which rows are alive."),
    ),
    Subject.CODE: (
        gettext_lazy("Only the right side says what this code means."),
        gettext_lazy("Only the left side says what this code means."),
        gettext_lazy("The code means two different kinds of insurance."),
    ),
    Subject.OPEN_CODE: (
        gettext_lazy("Only the right side uses this code, and nobody has decided what it means."),
        gettext_lazy("Only the left side uses this code, and nobody has decided what it means."),
        gettext_lazy("Only one side has decided what this code means."),
    ),
    Subject.PATIENT_IDS: (
        gettext_lazy("Only the right side says how patient ids are written."),
        gettext_lazy("Only the left side says how patient ids are written."),
        gettext_lazy("Patient ids are read in two different forms."),
    ),
}


def sentence(subject: Subject, kind: str) -> str:
    """The sentence for `kind` (added, removed or changed) in the reader's language."""
    if subject is Subject.SAME_NAME:
        return _("The names differ only by their affix.")
    return str(_SENTENCES[subject][("added", "removed", "changed").index(kind)])
