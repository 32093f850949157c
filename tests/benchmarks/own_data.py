"""A folder of a benchmark's own for dentalhub's data, with an empty database."""

import os
from datetime import date
from pathlib import Path

# A Friday.
DAY = date(2026, 11, 20)


def set_up_django(folder: Path) -> None:
    """Before anything of an app is imported."""
    folder.mkdir(exist_ok=True)
    os.environ["DENTALHUB_DATA_DIR"] = str(folder)
    os.environ["DATABASE_URL"] = f"sqlite:///{folder / 'dentalhub.sqlite3'}"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dentalhub.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
