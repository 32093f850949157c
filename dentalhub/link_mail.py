"""Sends people the link with which they choose a password, and tells them what was done to their sign-in."""

import logging
import smtplib

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from dentalhub.password_links import NewLink
from dentalhub.person_language import language_of

LOG = logging.getLogger(__name__)


def send_link(made: NewLink, address: str) -> bool:
    """Send the link, whose full address this is, to its person; False when the mail server did not take it.

    No queue: the secret would lie in it.
    """
    person = made.link.user
    with translation.override(language_of(person)):
        until = date_format(localtime(made.link.expires_at), "SHORT_DATETIME_FORMAT")
        text = _(
            "With this link you choose the password of your account %(name)s. It counts once, until %(until)s.\n\n"
            "%(address)s\n\n"
            "If you did not expect this, please tell your network admin."
        )
        body = text % {"name": person.get_username(), "until": until, "address": address}
        message = EmailMessage(_("dentalhub: choose your password"), body, to=[person.email])
    return _sent(message)


def tell_second_factor_reset(person: User) -> None:
    """Tell somebody, where e-mails are on, that an admin took the second factor away: it may be news to them."""
    if not (settings.PEOPLE_EMAILS and person.email):
        return
    with translation.override(language_of(person)):
        text = _(
            "A network admin took the second factor of your account %(name)s away. At the next sign-in you can set up "
            "a new one.\n\nIf you did not ask for this, please tell your network admin."
        )
        subject = _("dentalhub: your second factor was reset")
        message = EmailMessage(subject, text % {"name": person.get_username()}, to=[person.email])
    _sent(message)


def _sent(message: EmailMessage) -> bool:
    try:
        message.send()
    except (OSError, smtplib.SMTPException) as error:
        # Neither address nor text: the text has the link.
        LOG.warning("A message to a person was not sent: %s", type(error).__name__)
        return False
    return True
