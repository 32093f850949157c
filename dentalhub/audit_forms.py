"""The filter of the audit page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dentalhub.audit_actions import all_actions, label_of
from dentalhub.audit_filter import EventFilter
from dentalhub.audit_kinds import Kind


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class EventFilterForm(forms.Form):
    """From the query string; every field may be empty."""

    since = forms.DateField(label=_("From"), required=False, widget=_day())
    until = forms.DateField(label=_("To"), required=False, widget=_day())
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("all")), *Kind.choices])
    action = forms.ChoiceField(label=_("Action"), required=False)
    actor_name = forms.CharField(label=_("Person"), required=False, max_length=150)
    target = forms.CharField(label=_("Object"), required=False, max_length=200)
    region = forms.CharField(label=_("Region"), required=False, max_length=40)
    text = forms.CharField(label=_("Text"), required=False, max_length=100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        actions = sorted(((action, label_of(action)) for action in all_actions()), key=lambda choice: choice[1].lower())
        self.fields["action"].choices = [("", _("all")), *actions]  # type: ignore[attr-defined]

    def wanted(self) -> EventFilter:
        """The valid filter; its days are in order."""
        return EventFilter(**self.cleaned_data)
