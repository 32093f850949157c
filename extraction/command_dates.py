"""Dates on a command line. *Pure*."""

import datetime as dt
from argparse import ArgumentTypeError

from django.utils.translation import gettext as _


def iso_date(text: str) -> dt.date:
    """The day that `text` (YYYY-MM-DD) names. Raises ArgumentTypeError, which argparse shows."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(_("%(text)s is no date; write it as 2026-11-20.") % {"text": text}) from None
