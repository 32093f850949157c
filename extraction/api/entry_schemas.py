"""What the API says of chart entries, and what may be asked for."""

import datetime as dt
from typing import Annotated

from ninja import Schema
from pydantic import Field, StringConstraints

from centers.scope_forms import Person
from dentalhub.api_frame import BodySchema, QuerySchema
from extraction.api.parameters import MOST_IDS, Code, Cursor, Day, Limit
from extraction.entries import EntryFilter
from extraction.entry_scope import limited_for
from extraction.enums import RevealReason
from extraction.models import ChartEntry
from extraction.pseudonyms import pseudonym_of
from extraction.reveal_reasons import NOTE_LENGTH
from mappings.enums import InsuranceStatus

Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)]


class EntryOut(Schema):
    """One landed chart entry."""

    center_id: str
    center_name: str
    date: dt.date
    patient: str = Field(description="Pseudonym: the same patient of a center has the same one everywhere.")
    patient_id: str | None = Field(description="Only when asked for with `reveal`.")
    insurance_status: InsuranceStatus
    insurance_name: str
    chart_entry: str
    service_codes: list[str]


class EntryPage(Schema):
    """Some chart entries by day and center."""

    items: list[EntryOut]
    next_cursor: str | None


class EntryConditions(Schema):
    """What narrows the entries; nothing: all of them."""

    date_from: Day | None = None
    date_to: Day | None = None
    center: Annotated[list[Code], Field(max_length=MOST_IDS, description="Ids of centers.")] = []
    status: InsuranceStatus | None = None
    region: Annotated[list[Code], Field(max_length=MOST_IDS, description="Codes of regions.")] = []
    service_code: Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)] = ""
    reveal: bool = Field(False, description="With patient ids. Needs the scope reveal:patients and a `reason`.")
    reason: RevealReason | None = Field(None, description="Why patient ids are needed; recorded. Only with `reveal`.")

    def entry_filter(self, person: Person, text: str = "", pseudonym: str = "") -> EntryFilter:
        """The filter that pages and exports use, within the regions of `person`."""
        asked = EntryFilter(
            date_from=self.date_from,
            date_to=self.date_to,
            center_ids=tuple(self.center),
            status=self.status.value if self.status else "",
            service_code=self.service_code,
            text=text,
            regions=tuple(self.region),
            pseudonym=pseudonym,
        )
        return limited_for(asked, person)


class NotedConditions(EntryConditions):
    """Of a body: a reason may come with a few words, which would be logged in an address."""

    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=NOTE_LENGTH)] = Field(
        "", description="Needed where `reason` is other; stored: never a patient's name or id."
    )


class EntryQuery(EntryConditions, QuerySchema):
    """Which entries. Searching for a text or a patient takes a POST, because addresses are logged."""

    cursor: Cursor = None
    limit: Limit = 100


class EntrySearch(NotedConditions, BodySchema):
    """Which entries, by their text and their patient too."""

    text: Text = Field("", description="A part of the chart entry.")
    patient: Text = Field("", description="A pseudonym.")
    cursor: Cursor = None
    limit: Limit = 100


def entry_out(entry: ChartEntry, *, reveal: bool) -> EntryOut:
    """One entry; its center is there already."""
    return EntryOut(
        center_id=entry.center.center_id,
        center_name=entry.center.name,
        date=entry.business_date,
        patient=str(pseudonym_of(entry.center.center_id, entry.patient_id)),
        patient_id=entry.patient_id if reveal else None,
        insurance_status=InsuranceStatus(entry.insurance_status),
        insurance_name=entry.insurance_name,
        chart_entry=entry.chart_entry,
        service_codes=list(entry.codes),
    )
