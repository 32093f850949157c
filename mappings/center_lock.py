"""One writer per center at a time, so that version numbers, marks and decisions follow each other."""

from centers.models import Center


def lock_center(pk: int) -> None:
    """Wait for everyone else to finish with this center, and hold it until the transaction ends."""
    Center.objects.select_for_update().only("pk").get(pk=pk)
