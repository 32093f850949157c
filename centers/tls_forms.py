"""What a person may enter about the identity of a server."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from centers.trust_models import MOST_DAYS
from centers.validators import validate_one_line


class PinForm(forms.Form):
    """The fingerprint that somebody read on the server itself."""

    fingerprint = forms.CharField(
        label=_("SHA-256 of the certificate"),
        max_length=200,
        widget=forms.TextInput(attrs={"class": "mono", "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("As the practice reads it on its server, with or without colons; not copied from this page."),
    )


class TrustForm(forms.Form):
    """Why and for how long."""

    reason = forms.CharField(label=_("Reason"), max_length=500, validators=[validate_one_line])
    days = forms.IntegerField(label=_("Days"), min_value=1, max_value=MOST_DAYS, initial=lambda: settings.TRUST_DAYS)


class ApproveForm(forms.Form):
    """Only who asked for it, in a network of one person, has to say why."""

    why_alone = forms.CharField(label=_("Why you approve it alone"), max_length=500, required=False)
