"""What a person may say of a new API token."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dentalhub.access import Right, may

RIGHT_LABELS: dict[Right, Promise] = {
    Right.READ_CENTERS: _("see centers"),
    Right.READ_RUNS: _("see runs"),
    Right.WRITE_RUNS: _("start and cancel runs"),
    Right.READ_SLICES: _("see slices"),
    Right.READ_ENTRIES: _("read chart entries, with pseudonyms of patients"),
    Right.REVEAL_PATIENTS: _("read patient ids too"),
    Right.EXPORT_ENTRIES: _("export chart entries"),
    Right.READ_AUDIT: _("read the audit trail"),
}
LIFETIMES = [
    ("7", _("one week")),
    ("30", _("30 days")),
    ("90", _("90 days")),
    ("365", _("one year")),
]


class TokenForm(forms.Form):
    """Name, scopes and end of a token; only the rights that its person has are there to choose."""

    name = forms.CharField(label=_("Name"), max_length=60, help_text=_("What uses it, such as “night report”."))
    scopes = forms.MultipleChoiceField(label=_("What it may do"), widget=forms.CheckboxSelectMultiple)
    days = forms.ChoiceField(label=_("Valid for"), choices=LIFETIMES, initial="90")

    def __init__(self, user: User, data: Any = None) -> None:
        super().__init__(data)
        choices = [(right.value, f"{right.value}: {RIGHT_LABELS[right]}") for right in Right if may(user, right)]
        self.fields["scopes"].choices = choices  # type: ignore[attr-defined]

    def rights(self) -> list[Right]:
        """The scopes of the valid form."""
        return [Right(value) for value in self.cleaned_data["scopes"]]

    def lifetime(self) -> dt.timedelta:
        """How long the token of the valid form counts."""
        return dt.timedelta(days=int(self.cleaned_data["days"]))
