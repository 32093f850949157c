"""What the review page and the upload send."""

import itertools
import json
from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from centers.catalog import Catalog
from mappings.assignment import proposed_table
from mappings.canonical import CanonicalTable, canonical_tables
from mappings.changed_columns import with_fitting_forms
from mappings.decisions import Decision, TableDecision, as_decided
from mappings.document import DeleteFlag, MappingDocument, TableMapping
from mappings.enums import DateFormat, InsuranceStatus, PatientIdForm
from mappings.exceptions import MappingsError
from mappings.insurance_kinds import code_key
from mappings.profile import NO_PROFILE, Profile

MOST_FILE_BYTES = 1_000_000


class ReasonForm(forms.Form):
    """A decision with its reason; the hash says which content the person saw."""

    content_hash = forms.CharField(widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Reason"), max_length=500, required=False, widget=forms.Textarea({"rows": 2}))


class ApprovalForm(ReasonForm):
    """An approval is of a schema, and of the difference to the approved version (0: none) that the person saw."""

    fingerprint = forms.CharField(widget=forms.HiddenInput)
    approved = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    all_looked_at = forms.BooleanField(label=_("I have looked at all fields."), required=False)


class MappingFileForm(forms.Form):
    """An edited mapping file."""

    file = forms.FileField(label=_("Mapping file (JSON)"), widget=forms.ClearableFileInput({"accept": ".json"}))

    def text(self) -> str:
        """The file's content. Raises MappingsError when it is too large or no UTF-8 text."""
        upload = self.cleaned_data["file"]
        if upload.size > MOST_FILE_BYTES:
            raise MappingsError(_("The file is too large for a mapping."))
        try:
            return str(upload.read().decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            raise MappingsError(_("The file is not UTF-8 text.")) from error


def decision_of(
    data: Mapping[str, str], document: MappingDocument, catalog: Catalog, profile: Profile = NO_PROFILE
) -> Decision:
    """The choices in a posted review page.

    A table that was exchanged without JavaScript arrives with the fields of the old one; its columns are then proposed
    anew instead of being taken over by name.
    """
    form = data.get("patient_id_form", "")
    return Decision(
        tables={
            canonical.name: _table_decision(canonical, data, document.table(canonical.name), catalog, profile)
            for canonical in canonical_tables()
        },
        insurance_codes=_codes(data),
        patient_id_form=PatientIdForm(form) if form in PatientIdForm.values else None,
    )


def table_address(value: str) -> tuple[str, str] | None:
    """The schema and name in a form value; None for no table or nonsense."""
    try:
        schema, table = json.loads(value)
        f"{schema}{table}".encode()  # half a surrogate pair could stand on no page
    except (RecursionError, TypeError, ValueError):
        return None
    return (schema, table) if isinstance(schema, str) and isinstance(table, str) else None


def column_name(value: str) -> str | None:
    """The column in a form value; None for none. Nonsense stays what it is: no column has such a name."""
    if not value.startswith('"'):
        return value or None
    try:
        name = json.loads(value)
        name.encode()  # half a surrogate pair could stand on no page
    except (AttributeError, RecursionError, ValueError):
        return value
    return str(name) or None


def _table_decision(
    canonical: CanonicalTable, data: Mapping[str, str], mapped: TableMapping, catalog: Catalog, profile: Profile
) -> TableDecision:
    name = canonical.name
    if f"{name}.table" not in data:
        return as_decided(mapped)
    address = table_address(data[f"{name}.table"])
    if address is None:
        return TableDecision(columns={field.name: None for field in canonical.fields})
    if data.get(f"{name}.shown", "") != data[f"{name}.table"]:
        return as_decided(proposed_table(canonical, address, catalog, profile))
    form = data.get(f"{name}.date_format", "")
    choice = TableDecision(
        schema=address[0],
        table=address[1],
        columns={field.name: column_name(data.get(f"{name}.{field.name}", "")) for field in canonical.fields},
        date_format=DateFormat(form) if form in DateFormat.values else None,
        delete_flag=_flag(name, data),
    )
    if address != (mapped.schema, mapped.table):
        return choice
    return with_fitting_forms(choice, mapped, canonical, catalog.table(*address), profile.table(*address))


def _flag(name: str, data: Mapping[str, str]) -> DeleteFlag | None:
    """None where the person has said nothing: a flag by which no row is alive would be no answer."""
    values = tuple(part.strip() for part in data.get(f"{name}.flag_values", "").split(",") if part.strip())
    null_is_live = data.get(f"{name}.flag_null") == "on"
    return DeleteFlag(values, null_is_live) if values or null_is_live else None


def _codes(data: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The rows with a code and a status; a code without one stays undecided."""
    codes: dict[str, str] = {}
    for number in itertools.count():
        if f"code.{number}" not in data:
            return tuple(codes.items())
        code = code_key(data[f"code.{number}"])
        status = data.get(f"status.{number}", "")
        if code and status in InsuranceStatus.values:
            codes[code] = status
    raise AssertionError
