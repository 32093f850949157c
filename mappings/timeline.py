"""What happened to one center, the newest first: snapshots, versions, decisions, drift.

Other apps add histories of their own; a page then shows all of them as one.
"""

import datetime as dt
import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol, overload

from django.db.models import Count, QuerySet, Value
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centers.models import Center
from dentalhub.models import AuditEvent
from mappings.enums import DriftState
from mappings.holds import hold_sentence
from mappings.models import SchemaSnapshot

# What is told of versions, with the state that gives each its badge.
_ACTIONS: dict[str, tuple[str, Promise]] = {
    "mapping.proposed": ("draft", gettext_lazy("Proposed")),
    "mapping.imported": ("draft", gettext_lazy("Imported from a file")),
    "mapping.restored": ("draft", gettext_lazy("Restored from an older version")),
    "mapping.edited": ("draft", gettext_lazy("Edited")),
    "mapping.submitted": ("in_review", gettext_lazy("Submitted for review")),
    "mapping.approved": ("approved", gettext_lazy("Approved")),
    "mapping.rejected": ("rejected", gettext_lazy("Rejected")),
    "mapping.approval_undone": ("superseded", gettext_lazy("Approval undone")),
    "mapping.withdrawn": ("superseded", gettext_lazy("Drafts withdrawn: their schema is gone again")),
    "mapping.drifted": ("warning", gettext_lazy("Drift")),
}
_VERSION = "mappings.mapping:"


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened; `address` leads to it, empty where it has no page."""

    at: dt.datetime
    state: str
    title: str
    text: str = ""
    who: str = ""
    address: str = ""


class History(Protocol):
    """One sort of moments of a center."""

    @property
    def rows(self) -> QuerySet[Any]:
        """What they are made of, a row each; only counted by others."""

    def newest(self, most: int) -> list[Moment]:
        """The newest ones, at most so many, the newest first."""


@dataclass(frozen=True, slots=True)
class RowHistory:
    """The moments of rows that are ordered from the newest on; one query, whatever their number."""

    rows: QuerySet[Any]
    moment: Callable[[Any], Moment]

    def newest(self, most: int) -> list[Moment]:
        return [self.moment(row) for row in self.rows[:most]]


class Timeline(Sequence[Moment]):
    """Several histories as one sequence that a paginator cuts; a page costs as much as it and all before it hold."""

    def __init__(self, histories: Sequence[History]) -> None:
        self._histories = histories

    def __len__(self) -> int:
        counts = [
            # Each with its number, or a database could take two equal counts for one.
            history.rows.order_by().values_list(Value(number)).annotate(Count("pk"))
            for number, history in enumerate(self._histories)
        ]
        return sum(count for _number, count in counts[0].union(*counts[1:], all=True))

    @overload
    def __getitem__(self, wanted: int) -> Moment: ...
    @overload
    def __getitem__(self, wanted: slice) -> list[Moment]: ...
    def __getitem__(self, wanted: int | slice) -> Moment | list[Moment]:
        if isinstance(wanted, int):
            return self[wanted : wanted + 1][0]
        end = wanted.stop if wanted.stop is not None else len(self)
        parts = [history.newest(end) for history in self._histories]
        merged = heapq.merge(*parts, key=lambda moment: moment.at, reverse=True)
        return list(islice(merged, wanted.start or 0, end))


def mapping_histories(center: Center) -> list[History]:
    """What this app knows of `center`."""
    # Exact names, which the index of the trail finds; a prefix would read the whole trail.
    versions = center.mappings.order_by().values_list("version", flat=True)
    targets = [f"{_VERSION}{center.center_id} v{version}" for version in versions]
    targets += [f"center:{center.center_id}", f"centers.center:{center}"]
    events = AuditEvent.objects.filter(target__in=targets, action__in=_ACTIONS)
    snapshots = SchemaSnapshot.objects.filter(center=center).defer("content", "profile")
    return [
        RowHistory(events.order_by("-at", "-pk"), lambda event: _of_event(center, event)),
        RowHistory(snapshots.order_by("-taken_at", "-pk"), _of_snapshot),
    ]


def _of_snapshot(snapshot: SchemaSnapshot) -> Moment:
    text = _("%(tables)s tables, %(columns)s columns, fingerprint %(fingerprint)s")
    facts = {
        "tables": snapshot.table_count,
        "columns": snapshot.column_count,
        "fingerprint": snapshot.fingerprint[:12],
    }
    return Moment(snapshot.taken_at, "info", _("New schema"), text % facts)


def _of_event(center: Center, event: AuditEvent) -> Moment:
    state, title = _ACTIONS[event.action]
    if event.action == "mapping.drifted":
        return _of_drift(center, event)
    version = event.target.removeprefix(f"{_VERSION}{center.center_id} v")
    if not event.target.startswith(_VERSION) or not version.isdecimal():
        return Moment(event.at, state, str(title), who=event.actor_name)
    name = _("Version %(version)s") % {"version": version}
    reason = str(event.details.get("reason", ""))
    address = reverse("mappings:mapping_detail", args=[center.center_id, int(version)])
    return Moment(event.at, state, str(title), f"{name}: {reason}" if reason else name, event.actor_name, address)


def _of_drift(center: Center, event: AuditEvent) -> Moment:
    """The end of a drift is an event of its own."""
    word, hold = str(event.details.get("state", "")), str(event.details.get("hold", ""))
    address = reverse("mappings:drift_detail", args=[center.center_id])
    if word not in DriftState.values or word == DriftState.NONE:
        return Moment(event.at, "ok", _("The drift is over"), "", event.actor_name, address)
    state = "failed" if word == DriftState.BREAKING else "warning"
    return Moment(event.at, state, str(DriftState(word).label), hold_sentence(hold), event.actor_name, address)
