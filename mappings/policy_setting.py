"""The review policy of this network: read and change it."""

from django.contrib.auth.models import User
from django.db import transaction

from centers.scope import Scope
from dentalhub.audit import record
from dentalhub.audit_changes import changes
from mappings.enums import ReviewPolicy
from mappings.models import Mapping, NetworkPolicy
from mappings.policy import Workload, workload
from mappings.queries import OPEN

_ONLY_ROW = 1


def current_policy() -> ReviewPolicy:
    """The policy in force, in one query; conservative where nobody ever chose one."""
    stored = NetworkPolicy.objects.filter(pk=_ONLY_ROW).values_list("policy", flat=True).first()
    return ReviewPolicy(stored) if stored in ReviewPolicy.values else ReviewPolicy.CONSERVATIVE


@transaction.atomic
def change_policy(policy: ReviewPolicy, actor: User) -> bool:
    """Put `policy` in force for every page shown from now on; False when it was in force already.

    No mapping changes: what is accepted is decided anew whenever a page is shown.
    """
    row, _created = NetworkPolicy.objects.select_for_update().get_or_create(pk=_ONLY_ROW)
    former = row.policy
    if former == policy:
        return False
    row.policy = policy
    row.save()
    record(actor, "policy.changed", row, changes=changes({"policy": former}, {"policy": policy}))
    return True


def open_workloads(scope: Scope) -> tuple[dict[ReviewPolicy, Workload], int]:
    """What each policy would leave to look at in the open versions of `scope`, and how many versions those are."""
    versions = Mapping.objects.in_scope(scope).filter(status__in=OPEN).only("content")
    documents = [mapping.document() for mapping in versions]
    return {policy: workload(policy, documents) for policy in ReviewPolicy}, len(documents)
