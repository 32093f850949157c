"""Exit 0 when the web server in this container answers, on port 8000 or the one named: the image's health check.

A redirect to HTTPS is an answer too, so redirects are not followed. The Host header is one that settings allow.
"""

import http.client
import os
import sys

PORT = 8000
TIMEOUT_SECONDS = 5.0


def allowed_host(setting: str) -> str:
    """The first of DENTALHUB_ALLOWED_HOSTS as a request can carry it; `localhost` for none or any. *Pure*."""
    first = setting.split(",")[0].strip().removeprefix(".")
    return "localhost" if first in {"", "*"} else first


def answers(port: int) -> bool:
    """Whether /health/live on this machine's `port` answers without an error."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
    host = allowed_host(os.environ.get("DENTALHUB_ALLOWED_HOSTS", ""))
    try:
        connection.request("GET", "/health/live", headers={"Host": host})
        return connection.getresponse().status < http.client.BAD_REQUEST
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(0 if answers(int(sys.argv[1]) if len(sys.argv) > 1 else PORT) else 1)
