"""Names from another network's file: what an import would change, and the import itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from dentalhub.audit import record
from mappings.canonical import canonical_order
from mappings.learned_names import verdict_counts
from mappings.models import ImportedName, LearnedName
from mappings.vocabulary import Name, Standing


class Action(StrEnum):
    """What happens to one name."""

    ADD = "added"
    CHANGE = "changed"
    KEEP = "unchanged"


@dataclass(frozen=True, slots=True)
class PlannedName:
    """One name of the file. `decided_here`: reviewers of this network decided about it, so the file has no say."""

    canonical: str
    key: str
    action: Action
    confirmed: int
    rejected: int
    decided_here: bool


@dataclass(frozen=True, slots=True)
class VocabularyPlan:
    """Everything that the file names, in the order of the canonical model."""

    names: tuple[PlannedName, ...]

    def count(self, action: Action) -> int:
        return sum(planned.action is action for planned in self.names)

    @property
    def added(self) -> int:
        return self.count(Action.ADD)

    @property
    def changed(self) -> int:
        return self.count(Action.CHANGE)

    @property
    def unchanged(self) -> int:
        return self.count(Action.KEEP)

    @property
    def changes_nothing(self) -> bool:
        """True when everything is as the file says already."""
        return self.unchanged == len(self.names)


def plan_import(entries: Mapping[Name, Standing]) -> VocabularyPlan:
    """What importing `entries` would do. Changes nothing."""
    known = {(row.canonical, row.name_key): row for row in ImportedName.objects.order_by()}
    decided = verdict_counts(LearnedName.objects.filter(forgotten_at=None))
    order = canonical_order()
    return VocabularyPlan(
        tuple(
            PlannedName(
                canonical=name[0],
                key=name[1],
                action=_action(known.get(name), entries[name]),
                confirmed=entries[name].confirmed,
                rejected=entries[name].rejected,
                decided_here=name in decided,
            )
            for name in sorted(entries, key=lambda name: (order[name[0]], name))
        )
    )


@transaction.atomic
def apply_import(entries: Mapping[Name, Standing], actor: User | None = None) -> VocabularyPlan:
    """Store `entries`. A name that was imported before gets the new numbers; a forgotten one stays forgotten."""
    plan = plan_import(entries)
    forgotten = set(LearnedName.objects.exclude(forgotten_at=None).values_list("canonical", "name_key"))
    for planned in plan.names:
        if planned.action is Action.KEEP:
            continue
        name = planned.canonical, planned.key
        counts = {"confirmed": planned.confirmed, "rejected": planned.rejected, "imported_by": actor}
        ImportedName.objects.update_or_create(
            canonical=planned.canonical,
            name_key=planned.key,
            defaults=counts,
            create_defaults=counts | {"forgotten_at": timezone.now() if name in forgotten else None},
        )
    if not plan.changes_nothing:
        record(actor, "vocabulary.imported", "vocabulary", added=plan.added, changed=plan.changed)
    return plan


def _action(row: ImportedName | None, standing: Standing) -> Action:
    if row is None:
        return Action.ADD
    same = (row.confirmed, row.rejected) == (standing.confirmed, standing.rejected)
    return Action.KEEP if same else Action.CHANGE
