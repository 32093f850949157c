"""Why a center cannot be read at all: it is skipped, never guessed."""

from django.utils.translation import gettext as _

from centers.exceptions import SourceErrorKind
from centers.models import Center
from extraction.causes import Cause
from extraction.reader import Failure
from mappings.enums import MappingStatus
from mappings.holds import hold_sentence
from mappings.models import Mapping


def approved_mappings() -> dict[int, Mapping]:
    """The approved mapping of each center, by the center's key, without its content."""
    approved = Mapping.objects.filter(status=MappingStatus.APPROVED).order_by().only("pk", "center_id", "hold")
    return {mapping.center_id: mapping for mapping in approved}


def obstacle(center: Center, mapped: dict[int, Mapping]) -> Failure | None:
    """Why `center` is skipped; None when it can be read."""
    if not center.is_active:
        return Failure(Cause.PAUSED.value, _("The center is paused."))
    if center.pk not in mapped:
        return Failure(Cause.NO_MAPPING.value, _("The center has no approved mapping."))
    if hold := mapped[center.pk].hold:
        text = _("%(changes)s On hold until a new version is approved.")
        return Failure(SourceErrorKind.SCHEMA.value, text % {"changes": hold_sentence(hold)})
    return None
