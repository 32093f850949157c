"""SQL Server's errors with their native numbers (*pure*)."""

from dataclasses import dataclass


@dataclass(eq=False)  # not frozen: Python writes the traceback into an exception
class SqlError(Exception):
    """One error as SQL Server would send it. ``severity`` of 15 ends the batch before anything of it runs."""

    number: int
    text: str
    severity: int = 16
    state: int = 1

    def __str__(self) -> str:
        return f"{self.number}: {self.text}"


class ProtocolError(Exception):
    """The client sent bytes that are no TDS; the connection is closed."""


def syntax_error(near: str) -> SqlError:
    """What cannot be parsed."""
    return SqlError(102, f"Incorrect syntax near '{near[:60]}'.", severity=15)


def not_supported(what: str) -> SqlError:
    """Valid T-SQL that the sandbox does not know: the number of a syntax error and a text that says so."""
    return SqlError(102, f"Incorrect syntax: {what} is not supported by the sandbox.", severity=15)


def undeclared_variable(name: str) -> SqlError:
    """A variable that the batch never declared; ``name`` with its @."""
    return SqlError(137, f'Must declare the scalar variable "{name}".', severity=15, state=2)


def invalid_object(name: str) -> SqlError:
    """A table that does not exist."""
    return SqlError(208, f"Invalid object name '{name}'.")


def invalid_column(name: str) -> SqlError:
    """A column that does not exist."""
    return SqlError(207, f"Invalid column name '{name}'.")


def unknown_database(name: str) -> SqlError:
    """A database named in a statement that does not exist."""
    return SqlError(911, f"Database '{name}' does not exist. Make sure that the name is entered correctly.")


def cannot_open_database(name: str) -> SqlError:
    """A database named at login that does not exist."""
    return SqlError(4060, f'Cannot open database "{name}" requested by the login. The login failed.', 11)


def login_failed(user: str) -> SqlError:
    """Unknown user, wrong password, or no right to the database."""
    return SqlError(18456, f"Login failed for user '{user}'.", severity=14)


def permission_denied(permission: str, schema: str, table: str, database: str) -> SqlError:
    """A statement that would write; the sandbox's login may only SELECT."""
    where = f"the object '{table}', database '{database}', schema '{schema}'"
    return SqlError(229, f"The {permission} permission was denied on {where}.", severity=14, state=5)


def deadlock_victim(process: int) -> SqlError:
    """The statement was chosen to end a deadlock."""
    text = (
        f"Transaction (Process ID {process}) was deadlocked on lock resources with another process "
        "and has been chosen as the deadlock victim. Rerun the transaction."
    )
    return SqlError(1205, text, severity=13, state=51)


def lock_timeout() -> SqlError:
    """Somebody held a lock for longer than the session waits."""
    return SqlError(1222, "Lock request time out period exceeded.", state=51)


def data_movement() -> SqlError:
    """Rows moved while they were read without locks."""
    return SqlError(601, "Could not continue scan with NOLOCK due to data movement.", severity=12, state=3)


def resource_limit() -> SqlError:
    """All workers are in use."""
    text = "Resource ID : 1. The request limit for the database is 30 and has been reached."
    return SqlError(10928, text, severity=20)


def service_busy() -> SqlError:
    """The server sheds load."""
    return SqlError(40501, "The service is currently busy. Retry the request after 10 seconds. Code: 0.", severity=20)


def session_killed() -> SqlError:
    """An administrator ended the session."""
    text = "Cannot continue the execution because the session is in the kill state."
    return SqlError(596, text, severity=21)


def operation_cancelled() -> SqlError:
    """What a statement ends with that attention stopped."""
    return SqlError(0, "Operation cancelled by user.", severity=11)


def conversion_failed(value: str, target: str) -> SqlError:
    """A text that is no ``target``."""
    source = "nvarchar"
    return SqlError(245, f"Conversion failed when converting the {source} value '{value}' to data type {target}.")


def overflow(target: str) -> SqlError:
    """A number that its type cannot hold."""
    return SqlError(8115, f"Arithmetic overflow error converting expression to data type {target}.", state=2)


def type_clash(left: str, right: str) -> SqlError:
    """Two types that SQL Server does not convert into each other."""
    return SqlError(206, f"Operand type clash: {left} is incompatible with {right}", state=2)
