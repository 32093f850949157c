"""What the page of the review policy sends."""

from django import forms
from django.utils.translation import gettext_lazy as _

from mappings.enums import ReviewPolicy


class PolicyForm(forms.Form):
    """The policy to put in force."""

    policy = forms.ChoiceField(
        label=_("Policy"),
        choices=ReviewPolicy.choices,
        error_messages={"required": _("Choose a policy."), "invalid_choice": _("There is no such policy.")},
    )

    def policy_chosen(self) -> ReviewPolicy:
        """The choice of a valid form."""
        return ReviewPolicy(self.cleaned_data["policy"])
