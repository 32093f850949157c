"""Who becomes a superuser, or is one no more: an event, whichever command or program did it.

No page does it. `QuerySet.update` goes round it, as SQL does; `dentalhub.apps` imports this once.
"""

from typing import Any

from django.contrib.auth.models import User
from django.db.models.signals import post_save, pre_save
from django.dispatch import receiver

from dentalhub.audit import record

_BEFORE = "_dentalhub_was_superuser"


@receiver(pre_save, sender=User, dispatch_uid="superuser before")
def look_before(instance: User, raw: bool = False, update_fields: Any = None, **_: Any) -> None:
    """Remember what the row says now, unless the flag is not among what is saved."""
    instance.__dict__.pop(_BEFORE, None)
    if raw or (update_fields is not None and "is_superuser" not in update_fields):
        return
    stored = User.objects.filter(pk=instance.pk).values_list("is_superuser", flat=True) if instance.pk else ()
    instance.__dict__[_BEFORE] = next(iter(stored), False)


@receiver(post_save, sender=User, dispatch_uid="superuser after")
def record_change(instance: User, **_: Any) -> None:
    """Record the change, when there was one."""
    before = instance.__dict__.pop(_BEFORE, None)
    if before is None or before == instance.is_superuser:
        return
    if instance.is_superuser:
        record(None, "person.superuser_made", instance)
    else:
        record(None, "person.superuser_ended", instance)
