"""What tests need to serve an installation of their own: a free port, clean variables, and patience."""

import os
import socket
import time
import urllib.error
import urllib.request
from pathlib import Path

from dentalhub.sandbox.process import SandboxProcess
from tests.secret_key import SECRET_KEY

ROOT = Path(__file__).resolve().parents[1]
_SECONDS = 60.0


def free_port() -> int:
    """A port of this machine on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def sandbox_environment(data: Path, sandbox: SandboxProcess) -> dict[str, str]:
    """This machine's variables with none of dentalhub but those of an installation in `data` on `sandbox`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DENTALHUB_")}
    kept.pop("DATABASE_URL", None)
    return kept | {
        "DENTALHUB_ENV_FILE": os.devnull,
        "DENTALHUB_SANDBOX": "1",
        "DENTALHUB_DATA_DIR": str(data),
        "DENTALHUB_SECRET_KEY": SECRET_KEY,
        "DJANGO_SETTINGS_MODULE": "dentalhub.settings",
        "PYTHONPATH": str(ROOT),
        "IVORIS_PASSWORD": sandbox.password,
        "SSL_CERT_FILE": str(sandbox.ca_file),
    }


def wait_until_up(url: str, path: str = "/health/live") -> None:
    """Until the web server at `url` answers 200 to `path`; fails after a minute."""
    deadline = time.monotonic() + _SECONDS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url + path, timeout=5) as answer:  # noqa: S310 # a server of the test
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise AssertionError(f"nothing answered at {path} within {_SECONDS:.0f} seconds")
