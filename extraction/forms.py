"""What a person may ask for: a run, and a part of the results."""

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centers.models import Center
from extraction.run_requests import centers_with_gaps, yesterday

MOST_DAYS = 366


def date_widget() -> forms.DateInput:
    """An input for a day."""
    # Browsers take and give ISO dates here, whatever the language.
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class RunForm(forms.Form):
    """Which centers and days to extract; without a center: all of them."""

    ALL, GAPS = "all", "gaps"

    date_from = forms.DateField(label=gettext_lazy("From"), widget=date_widget())
    date_to = forms.DateField(label=gettext_lazy("To"), widget=date_widget())
    scope = forms.ChoiceField(
        label=gettext_lazy("What to read"),
        choices=[
            (ALL, gettext_lazy("everything, replacing what is there")),
            (GAPS, gettext_lazy("only centers that lack a day")),
        ],
        initial=ALL,
    )
    centers = forms.ModelMultipleChoiceField(
        Center.objects.all(),
        label=gettext_lazy("Centers"),
        to_field_name="center_id",
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 10}),
        help_text=gettext_lazy("None marked: all centers."),
    )
    # Made when the form is shown: sending the same form twice makes one run.
    idempotency_key = forms.RegexField(r"\A[0-9a-f]{32}\Z", widget=forms.HiddenInput)

    @staticmethod
    def defaults() -> dict[str, Any]:
        """What the form shows before a person changed anything: all centers, yesterday."""
        day = yesterday().isoformat()
        return {"date_from": day, "date_to": day, "scope": RunForm.ALL, "idempotency_key": uuid.uuid4().hex}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("date_from"), cleaned.get("date_to")
        if first is None or last is None:
            return cleaned
        if last < first:
            self.add_error("date_to", _("The last day is before the first."))
        elif (last - first).days >= MOST_DAYS:
            self.add_error("date_to", _("A run covers at most %(days)s days.") % {"days": MOST_DAYS})
        elif last > yesterday() + dt.timedelta(days=1):
            self.add_error("date_to", _("This day has not come yet."))
        return cleaned

    def chosen_centers(self) -> list[Center]:
        """The centers that the valid form means."""
        chosen = list(self.cleaned_data["centers"] or Center.objects.all())
        if self.cleaned_data["scope"] == self.GAPS:
            return centers_with_gaps(chosen, self.cleaned_data["date_from"], self.cleaned_data["date_to"])
        return chosen
