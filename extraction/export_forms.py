"""What a person may ask to take away."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from centers.scope_forms import Person
from dentalhub.access import may_reveal_patients
from extraction.entry_forms import EntryFilterForm
from extraction.export_formats import ExportFormat, format_choices
from extraction.leases import new_token
from extraction.reveal_forms import ReasonForm


class ExportForm(ReasonForm, EntryFilterForm):
    """The filter of the results, the form that the file has, and why it has patient ids."""

    field_order = (*EntryFilterForm.base_fields, "format", "reason", "note")
    format = forms.ChoiceField(label=gettext_lazy("Format"), choices=format_choices)
    # Made when the form is shown: sending the same form twice makes one file.
    request_key = forms.RegexField(r"\A[0-9a-f]{32}\Z", widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, person=person, **kwargs)
        if not may_reveal_patients(person):
            del self.fields["reason"], self.fields["note"]

    @staticmethod
    def defaults() -> dict[str, Any]:
        """What the form shows before a person changed anything."""
        return {"format": ExportFormat.XLSX.value, "request_key": new_token()}

    def chosen_format(self) -> ExportFormat:
        """The format of the valid form."""
        return ExportFormat(self.cleaned_data["format"])
