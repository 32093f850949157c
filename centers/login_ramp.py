"""How many logins one server sees at once, and which failure is shared instead of being repeated. *Pure*.

The caller holds a lock around every call and passes the time in monotonic seconds.
"""

from collections.abc import Callable
from dataclasses import dataclass

from centers.exceptions import SourceError, SourceErrorKind
from centers.source_errors import error_of_kind

# After a refused login no further one is tried for this long, unless the secret is another by then.
REFUSAL_SECONDS = 900.0
# A server that has not been asked for this long is met like a new one: with one login.
REST_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Failure:
    """A login that did not work, when that was known, and with which secret."""

    error: SourceError
    at: float
    secret: object

    @property
    def is_refusal(self) -> bool:
        """True when the server did not accept the login; trying again brings its lock nearer."""
        return self.error.kind is SourceErrorKind.LOGIN

    def again(self) -> SourceError:
        """The error for one more thread; an exception object belongs to one."""
        return SourceError(
            self.error.kind, self.error.message, number=self.error.number, transient=self.error.transient
        )


class LoginRamp:
    """One login first; each that succeeds doubles how many may be under way, one that fails leads back to one.

    A login that has been under way for more than `patience` seconds hangs in the driver and counts no more.
    """

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._window = 1
        self._under_way: dict[int, float] = {}
        self._tickets = 0
        self._last_success = float("-inf")
        self.failure: Failure | None = None

    def may_start(self, now: float) -> bool:
        """Whether one more login may begin."""
        counted = sum(1 for started in self._under_way.values() if now - started < self._patience)
        if counted == 0 and now - self._last_success > REST_SECONDS:
            self._window = 1
        return counted < self._window

    def start(self, now: float) -> int:
        """Begin a login; returns the ticket with which its end is reported."""
        self._tickets += 1
        self._under_way[self._tickets] = now
        return self._tickets

    def succeeded(self, ticket: int, now: float) -> None:
        """The server let somebody in."""
        started = self._under_way.pop(ticket)
        self._window *= 2
        self._last_success = now
        if self.failure is not None and self.failure.at <= started:
            self.failure = None

    def failed(self, ticket: int, error: SourceError, now: float, secret: object) -> None:
        """The first failure after a success may be a hiccup of one login; a second one in a row is the server's."""
        self._under_way.pop(ticket)
        failure = Failure(error, now, secret)
        if failure.is_refusal or (self._window == 1 and not self._refused()):
            self.failure = failure
        self._window = 1

    def gave_up(self, now: float) -> SourceError:
        """The error for a thread that has waited long enough; those that asked meanwhile share it."""
        if self.failure is None:
            self.failure = Failure(error_of_kind(SourceErrorKind.LOGIN_TIMEOUT), now, None)
        return self.failure.again()

    def known_failure(self, asked: float, now: float, secret: Callable[[], object]) -> SourceError | None:
        """The error for whoever asked at that time, or None when a login has to be tried.

        A refusal answers everybody while the secret is the same.
        """
        failure = self.failure
        if failure is None:
            return None
        stands = failure.is_refusal and now < failure.at + REFUSAL_SECONDS and secret() == failure.secret
        return failure.again() if stands or asked <= failure.at else None

    def forget_failure(self) -> None:
        """Let the next login try whatever happened before."""
        self.failure = None

    def _refused(self) -> bool:
        return self.failure is not None and self.failure.is_refusal
