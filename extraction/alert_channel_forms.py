"""What an admin may say of an alert channel. The address of a webhook is typed, and never shown again."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centers.models import Region
from centers.scope_access import sees_all_regions
from centers.scope_forms import Person, offer
from centers.secret import Secret
from centers.validators import validate_one_line, validate_time_zone
from extraction.alert_causes import AlertCause, AlertSeverity
from extraction.alert_models import AlertChannel, ChannelKind
from extraction.alerts.addresses import address_refusal
from extraction.alerts.changes import ChannelWish

MOST_RECIPIENTS = 20
SHORTEST_KEY, LONGEST_KEY = 16, 200


class TypedSecretField(forms.CharField):
    """A secret that was typed, or None; nothing is ever put into the page, and errors do not repeat it."""

    widget = forms.PasswordInput(attrs={"autocomplete": "new-password", "spellcheck": "false"})

    def clean(self, value: Any) -> Any:
        """The secret, or None for an empty field."""
        text = str(super().clean(value) or "")
        return Secret(text) if text else None


def _time() -> forms.TimeInput:
    return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class AlertChannelForm(forms.Form):
    """Whom to tell, what, where from and when not."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80, validators=[validate_one_line])
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=ChannelKind.choices)
    is_active = forms.BooleanField(label=gettext_lazy("Active"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)
    recipients = forms.CharField(
        label=gettext_lazy("E-mail addresses"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("For e-mail: one address per line."),
    )
    address = TypedSecretField(
        label=gettext_lazy("Address of the webhook"),
        required=False,
        help_text=gettext_lazy("For Slack, Teams and JSON: the whole address, as the receiver shows it."),
    )
    signing_key = TypedSecretField(
        label=gettext_lazy("Signing key"),
        required=False,
        help_text=gettext_lazy("Only for a webhook with JSON: the receiver checks with it that we sent the message."),
    )
    all_regions = forms.BooleanField(
        label=gettext_lazy("All regions, and what concerns the network as a whole"), required=False
    )
    regions = forms.ModelMultipleChoiceField(
        Region.objects.none(),
        label=gettext_lazy("Regions"),
        to_field_name="code",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    causes = forms.MultipleChoiceField(
        label=gettext_lazy("Causes"),
        choices=AlertCause.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked: all."),
    )
    quiet_from = forms.TimeField(label=gettext_lazy("Quiet from"), required=False, widget=_time())
    quiet_until = forms.TimeField(
        label=gettext_lazy("Quiet until"),
        required=False,
        widget=_time(),
        help_text=gettext_lazy("What happens in between is told in one message when they end."),
    )
    time_zone = forms.CharField(
        label=gettext_lazy("Time zone"),
        max_length=50,
        validators=[validate_time_zone],
        help_text=gettext_lazy("Of the quiet hours, such as Europe/Berlin."),
    )
    disturbing = forms.ChoiceField(
        label=gettext_lazy("Comes through all the same"),
        required=False,
        choices=[("", gettext_lazy("nothing")), (AlertSeverity.CRITICAL.value, gettext_lazy("what is critical"))],
    )

    def __init__(self, *args: Any, person: Person, channel: AlertChannel | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, person, regions=Region)
        self._channel = channel
        if not sees_all_regions(person):
            del self.fields["all_regions"]
        if channel is not None and channel.host:
            text = _("It leads to %(host)s. Empty: it stays as it is.") % {"host": channel.host}
            self.fields["address"].help_text = text

    @staticmethod
    def values_of(channel: AlertChannel) -> dict[str, Any]:
        """What the form shows of a channel, stored or not."""
        names = ("name", "kind", "is_active", "language", "recipients", "all_regions", "quiet_from", "quiet_until")
        return {
            **{name: getattr(channel, name) for name in (*names, "time_zone", "disturbing")},
            "regions": [region.code for region in channel.regions.all()] if channel.pk else [],
            "causes": sorted(channel.chosen_causes),
        }

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip()
        others = AlertChannel.objects.filter(name=name)
        if (others.exclude(pk=self._channel.pk) if self._channel else others).exists():
            raise ValidationError(_("There is a channel of this name."))
        return name

    def clean_recipients(self) -> str:
        found = list(dict.fromkeys(self.cleaned_data["recipients"].replace(",", " ").replace(";", " ").split()))
        if len(found) > MOST_RECIPIENTS:
            raise ValidationError(_("A channel has at most %(most)d addresses.") % {"most": MOST_RECIPIENTS})
        for address in found:
            try:
                validate_email(address)
            except ValidationError:
                raise ValidationError(_("“%(address)s” is no e-mail address.") % {"address": address}) from None
        return "\n".join(found)

    def clean_address(self) -> Secret | None:
        address: Secret | None = self.cleaned_data["address"]
        if address is not None and (reason := address_refusal(address.reveal())):
            raise ValidationError(reason)
        return address

    def clean_signing_key(self) -> Secret | None:
        key: Secret | None = self.cleaned_data["signing_key"]
        if key is not None and not SHORTEST_KEY <= len(key.reveal()) <= LONGEST_KEY:
            raise ValidationError(
                _("A signing key has %(least)d to %(most)d characters.") % {"least": SHORTEST_KEY, "most": LONGEST_KEY}
            )
        return key

    def clean(self) -> dict[str, Any]:
        """What belongs together."""
        cleaned: dict[str, Any] = super().clean() or {}
        self._clean_receiver(cleaned)
        if not cleaned.get("all_regions") and not cleaned.get("regions") and "regions" not in self.errors:
            self.add_error("regions", _("Choose at least one region."))
        begins, ends = cleaned.get("quiet_from"), cleaned.get("quiet_until")
        if (begins is None) is not (ends is None) and not {"quiet_from", "quiet_until"} & set(self.errors):
            self.add_error("quiet_until", _("Quiet hours have a beginning and an end."))
        elif begins is not None and begins == ends:
            self.add_error("quiet_until", _("Quiet hours that end when they begin would be none."))
        return cleaned

    def wish(self) -> ChannelWish:
        """What the valid form asks for."""
        data = self.cleaned_data
        return ChannelWish(
            **{name: data[name] for name in ("name", "kind", "is_active", "language", "recipients")},
            address=data["address"],
            signing_key=data["signing_key"],
            regions=tuple(data["regions"]),
            all_regions=data.get("all_regions", False),
            causes=",".join(cause.value for cause in AlertCause if cause.value in data["causes"]),
            **{name: data[name] for name in ("quiet_from", "quiet_until", "time_zone", "disturbing")},
        )

    def _clean_receiver(self, cleaned: dict[str, Any]) -> None:
        kind, stored = cleaned.get("kind"), self._channel if self._channel and self._channel.secret_id else None
        if kind == ChannelKind.EMAIL:
            if not cleaned.get("recipients") and "recipients" not in self.errors:
                self.add_error("recipients", _("Type at least one address."))
            return
        # What is stored is for the kind that it was typed for.
        is_kept = stored is not None and stored.kind == kind
        if cleaned.get("address") is None and not is_kept and "address" not in self.errors:
            self.add_error("address", _("Type the address that the receiver gave you."))
        has_key = cleaned.get("signing_key") is not None or is_kept
        if kind == ChannelKind.WEBHOOK and not has_key and "signing_key" not in self.errors:
            self.add_error("signing_key", _("Type a key that only the receiver and dentalhub know."))
