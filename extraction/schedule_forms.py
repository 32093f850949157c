"""What an admin may say of a region's schedule."""

from django import forms
from django.utils.translation import gettext_lazy

from extraction.schedule_changes import Wish
from extraction.schedule_models import MOST_LOOK_BACK_DAYS, RegionSchedule


class ScheduleForm(forms.Form):
    """The wall time at which a region is read each day, how far it looks back, and whether it is read at all."""

    is_active = forms.BooleanField(label=gettext_lazy("Read this region every day"), required=False)
    starts_at = forms.TimeField(
        label=gettext_lazy("Starts at"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=gettext_lazy("On the clocks of the region; it reads up to the day before."),
    )
    look_back_days = forms.IntegerField(
        label=gettext_lazy("Days looked back"),
        min_value=0,
        max_value=MOST_LOOK_BACK_DAYS,
        help_text=gettext_lazy("So many days before yesterday are read again, for entries that were made late."),
    )

    @classmethod
    def of(cls, schedule: RegionSchedule) -> "ScheduleForm":
        """The form that shows a schedule, stored or not."""
        names = ("is_active", "starts_at", "look_back_days")
        return cls(initial={name: getattr(schedule, name) for name in names})

    def wish(self) -> Wish:
        """What the valid form asks for."""
        return Wish(**self.cleaned_data)
