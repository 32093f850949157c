"""Starting a run for a client that may ask twice."""

import hashlib
import json

from django.contrib.auth.models import User
from pydantic import Field

from dentalhub.api_frame import BodySchema
from dentalhub.problems import FieldError, ProblemCode, ProblemError
from extraction.api.parameters import MOST_IDS, Code, Day
from extraction.enums import RunMode, Trigger
from extraction.exceptions import RunRequestError
from extraction.models import ExtractionRun
from extraction.run_forms import RunForm
from extraction.run_requests import RunRequest, request_run, yesterday
from extraction.tasks import dispatch


class RunStart(BodySchema):
    """Which centers and days to read."""

    date_from: Day | None = Field(None, description="The first business date; default: yesterday.")
    date_to: Day | None = Field(None, description="The last one; default: the first.")
    centers: list[Code] = Field([], max_length=MOST_IDS, description="Ids; empty: all centers that you see.")
    mode: RunMode = Field(
        RunMode.ALL,
        description="All days, replacing what is there; or only those that are missing or have failed.",
    )
    with_closed: bool = Field(False, description="With missing: also days on which a center is closed.")


def start(wanted: RunStart, key: str, person: User) -> RunRequest:
    """The run that `wanted` asks for, by the rules of the page that starts runs. Raises ProblemError."""
    # Two people may choose the same key.
    own_key = _sha256(f"api:{person.pk}:{key}")
    digest = _sha256(json.dumps(wanted.model_dump(mode="json"), sort_keys=True))
    # First of all, for what the body means may have changed since: yesterday, the gaps, the centers.
    known = ExtractionRun.objects.select_related("requested_by").filter(idempotency_key=own_key).first()
    asked = RunRequest(known, is_new=False) if known else _request(wanted, person, own_key, digest)
    if asked.run.request_digest != digest:
        raise ProblemError(ProblemCode.KEY_USED)
    if asked.is_new:
        dispatch(asked.run)
    return asked


def _request(wanted: RunStart, person: User, key: str, digest: str) -> RunRequest:
    form = _form(wanted, person)
    if not form.is_valid():
        raise ProblemError(ProblemCode.INVALID, errors=_errors(form))
    try:
        return request_run(
            form.chosen_centers(),
            form.cleaned_data["date_from"],
            form.cleaned_data["date_to"],
            mode=wanted.mode,
            with_closed=wanted.with_closed,
            trigger=Trigger.API,
            user=person,
            idempotency_key=key,
            request_digest=digest,
        )
    except RunRequestError as error:
        raise ProblemError(ProblemCode.NOTHING_TO_RUN, str(error)) from error


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _form(wanted: RunStart, person: User) -> RunForm:
    first = wanted.date_from or wanted.date_to or yesterday()
    return RunForm(
        {
            "date_from": first.isoformat(),
            "date_to": (wanted.date_to or first).isoformat(),
            "mode": wanted.mode.value,
            "with_closed": wanted.with_closed,
            "centers": wanted.centers,
            "idempotency_key": "0" * 32,
        },
        person=person,
    )


def _errors(form: RunForm) -> list[FieldError]:
    return [FieldError(name, str(text)) for name, texts in form.errors.items() for text in texts]
