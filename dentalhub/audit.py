"""One door to the audit trail."""

from django.contrib.auth.models import AnonymousUser, User
from django.db import models

from dentalhub.models import AuditEvent

Detail = str | int | float | bool | None | list[str]


def record(
    actor: User | AnonymousUser | None, action: str, target: models.Model | str, **details: Detail
) -> AuditEvent:
    """Store that `actor` (None: the system itself) did `action` to `target`.

    `action` is a dotted word such as `mapping.approved`. `details` hold no patient value and no secret.
    """
    person = actor if isinstance(actor, User) else None
    name = target if isinstance(target, str) else f"{target._meta.label_lower}:{target}"
    return AuditEvent.objects.create(
        actor=person,
        actor_name=person.get_username() if person else "system",
        action=action,
        target=name[:200],
        details=details,
    )
