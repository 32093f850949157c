"""The ends of statements in a reply (*pure*)."""

from dentalhub.sandbox.tds import tokens
from dentalhub.sandbox.tds.reply import Reply


class StatementDone:
    """Writes the end of each statement late, since only the last of a batch says that nothing follows."""

    def __init__(self, reply: Reply, *, in_procedure: bool) -> None:
        self.reply = reply
        self._token = tokens.done_in_proc if in_procedure else tokens.done
        self._in_procedure = in_procedure
        self._pending: tuple[int, int] | None = None

    def write(self, status: int, rows: int = 0) -> None:
        """One statement ended."""
        self.before_tokens()
        self._pending = (status, rows)

    def before_tokens(self) -> None:
        """More tokens follow the statement that ended last."""
        if self._pending is not None:
            status, rows = self._pending
            self.reply.write(self._token(status | tokens.MORE, rows))
            self._pending = None

    def finish(self) -> None:
        """The batch ended; a procedure has its own end."""
        if self._in_procedure:
            self.before_tokens()
            return
        status, rows = self._pending or (0, 0)
        self.reply.write(self._token(status, rows))
        self._pending = None
