"""The words for what was seen of a source's values, and for why nothing was. *Pure*."""

from django.utils.translation import gettext_lazy as _

from centers.samples import Skipped
from mappings.profile import Shape

SKIPPED = {
    Skipped.EMPTY: _("empty"),
    Skipped.TOO_SLOW: _("too slow"),
    Skipped.FORBIDDEN: _("no right to read"),
    Skipped.FAILED: _("failed"),
    Skipped.SWITCHED_OFF: _("switched off"),
    Skipped.VIEW: _("views"),
}
NOT_LOOKED_AT = {
    Skipped.EMPTY: _("Not looked at: the table is empty."),
    Skipped.TOO_SLOW: _("Not looked at: the source answered too slowly."),
    Skipped.FORBIDDEN: _("Not looked at: this login has no right to read the table."),
    Skipped.FAILED: _("Not looked at: reading the table failed."),
    Skipped.SWITCHED_OFF: _("Not looked at: looking at values is switched off for this table."),
    Skipped.VIEW: _("Not looked at: it is a view."),
}
SHAPES = {
    Shape.INT_DATE: _("numbers YYYYMMDD"),
    Shape.EPOCH: _("seconds since 1970"),
    Shape.ZERO_ONE: _("0 or 1"),
    Shape.WHOLE: _("whole numbers"),
    Shape.DECIMAL: _("decimal numbers"),
    Shape.DAY: _("days"),
    Shape.MOMENT: _("days with a time"),
    Shape.TEXT_DATE: _("texts YYYYMMDD"),
    Shape.GERMAN_DATE: _("texts DD.MM.YYYY"),
    Shape.GERMAN_SHORT_DATE: _("texts DD.MM.YY"),
    Shape.ISO_DATE: _("texts YYYY-MM-DD"),
    Shape.CLOCK: _("times of day"),
    Shape.YES_NO: _("yes or no in one letter or word"),
    Shape.MARK: _("marks such as X"),
    Shape.KIND_WORD: _("kinds of insurance"),
    Shape.SERVICE_CODE: _("service codes"),
    Shape.DIGITS: _("digits"),
    Shape.NUMBERED: _("letters with a number"),
    Shape.SHORT_CODE: _("short codes"),
    Shape.INSURER_NAME: _("names of insurers"),
    Shape.GIVEN_NAME: _("given names"),
    Shape.FAMILY_NAME: _("family names"),
    Shape.CLINICAL: _("what dentists write"),
    Shape.NAME_LIKE: _("words that begin with a capital"),
    Shape.LONG_TEXT: _("texts of several words"),
    Shape.WORD: _("single words"),
    Shape.OTHER: _("other texts"),
}
