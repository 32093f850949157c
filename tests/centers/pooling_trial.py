"""Run in a process of its own by `test_odbc_pooling`: opens a session, closes it, and tells what stayed open.

Arguments: host, port and user of a server, and optionally `used` (somebody has used ODBC before) or `switched`
(somebody switches pyodbc's own pooling on). Prints JSON: sockets before, during and after, or the refusal.
"""

import json
import sys
from pathlib import Path

import django

from dentalhub import odbc_runtime


def sockets() -> int:
    """How many sockets this process has."""
    count = 0
    for descriptor in Path("/proc/self/fd").iterdir():
        try:
            count += str(descriptor.readlink()).startswith("socket:")
        except OSError:
            continue  # the listing's own
    return count


def trial(host: str, port: str, user: str, *done_before: str) -> dict[str, int | str]:
    """What stays open; or the refusal's kind and message."""
    from centers import connection
    from centers.exceptions import SourceError
    from centers.server_spec import ServerSpec

    if done_before:
        odbc_runtime.preload()
        import pyodbc

        if "used" in done_before:
            pyodbc.drivers()
        pyodbc.pooling = True
    before = sockets()
    try:
        session = connection.open_connection(ServerSpec(host, int(port), user, "env:IVORIS_PASSWORD"))
    except SourceError as error:
        return {"kind": error.kind.value, "message": error.message}
    during = sockets()
    session.query("SELECT 1 AS one")
    session.close()
    return {"before": before, "during": during, "after": sockets()}


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps(trial(*sys.argv[1:])))
