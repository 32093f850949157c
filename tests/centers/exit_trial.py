"""Run in a process of its own by `test_sessions_on_the_wire`: ends while a thread hangs inside the driver.

Arguments: host, port and user of a server without TLS. Says "ready" with two sessions open, waits for a line, lets a
thread ask on one of them, and ends.
"""

import datetime as dt
import sys
import threading
import time

import django


def main(host: str, port: str, user: str) -> None:
    from centers.connection import borrow
    from centers.server_spec import ServerSpec

    tomorrow = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
    spec = ServerSpec(
        host, int(port), user, "env:IVORIS_PASSWORD", encrypt="no", trusted_until=tomorrow, query_timeout=1
    )

    def ask() -> None:
        with borrow(spec) as connection:
            connection.query("SELECT 1 AS one")

    with borrow(spec), borrow(spec):
        pass
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    time.sleep(2)
    sys.stdout.write("hangs\n" if thread.is_alive() else "ended\n")


if __name__ == "__main__":
    django.setup()
    main(*sys.argv[1:])
