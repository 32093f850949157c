"""Where the ODBC driver manager and the driver are."""

from pathlib import Path


def preload() -> None:
    """Load the unpacked driver manager."""


def driver_path() -> Path | str:
    """The driver's full path or registered name."""
    return "ODBC Driver 18 for SQL Server"


def missing() -> str | None:
    """One sentence what to do, or None."""
    return None
