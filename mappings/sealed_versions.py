"""Decided versions stay as they were decided, whoever writes: page, command, admin or shell.

This guards against mistakes in programs; that only one of two people wins is the business of `mappings.approval`.
"""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext as _

from centers.scope import ScopedManager
from mappings.exceptions import TransitionError
from mappings.transitions import SEALED, may_become, sources_of

if TYPE_CHECKING:
    from mappings.models import Mapping

# Names of columns as instances have them; what else a row holds (drift, hold) is about the source, not the decision.
FROZEN = (
    *("center_id", "version", "snapshot_id", "content", "content_hash", "generated", "created_at"),
    *("author_id", "first_author_id", "reviewer_id", "reason", "decided_at", "four_eyes_waived"),
)


class MappingQuerySet(models.QuerySet["Mapping"]):
    """Versions of mappings; no bulk operation goes round the rules."""

    def update(self, **kwargs: Any) -> int:
        """Raises TransitionError when a decided version would change, or a status that may not follow."""
        self._refuse_change({_attribute(name) for name in kwargs}, kwargs.get("status"))
        return super().update(**kwargs)

    update.alters_data = True  # type: ignore[attr-defined]

    def bulk_update(self, objs: Any, fields: Any, batch_size: int | None = None) -> int:
        """Raises TransitionError also for any status: one computed per row could not be checked here."""
        objs, fields = list(objs), list(fields)
        if "status" in fields:
            raise TransitionError(_("The status of a version changes one version at a time."))
        self.filter(pk__in=[row.pk for row in objs])._refuse_change({_attribute(name) for name in fields}, None)
        return super().bulk_update(objs, fields, batch_size)

    bulk_update.alters_data = True  # type: ignore[attr-defined]

    def delete(self) -> tuple[int, dict[str, int]]:
        """Raises TransitionError: versions go only with their center."""
        raise TransitionError(_("A version of a mapping is never deleted; reject it."))

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def _refuse_change(self, names: set[str], status: object) -> None:
        sealed = self.filter(status__in=SEALED)
        if names & set(FROZEN) and sealed.exists():
            raise TransitionError(_("A decided version cannot be changed."))
        if status is not None and self.exclude(status__in=sources_of(str(status))).exists():
            raise TransitionError(_("A decided version cannot be changed."))


class MappingManager(ScopedManager["Mapping"]):
    """What asks for versions; every queryset of it keeps the rules."""

    _queryset_class = MappingQuerySet


def refuse_change(mapping: "Mapping", fields: set[str] | None) -> None:
    """Raise TransitionError when saving `mapping` (only `fields`; None: all) would change a decided row."""
    names = set(FROZEN) if fields is None else {_attribute(name) for name in fields} & set(FROZEN)
    rows = type(mapping)._base_manager.filter(pk=mapping.pk)
    stored = rows.values("status", *names).first()
    if stored is None:
        return
    moves = fields is None or "status" in fields
    if moves and not may_become(stored["status"], mapping.status):
        raise TransitionError(_("A decided version cannot be changed."))
    if stored["status"] in SEALED and any(stored[name] != getattr(mapping, name) for name in names):
        raise TransitionError(_("A decided version cannot be changed."))


def _attribute(name: str) -> str:
    return f"{name}_id" if f"{name}_id" in FROZEN else name
