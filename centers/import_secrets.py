"""What a centers file says about passwords: references, or that a stored one stays. It never holds one."""

from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any

from django.utils.translation import gettext as _

from centers.centers_file_entries import STORED_MARK
from centers.models import DatabaseServer, Region
from centers.secret_models import stored_pk

# What a password is for; see `centers.sealing`.
BOUND_TO = ("host", "port", "user")


def keep_stored(code: str, row: DatabaseServer | Region, values: MutableMapping[str, Any]) -> Iterator[str]:
    """Take the mark of a stored password out of `values`, which thereby stays; what is wrong with that, as sentences.

    A password that stays is for one login: the file cannot lead it to another one.
    """
    if values.get("credential") == STORED_MARK:
        del values["credential"]
        if stored_pk(row.credential) is None:
            yield _("%(code)s: no password is stored for it here. Write a reference to one.") % {"code": code}
            return
    if row.pk is None or "credential" in values or not row.credential:
        return
    if any(name in values and values[name] != getattr(row, name) for name in BOUND_TO):
        yield _(
            "%(code)s: its host, port or user changes, so its password is demanded again: write a reference, "
            "or change it in the form."
        ) % {"code": code}


def unfit(code: str, row: DatabaseServer | Region, regions: Mapping[str, Region]) -> Iterator[str]:
    """What is wrong with user and password of a row as it would be saved, as sentences."""
    if bool(row.user) != bool(row.credential):
        yield _("%(code)s: write both user and password, or neither.") % {"code": code}
    elif isinstance(row, DatabaseServer) and not row.credential and not regions[row.region.code].credential:
        yield _("%(code)s has no user and password, and neither has its region.") % {"code": code}
