"""The settings of our own database, made of `DATABASE_URL`: SQLite or SQL Server (docs/operations.md)."""

from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from dentalhub import odbc_runtime

SQLITE, SQL_SERVER = "django.db.backends.sqlite3", "mssql"
DEFAULT_PORT = 1433
SQLITE_OPTIONS = {
    # Measured: WAL with deferred transactions lost half of 1,600 concurrent ones, IMMEDIATE with a timeout none.
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    # Deleted rows are patients' data: overwritten, and not left in free pages until something else needs those.
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON;",
}


def settings_of(parsed: dict[str, Any], odbc_directory: Path) -> dict[str, Any]:
    """Django's settings of the database that `parsed` names, as django-environ reads an address.

    For SQL Server this also prepares the process for ODBC, with a folder of ours for the driver manager's settings.
    Raises ImproperlyConfigured for other engines and for an address without host or database.
    """
    engine = parsed.get("ENGINE")
    if engine == SQLITE:
        return {**parsed, "OPTIONS": SQLITE_OPTIONS}
    if engine == SQL_SERVER:
        return _sql_server(parsed, odbc_directory)
    raise ImproperlyConfigured("DATABASE_URL must begin with sqlite:/// or mssql://; no other database is supported.")


def _sql_server(parsed: dict[str, Any], odbc_directory: Path) -> dict[str, Any]:
    if not (parsed.get("HOST") and parsed.get("NAME")):
        raise ImproperlyConfigured("DATABASE_URL must be mssql://user:password@host:port/name.")
    # Before anything uses ODBC: a pool of the driver manager hands a forked worker's connection to another one.
    odbc_runtime.configure_environment(odbc_directory)
    odbc_runtime.preload()
    options = {**parsed.get("OPTIONS", {}), "driver": str(odbc_runtime.driver_path()), "host_is_server": True}
    options["extra_params"] = _without_mars(str(options.get("extra_params", "")))
    # mssql-django wants host and port in one when the driver is given as a path (traps.md).
    return {**parsed, "HOST": f"{parsed['HOST']},{parsed.get('PORT') or DEFAULT_PORT}", "PORT": "", "OPTIONS": options}


def _without_mars(extra_params: str) -> str:
    """Say that a connection has one open cursor only: else mssql-django believes that it may have several.

    On Linux nobody switches that on, and whatever asks something else while it iterates would fail.
    """
    if "mars_connection" in extra_params.lower():
        return extra_params
    return ";".join(filter(None, (extra_params, "MARS_Connection=no")))
