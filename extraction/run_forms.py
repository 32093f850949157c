"""What a person may ask a run to read."""

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centers.enums import BatchAction
from centers.models import Center, Region
from centers.scope_forms import Person, offer
from centers.selection import matching
from extraction.enums import RunMode
from extraction.forms import date_widget
from extraction.onboarding_facts import never_extracted
from extraction.run_plans import RunPlan, plan
from extraction.run_requests import yesterday

MOST_DAYS = 366


class RunForm(forms.Form):
    """Which days, and of which centers: those that the person sees and that region, filter and marks let through."""

    date_from = forms.DateField(label=gettext_lazy("From"), widget=date_widget())
    date_to = forms.DateField(label=gettext_lazy("To"), widget=date_widget())
    mode = forms.ChoiceField(label=gettext_lazy("What to read"), choices=RunMode, widget=forms.RadioSelect)
    with_closed = forms.BooleanField(
        label=gettext_lazy("Also days on which a center is closed"),
        required=False,
        help_text=gettext_lazy("Where only what is missing is read: weekends, public holidays, closing days."),
    )
    region = forms.ModelChoiceField(
        Region.objects.none(),
        label=gettext_lazy("Region"),
        required=False,
        to_field_name="code",
        empty_label=gettext_lazy("all"),
    )
    q = forms.CharField(
        label=gettext_lazy("Only centers with this in id, name or city"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    centers = forms.ModelMultipleChoiceField(
        Center.objects.none(),
        label=gettext_lazy("Centers"),
        to_field_name="center_id",
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 10}),
        help_text=gettext_lazy("None marked: all that the region and the filter let through."),
    )
    only_new = forms.BooleanField(
        label=gettext_lazy("Only centers that are ready and were never extracted"),
        required=False,
        help_text=gettext_lazy("Those with an approved mapping of which nothing has landed yet."),
    )
    # The centers that the person chose on their list, which would be too many for an address.
    batch = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)
    # Made when the form is shown: sending the same form twice makes one run.
    idempotency_key = forms.RegexField(r"\A[0-9a-f]{32}\Z", widget=forms.HiddenInput)
    # How many slices the person was told would be read.
    expected = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._person = person
        offer(self, person, region=Region, centers=Center)

    @staticmethod
    def defaults() -> dict[str, Any]:
        """What the form shows before a person changed anything: what all centers lack of yesterday."""
        day = yesterday().isoformat()
        return {"date_from": day, "date_to": day, "mode": RunMode.MISSING, "idempotency_key": uuid.uuid4().hex}

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
        data = self.cleaned_data
        if data["batch"]:
            return self.listed_centers(data["batch"])
        chosen = matching(data["centers"] or Center.objects.for_user(self._person), data["q"])
        if data["region"]:
            chosen = chosen.filter(server__region=data["region"])
        if data["only_new"]:
            chosen = never_extracted(chosen)
        return list(chosen.select_related("server__region").order_by("center_id"))

    def listed_centers(self, batch: int) -> list[Center]:
        """The centers of the person's own choice on the list, as far as they are there and in the person's regions."""
        own = {"batch_items__batch": batch, "batch_items__batch__requested_by": self._person.pk}
        centers = Center.objects.for_user(self._person).filter(**own, batch_items__batch__action=BatchAction.RUN)
        return list(centers.select_related("server__region").order_by("center_id"))

    def plan(self) -> RunPlan | None:
        """What the form would read; None while it is wrong."""
        if not self.is_valid():
            return None
        data = self.cleaned_data
        mode = RunMode(data["mode"])
        return plan(self.chosen_centers(), data["date_from"], data["date_to"], mode, with_closed=data["with_closed"])
