"""Discovering the centers chosen on their list, in the background."""

from collections.abc import Sequence

from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _

from centers.bulk_actions import BulkAction
from centers.models import Center
from dentalhub.access import Role
from mappings.discovery_jobs import request_discovery
from mappings.tasks import look_soon


def _discover(person: User, centers: Sequence[Center], key: str) -> str:
    job = request_discovery(person, centers, key)
    look_soon()
    return job.get_absolute_url()


DISCOVER = BulkAction("discover", _("Discover"), "search", (Role.ADMIN, Role.REVIEWER), _discover)
