"""Why a request wants patient ids."""

from django.utils.translation import gettext as _

from dentalhub.access import Right
from dentalhub.models import ApiToken
from dentalhub.problems import FieldError, ProblemCode, ProblemError
from dentalhub.token_auth import demand
from extraction.api.entry_schemas import EntryConditions, NotedConditions
from extraction.enums import RevealReason
from extraction.reveal_reasons import Why


def why_of(asked: EntryConditions, token: ApiToken) -> Why | None:
    """Why patient ids are asked for; None: they are not. Raises ProblemError without the scope, role or reason."""
    if not asked.reveal:
        return None
    demand(token, Right.REVEAL_PATIENTS)
    if asked.reason is None:
        raise _missing("reason", _("Say why you need the patient ids."))
    if not isinstance(asked, NotedConditions):
        if asked.reason is RevealReason.OTHER:
            raise _missing("reason", _("This reason needs a note, which belongs into a body: search with a POST."))
        return Why(asked.reason.value)
    if asked.reason is RevealReason.OTHER and not asked.note:
        raise _missing("note", _("Say why in a few words."))
    return Why(asked.reason.value, asked.note)


def _missing(field: str, message: str) -> ProblemError:
    return ProblemError(ProblemCode.REASON_MISSING, errors=[FieldError(field, message)])
