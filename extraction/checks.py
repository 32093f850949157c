"""System checks that say in one sentence what recognising erased patients lacks."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core import checks
from django.db import connections

from extraction.models import SuppressedPatient
from extraction.suppressions import missing_keys


@checks.register(checks.Tags.security, deploy=True)
def suppressions_have_a_key_of_their_own(**_: Any) -> list[checks.CheckMessage]:
    """Warn where the secret key, which is changed one day, is all that recognises erased patients."""
    if settings.SUPPRESSION_KEYS or settings.PSEUDONYM_KEY:
        return []
    text = "Set DENTALHUB_SUPPRESSION_KEYS: without it only the secret key recognises patients who were erased."
    hint = "Put the present DENTALHUB_SECRET_KEY behind it if patients have been erased already."
    return [checks.Warning(text, hint=hint, id="extraction.W001")]


@checks.register(checks.Tags.database)
def suppressions_can_be_checked(databases: Sequence[str] | None = None, **_: Any) -> list[checks.CheckMessage]:
    """Warn of erased patients whose key is missing; only with `check --database default`, and before each migration."""
    if not databases or "default" not in databases:
        return []
    # Before the first migration there is nothing to look at.
    if SuppressedPatient._meta.db_table not in connections["default"].introspection.table_names():
        return []
    centers = missing_keys()
    if not centers:
        return []
    text = f"Patients were erased with a key that is missing, so {len(centers)} centers land nothing: {_some(centers)}."
    hint = "Put the former key behind the first one of DENTALHUB_SUPPRESSION_KEYS."
    return [checks.Warning(text, hint=hint, id="extraction.W002")]


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + (", …" if len(names) > 5 else "")
