"""Which part of the results a person asks for."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centers.models import Center, Region
from centers.scope_forms import Person, offer
from extraction.entry_filter import EntryFilter
from extraction.entry_scope import limited_for
from extraction.entry_searches import HANDLE, KEPT
from extraction.forms import date_widget
from extraction.models import Slice
from extraction.pseudonyms import LENGTH, Pseudonym
from mappings.enums import InsuranceStatus

# In an address whose filter is empty: everything is meant, not the last day.
EVERYTHING = "all"


class EntryFilterForm(forms.Form):
    """Which chart entries to show, to count or to download."""

    date_from = forms.DateField(label=gettext_lazy("From"), required=False, widget=date_widget())
    date_to = forms.DateField(label=gettext_lazy("To"), required=False, widget=date_widget())
    region = forms.ModelChoiceField(
        Region.objects.none(),
        label=gettext_lazy("Region"),
        to_field_name="code",
        required=False,
        empty_label=gettext_lazy("all"),
    )
    center = forms.ModelMultipleChoiceField(
        Center.objects.none(),
        label=gettext_lazy("Centers"),
        to_field_name="center_id",
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 3}),
    )
    status = forms.ChoiceField(
        label=gettext_lazy("Insurance"), required=False, choices=[("", gettext_lazy("all")), *InsuranceStatus.choices]
    )
    service_code = forms.CharField(label=gettext_lazy("Service code"), required=False, max_length=40)
    pseudonym = forms.CharField(
        label=gettext_lazy("Pseudonym"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    text = forms.CharField(
        label=gettext_lazy("Text"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._person = person
        offer(self, person, region=Region, center=Center)

    @staticmethod
    def filled(data: QueryDict, person: Person) -> QueryDict:
        """`data`, or the last business date that has entries where nothing is asked for."""
        if data:
            return data
        known = data.copy()
        filled = Slice.objects.for_user(person).filter(entry_count__gt=0).order_by("-business_date")
        last = filled.values_list("business_date", flat=True).first()
        if last is not None:
            known["date_from"] = known["date_to"] = last.isoformat()
        return known

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("date_from"), cleaned.get("date_to")
        if first and last and last < first:
            self.add_error("date_to", _("The last day is before the first."))
        if text := cleaned.get("pseudonym"):
            cleaned["pseudonym"] = self._whole(text.strip(), list(cleaned.get("center") or ()))
        return cleaned

    def entry_filter(self) -> EntryFilter:
        """The valid form as a filter, within the regions of its person."""
        data = self.cleaned_data
        asked = EntryFilter(
            date_from=data["date_from"],
            date_to=data["date_to"],
            center_ids=tuple(center.center_id for center in data["center"]),
            regions=(data["region"].code,) if data["region"] else (),
            status=data["status"],
            service_code=data["service_code"].strip(),
            text=data["text"].strip(),
            pseudonym=data["pseudonym"],
        )
        return limited_for(asked, self._person)

    def _whole(self, text: str, centers: list[Center]) -> str:
        """The pseudonym with its center, which a short one takes from the filter."""
        if len(text) == LENGTH and "." not in text and len(centers) == 1:
            text = f"{centers[0].center_id}.{text}"
        found = Pseudonym.parse(text)
        if found is None:
            example = Pseudonym("center_07", "K7Q2M9XAB3")
            values = {"example": example, "short": example.code}
            sentence = _("A pseudonym looks like %(example)s. Choose one center to enter only %(short)s.")
            self.add_error("pseudonym", sentence % values)
        return str(found or "")


def address_query(wanted: EntryFilter, handle: str = "") -> str:
    """The filter as the query of an address, what says something about a patient as `handle`."""
    parts = [
        ("date_from", wanted.date_from.isoformat() if wanted.date_from else ""),
        ("date_to", wanted.date_to.isoformat() if wanted.date_to else ""),
        *(("region", code) for code in wanted.regions),
        *(("center", center_id) for center_id in wanted.center_ids),
        ("status", wanted.status),
        ("service_code", wanted.service_code),
        (HANDLE, handle),
    ]
    return urlencode([(name, value) for name, value in parts if value] or [(EVERYTHING, "1")])


def kept_parts(wanted: EntryFilter) -> dict[str, str]:
    """What of the filter may be in no address."""
    return {name: getattr(wanted, name) for name in KEPT}
