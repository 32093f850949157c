"""What may stand in a region, a server or a center."""

import re
from zoneinfo import available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from centers import network_rules
from centers.addresses import HOST
from centers.certificates import certificate_of
from centers.closing_days import ClosingDaysError, parse_closing_days
from centers.public_holidays import AREAS
from centers.references import WRITTEN_KINDS, ReferenceKind, parse

# The name of a registered driver, never a path: a path would load any library into this process.
DRIVER_NAME = re.compile(r"\A[A-Za-z0-9][A-Za-z0-9 ._()-]*\Z")

validate_code = RegexValidator(r"\A[a-z0-9][a-z0-9_-]*\Z", _("Use small letters, digits, '_' and '-'."))

validate_driver = RegexValidator(DRIVER_NAME, _("Write the name of an installed ODBC driver, not a path."))
validate_one_line = RegexValidator(r"\A[^\x00-\x1f\x7f]*\Z", _("Control characters are not allowed here."))


def validate_reference(value: str) -> None:
    """Raise ValidationError unless `value` says where a secret is, within what the settings allow.

    The limits keep a form from sending another secret of this machine to a stranger's server.
    """
    reference = parse(value)
    if reference is None or reference.kind not in WRITTEN_KINDS:
        raise ValidationError(
            _(
                "Write where the password is, never the password: env:NAME, file:PATH, vault:mount/path#key or "
                "aws-sm:id#key."
            )
        )
    prefixes = {
        ReferenceKind.ENV: settings.CREDENTIAL_ENV_PREFIXES,
        ReferenceKind.VAULT: settings.VAULT_PREFIXES,
        ReferenceKind.AWS: settings.AWS_SECRET_PREFIXES,
    }.get(reference.kind, [])
    if reference.kind is ReferenceKind.ENV and not reference.name.startswith(tuple(prefixes)):
        raise ValidationError(
            _("The variable's name must begin with %(prefixes)s."), params={"prefixes": ", ".join(prefixes)}
        )
    if prefixes and not reference.name.startswith(tuple(prefixes)):
        raise ValidationError(
            _("The secret's name must begin with %(prefixes)s."), params={"prefixes": ", ".join(prefixes)}
        )


def validate_host(value: str) -> None:
    """Raise ValidationError unless `value` is a host name or an address."""
    if len(value) > 253 or not HOST.match(value):
        raise ValidationError(_("Write a host name or an address, without port, spaces or other characters."))


def validate_source_host(value: str) -> None:
    """Raise ValidationError unless `value` is a host that the settings allow, as far as no name server is needed."""
    validate_host(value)
    if reason := network_rules.host_refusal(value):
        raise ValidationError(reason)


def validate_source_port(value: int) -> None:
    """Raise ValidationError unless the settings allow to connect to this port."""
    if not settings.SANDBOX and (reason := network_rules.port_refusal(value)):
        raise ValidationError(reason)


def validate_certificate(value: str) -> None:
    """Raise ValidationError unless `value` is one certificate in PEM."""
    try:
        certificate_of(value)
    except ValueError as error:
        raise ValidationError(_("Write one certificate in PEM form, and no key.")) from error


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


def agreement_sentence() -> str:
    """What is wrong with an agreement that ends and does not begin before that."""
    return _text("An agreement that ends needs the date on which it began, before its end.")
