"""What a person may ask for: a part of the results."""

from django import forms
from django.utils.translation import gettext_lazy

from centers.models import Center
from extraction.entries import EntryFilter
from mappings.enums import InsuranceStatus


def _date_widget() -> forms.DateInput:
    # Browsers take and give ISO dates here, whatever the language.
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class EntryFilterForm(forms.Form):
    """Which chart entries to show or download."""

    date_from = forms.DateField(label=gettext_lazy("From"), required=False, widget=_date_widget())
    date_to = forms.DateField(label=gettext_lazy("To"), required=False, widget=_date_widget())
    center = forms.ModelChoiceField(
        Center.objects.all(),
        label=gettext_lazy("Center"),
        to_field_name="center_id",
        required=False,
        empty_label=gettext_lazy("all"),
    )
    status = forms.ChoiceField(
        label=gettext_lazy("Insurance"), required=False, choices=[("", gettext_lazy("all")), *InsuranceStatus.choices]
    )
    service_code = forms.CharField(label=gettext_lazy("Service code"), required=False, max_length=40)
    text = forms.CharField(label=gettext_lazy("Text"), required=False, max_length=100)

    def entry_filter(self) -> EntryFilter:
        """The valid form as a filter."""
        data = self.cleaned_data
        return EntryFilter(
            date_from=data["date_from"],
            date_to=data["date_to"],
            center_ids=(data["center"].center_id,) if data["center"] else (),
            status=data["status"],
            service_code=data["service_code"].strip(),
            text=data["text"].strip(),
        )
