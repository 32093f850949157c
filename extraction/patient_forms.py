"""Which patient a person asks about, and why."""

from typing import Any

from django import forms
from django.contrib.auth.models import AnonymousUser, User
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centers.models import Center
from extraction.enums import ErasureReason
from extraction.patient_search import patient_named
from extraction.pseudonyms import pseudonym_of

_QUIET = {"autocomplete": "off", "spellcheck": "false"}


class PatientForm(forms.Form):
    """A patient of a center that the person may see. The reference is the file number of the request."""

    center = forms.ModelChoiceField(Center.objects.none(), label=gettext_lazy("Center"), to_field_name="center_id")
    patient = forms.CharField(
        label=gettext_lazy("Patient id or pseudonym"), max_length=120, widget=forms.TextInput(attrs=_QUIET)
    )
    reference = forms.CharField(
        label=gettext_lazy("Reference of the request"),
        max_length=60,
        help_text=gettext_lazy("A file number such as 2026-17. It is stored: never write a patient's name or id."),
        widget=forms.TextInput(attrs=_QUIET),
    )

    def __init__(self, *args: Any, person: User | AnonymousUser, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["center"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 # said to the type checker
        field.queryset = Center.objects.for_user(person).select_related("server__region")

    def clean(self) -> dict[str, Any]:
        """Find the patient; a reference that holds the id would be stored."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not {"center", "patient"} <= cleaned.keys():
            return cleaned
        found = patient_named(cleaned["center"], cleaned["patient"])
        if not found:
            self.add_error("patient", _("Say which patient."))
        elif len(found) > 2 and found in cleaned.get("reference", "").split():  # "1" may be a number of anything
            self.add_error("reference", _("This is the patient's id. Write the file number of the request."))
        cleaned["patient_id"] = found
        return cleaned

    @property
    def code(self) -> str:
        """The short pseudonym of the patient of the valid form."""
        data = self.cleaned_data
        return pseudonym_of(data["center"].center_id, data["patient_id"]).code


class ErasureForm(PatientForm):
    """The second step has the typed pseudonym, which proves that the person has looked."""

    reason = forms.ChoiceField(label=gettext_lazy("Reason"), choices=ErasureReason.choices)

    def chosen_reason(self) -> ErasureReason:
        """The reason of the valid form."""
        return ErasureReason(self.cleaned_data["reason"])

    def is_confirmed(self, typed: str) -> bool:
        """True when `typed` is the short pseudonym."""
        return typed.strip().upper() == self.code
