"""What a person may ask of the matrix."""

import datetime as dt
import re
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centers.models import Center, Region
from centers.scope_forms import Person, offer
from extraction.matrix import first_business_day
from extraction.run_requests import yesterday
from extraction.slice_grid import EARLIEST_DAY

# Half a year: more fills no screen.
MOST_DAYS = 190
# Days that every month has; the form itself says what is wrong with another one.
ISO_DATE = re.compile(r"[12]\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])")


def _date_widget() -> forms.DateInput:
    # Browsers take and give ISO dates here, whatever the language.
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class MatrixForm(forms.Form):
    """Which days and centers; without days: the last 30 business days."""

    FAILING, BY_ID = "failing", "center"

    date_from = forms.DateField(label=gettext_lazy("From"), widget=_date_widget())
    date_to = forms.DateField(label=gettext_lazy("To"), widget=_date_widget())
    region = forms.ModelChoiceField(
        Region.objects.none(),
        label=gettext_lazy("Region"),
        required=False,
        to_field_name="code",
        empty_label=gettext_lazy("all"),
    )
    order = forms.ChoiceField(
        label=gettext_lazy("Order"),
        required=False,
        choices=[(FAILING, gettext_lazy("failing first")), (BY_ID, gettext_lazy("by center id"))],
    )
    open = forms.BooleanField(label=gettext_lazy("Only centers with something open"), required=False)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._person = person
        offer(self, person, region=Region)

    @staticmethod
    def filled(data: QueryDict) -> QueryDict:
        """`data` with the days that were left out: the last is yesterday, the first 30 business days before."""
        known, last = data.copy(), data.get("date_to") or yesterday().isoformat()
        known["date_to"] = last
        if not data.get("date_from"):
            day = dt.date.fromisoformat(last) if ISO_DATE.fullmatch(last) else yesterday()
            known["date_from"] = first_business_day(day).isoformat()
        return known

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("date_from"), cleaned.get("date_to")
        if first is None or last is None:
            return cleaned
        if last < first:
            self.add_error("date_to", _("The last day is before the first."))
        elif (last - first).days >= MOST_DAYS:
            self.add_error("date_to", _("A matrix shows at most %(days)s days.") % {"days": MOST_DAYS})
        elif last > yesterday() + dt.timedelta(days=1):
            self.add_error("date_to", _("This day has not come yet."))
        elif first < EARLIEST_DAY:
            self.add_error("date_from", _("There is nothing that long ago."))
        return cleaned

    def centers(self) -> QuerySet[Center]:
        """The centers that the valid form means."""
        region = self.cleaned_data["region"]
        centers = Center.objects.for_user(self._person)
        return centers.filter(server__region=region) if region else centers
