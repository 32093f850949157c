"""`send_test_alert`: one test message by an alert channel, and what came of it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from extraction.alert_models import AlertChannel, MessageState
from extraction.alerts.outcomes import Outcome, advice
from extraction.alerts.trying import send_test


class Command(BaseCommand):
    """Exit code 0: the receiver took it; 1: it did not; 2: there is no such channel."""

    help = gettext_noop("Send a test message by an alert channel.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("channel", help=_("the name of the channel"))

    def handle(self, *args: Any, channel: str, **options: Any) -> None:
        found = AlertChannel.objects.select_related("secret").filter(name=channel).first()
        if found is None:
            names = ", ".join(AlertChannel.objects.values_list("name", flat=True))
            text = _("There is no alert channel “%(name)s”. Known: %(names)s.") % {"name": channel, "names": names}
            raise CommandError(text, returncode=2)
        message = send_test(found, None)
        status = f" (HTTP {message.http_status})" if message.http_status else ""
        said = f"{found.name}: {Outcome(message.outcome).label}{status}"
        if message.state != MessageState.SENT:
            raise CommandError(f"{said}. {advice(message.outcome)}", returncode=1)
        self.stdout.write(said)
