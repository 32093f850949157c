"""The genuine driver, straight through pyodbc, without dentalhub's own connections."""

import os
import re
from pathlib import Path

import mssql_python_odbc  # type: ignore[import-untyped]
import pyodbc

from dentalhub.sandbox.process import SandboxProcess

pyodbc.pooling = False


def driver_path() -> str:
    """The driver that mssql-django brings."""
    libraries = Path(mssql_python_odbc.__file__).parent / "libs"
    return str(next(path for path in sorted(libraries.rglob("libmsodbcsql*")) if "debian" in str(path)))


def connect(
    process: SandboxProcess, server: str, timeout: int = 5, ca_file: Path | None = None, /, **keywords: str
) -> pyodbc.Connection:
    """Log in to one of the sandbox's servers; keywords replace those of the connection string."""
    given = {
        "DRIVER": driver_path(),
        "SERVER": f"localhost,{process.ports[server]}",
        "UID": process.user,
        "PWD": process.password,
        "Encrypt": "yes",
        "ConnectRetryCount": "0",
        **keywords,
    }
    text = ";".join(f"{key}={{{value.replace('}', '}}')}}}" for key, value in given.items())
    # OpenSSL looks here at each connect: only the sandbox's own authority is trusted.
    before = os.environ.get("SSL_CERT_FILE")
    os.environ["SSL_CERT_FILE"] = str(ca_file or process.ca_file)
    try:
        return pyodbc.connect(text, autocommit=True, timeout=timeout)
    finally:
        if before is None:
            del os.environ["SSL_CERT_FILE"]
        else:
            os.environ["SSL_CERT_FILE"] = before


def native_number(error: pyodbc.Error) -> int:
    """SQL Server's error number, which stands in round brackets behind the first message."""
    found = re.search(r"\((\d+)\)", str(error.args[1]))
    assert found is not None, error
    return int(found[1])
