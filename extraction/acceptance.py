"""A person says that a slice with fewer entries than usual is right."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dentalhub.audit import record
from extraction.exceptions import UnusualSliceError
from extraction.models import AcceptedSlice, Slice


def accept_unusual(found: Slice, person: User, usual: int | None) -> None:
    """Accept the rows of `found` as they were looked at. Raises UnusualSliceError when other rows have landed since."""
    with transaction.atomic():
        # Locks the row on both engines, or finds that a run has replaced it.
        same = Slice.objects.filter(pk=found.pk, checksum=found.checksum)
        if same.update(checksum=found.checksum) != 1:
            raise UnusualSliceError(_("This day has changed since you looked at it. Look at it again."))
        AcceptedSlice.objects.update_or_create(
            center_id=found.center_id,
            business_date=found.business_date,
            defaults={
                "checksum": found.checksum,
                "entry_count": found.entry_count,
                "accepted_by": person,
                "accepted_at": timezone.now(),
            },
        )
        record(
            person,
            "slice.unusual_accepted",
            found.center,
            date=f"{found.business_date}",
            entries=found.entry_count,
            usual=usual,
        )
