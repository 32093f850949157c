"""What may stand in a region, a server or a center."""

import re
from zoneinfo import available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from centers.closing_days import ClosingDaysError, parse_closing_days
from centers.public_holidays import AREAS

# A DNS name, an IPv4 address or a bracketless IPv6 address: nothing that could end a value in a connection string.
# Each label ends in a dot or the end, so that no value can be read in two ways (that would take exponential time).
_LABEL = r"[A-Za-z0-9_][A-Za-z0-9_-]{0,62}"
HOST = re.compile(rf"\A(?:{_LABEL}(?:\.{_LABEL})*\.?|[0-9A-Fa-f:]{{2,45}})\Z")
# The name of a registered driver, never a path: a path would load any library into this process.
DRIVER_NAME = re.compile(r"\A[A-Za-z0-9][A-Za-z0-9 ._()-]*\Z")
REFERENCE = re.compile(r"\A(env|file):([A-Za-z0-9_][A-Za-z0-9_.-]*)\Z")

validate_code = RegexValidator(r"\A[a-z0-9][a-z0-9_-]*\Z", _("Use small letters, digits, '_' and '-'."))

validate_driver = RegexValidator(DRIVER_NAME, _("Write the name of an installed ODBC driver, not a path."))
validate_one_line = RegexValidator(r"\A[^\x00-\x1f\x7f]*\Z", _("Control characters are not allowed here."))


def validate_reference(value: str) -> None:
    """Raise ValidationError unless `value` is `env:NAME` or `file:NAME` within what the settings allow.

    The limits keep a form from sending another secret of this machine to a stranger's server.
    """
    match = REFERENCE.match(value)
    if match is None:
        raise ValidationError(
            _("Write where the password is: env:NAME or file:NAME. The password itself is never stored.")
        )
    kind, name = match.groups()
    prefixes = settings.CREDENTIAL_ENV_PREFIXES
    if kind == "env" and not name.startswith(tuple(prefixes)):
        raise ValidationError(
            _("The variable's name must begin with %(prefixes)s."), params={"prefixes": ", ".join(prefixes)}
        )


def validate_host(value: str) -> None:
    """Raise ValidationError unless `value` is a host name or an address."""
    if len(value) > 253 or not HOST.match(value):
        raise ValidationError(_("Write a host name or an address, without port, spaces or other characters."))


def validate_time_zone(value: str) -> None:
    """Raise ValidationError unless `value` is an IANA time zone."""
    if value not in available_timezones():
        raise ValidationError(_("Write a time zone such as Europe/Berlin."))


def validate_holiday_area(value: str) -> None:
    """Raise ValidationError unless `value` is an area whose public holidays are known."""
    if value not in AREAS:
        raise ValidationError(_("Write a country, federal state or canton by its ISO code: DE, DE-BY, AT-9, CH-ZH."))


def validate_closing_days(value: str) -> None:
    """Raise ValidationError, with the line, unless `value` is a list of closing days."""
    try:
        parse_closing_days(value)
    except ClosingDaysError as error:
        raise ValidationError(
            _("Line %(line)s: write a day as 2026-12-24, or several as 2026-12-24..2027-01-06, and after it why."),
            params={"line": error.line},
        ) from error
