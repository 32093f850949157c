"""Connection tests as a person asks for them: not too many in a minute, and each of them recorded.

Somebody who may test connections could otherwise look at the network address by address, or try passwords.
"""

from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db import models
from django.utils.translation import ngettext

from centers.connection_report import ConnectionReport
from centers.connection_test import climb
from centers.exceptions import CentersError
from centers.models import DatabaseServer
from dentalhub.audit import Detail, Note, record_each
from dentalhub.rate_limit import seconds_to_wait


class TooManyTestsError(CentersError):
    """Enough tests for this minute; the text says how many seconds are left of it."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        text = ngettext(
            "Too many connection tests. Try again in %(seconds)d second.",
            "Too many connection tests. Try again in %(seconds)d seconds.",
            seconds,
        )
        super().__init__(text % {"seconds": seconds})


def count_attempt(person: User | AnonymousUser, server: DatabaseServer) -> None:
    """Count an attempt to reach `server`, by person and by server. Raises TooManyTestsError, and nothing is sent."""
    count_tests(person, [server])


def count_tests(person: User | AnonymousUser, servers: Iterable[DatabaseServer]) -> None:
    """Count one attempt of `person` to reach `servers`, of which each counts once, as `count_attempt`."""
    most = settings.CONNECTION_TESTS_PER_MINUTE
    places = {f"connection-test:server:{server.host.lower()}:{server.port}" for server in servers}
    names = [f"connection-test:person:{person.pk}", *sorted(places)]
    if seconds := max(seconds_to_wait(name, most) for name in names):
        raise TooManyTestsError(seconds)


def ask_test(
    person: User | AnonymousUser, server: DatabaseServer, database: str | None, target: models.Model | str
) -> ConnectionReport:
    """Climb the ladder for `person` and record that; `target` is what is tested. Raises TooManyTestsError."""
    count_attempt(person, server)
    report = climb(server.spec(), database)
    record_test(person, server, report, target)
    return report


def record_test(
    person: User | AnonymousUser | None, server: DatabaseServer, report: ConnectionReport, target: models.Model | str
) -> None:
    """Keep who tested what and how it ended: a class of failure and its step, no text of the server and no secret."""
    record_each(person, [test_note(server, report, target)])


def test_note(server: DatabaseServer, report: ConnectionReport, target: models.Model | str) -> Note:
    """What is kept of a test."""
    failure = report.failure
    details: dict[str, Detail] = {
        "server": server.code,
        "host": server.host,
        "port": server.port,
        "result": failure.kind if failure else "ok",
        "step": failure.step.value if failure else "",
    }
    return Note("connection.tested", target, details)
