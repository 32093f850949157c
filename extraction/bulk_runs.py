"""A run over centers chosen on their list: on to the dialog that says what would run."""

from collections.abc import Sequence

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from centers.batches import begin
from centers.bulk_actions import BulkAction
from centers.enums import BatchAction
from centers.models import Center
from dentalhub.access import ROLES_WITH, Right


def _choose(person: User, centers: Sequence[Center], key: str) -> str:
    # Kept as a row, because an address holds no thousand ids.
    batch = begin(person, BatchAction.RUN, centers, key=key)
    return f"{reverse('extraction:run_start')}?batch={batch.pk}"


RUN = BulkAction("run", _("Start a run …"), "play-fill", tuple(sorted(ROLES_WITH[Right.WRITE_RUNS])), _choose)
