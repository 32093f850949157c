"""What an admin may enter about a person."""

import re
from dataclasses import replace
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centers.people_filter_forms import ROLE_CHOICES
from centers.people_rules import Standing
from centers.people_snapshot import ALL_REGIONS, Snapshot
from centers.people_standing import regions_of
from centers.people_words import FIELD_LABELS
from centers.validators import validate_one_line
from dentalhub.access import Role

# No @, because an e-mail address signs in, too; no letters of other alphabets, because they look like ours.
_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]*\Z")
# What the audit trail calls who is nobody.
_RESERVED = frozenset({"system", "anonymous"})


class PersonForm(forms.Form):
    """Names, e-mail, roles and regions. Only regions of the admin can be chosen; `seen` is what the page had shown."""

    first_name = forms.CharField(label=FIELD_LABELS["first_name"], max_length=150, required=False)
    last_name = forms.CharField(label=FIELD_LABELS["last_name"], max_length=150, required=False)
    email = forms.EmailField(label=FIELD_LABELS["email"], max_length=254, required=False)
    roles = forms.MultipleChoiceField(
        label=FIELD_LABELS["roles"], widget=forms.CheckboxSelectMultiple, choices=ROLE_CHOICES
    )
    all_regions = forms.BooleanField(label=gettext_lazy("All regions, also those that are added later"), required=False)
    regions = forms.MultipleChoiceField(
        label=FIELD_LABELS["regions"], widget=forms.CheckboxSelectMultiple, required=False
    )
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, actor: Standing, person: Standing | None, shown: Snapshot, data: Any = None) -> None:
        self.standing = person
        first = {"all_regions": shown.reach.all_regions, "seen": shown.as_text()}
        super().__init__(data, initial=shown.values() | first)
        self.fields["regions"].choices = regions_of(actor).values_list("code", "name")  # type: ignore[attr-defined]
        if not actor.is_superuser and not actor.reach.all_regions:
            del self.fields["all_regions"]
        if person is None:
            return
        if person.pk == actor.pk or person.is_superuser:
            for name in ("roles", "all_regions", "regions"):
                self.fields.pop(name, None)
        if person.roles_from_provider:
            self.fields.pop("roles", None)
        if person.regions_from_provider:
            for name in ("all_regions", "regions"):
                self.fields.pop(name, None)

    def clean_email(self) -> str:
        """In small letters, so that one address is one person."""
        email: str = self.cleaned_data["email"]
        return email.lower()

    def clean_seen(self) -> Snapshot:
        """What the page had shown."""
        try:
            return Snapshot.from_text(self.cleaned_data["seen"])
        except ValueError as error:
            raise forms.ValidationError(_("Please open this page anew.")) from error

    def clean(self) -> dict[str, Any]:
        """A person without a region would see nothing."""
        cleaned: dict[str, Any] = super().clean() or {}
        has_region = cleaned.get("all_regions") or cleaned.get("regions")
        if "regions" in self.fields and "regions" not in self.errors and not has_region:
            self.add_error("regions", _("Choose at least one region."))
        return cleaned

    def wanted(self) -> Snapshot:
        """What the person shall be; what the form does not offer stays as it was seen."""
        cleaned = self.cleaned_data
        seen: Snapshot = cleaned["seen"]
        changed = {name: cleaned[name] for name in ("first_name", "last_name", "email")}
        if "roles" in self.fields:
            changed["roles"] = tuple(role.value for role in Role if role.value in cleaned["roles"])
        if "regions" in self.fields:
            changed["regions"] = (ALL_REGIONS,) if cleaned.get("all_regions") else tuple(sorted(cleaned["regions"]))
        return replace(seen, **changed)


class HandoverForm(forms.Form):
    """How a link with which somebody chooses a password reaches them."""

    by_email = forms.ChoiceField(
        label=gettext_lazy("The link with which the person chooses a password"),
        choices=[
            ("", gettext_lazy("is shown to me, and I hand it over")),
            ("1", gettext_lazy("is sent by e-mail")),
        ],
        required=False,
        widget=forms.RadioSelect,
        initial="",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not settings.PEOPLE_EMAILS:
            del self.fields["by_email"]


class NewPersonForm(PersonForm, HandoverForm):
    """A new person; the password is chosen by a link, never here."""

    username = forms.CharField(
        label=gettext_lazy("Username"),
        max_length=60,
        help_text=gettext_lazy("Small letters, digits, dots, hyphens and underscores. It never changes."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}),
    )
    field_order = ("username", "first_name", "last_name", "email", "roles", "all_regions", "regions")

    def __init__(self, actor: Standing, data: Any = None) -> None:
        super().__init__(actor, None, Snapshot(), data)

    def clean_username(self) -> str:
        """In small letters, so that nobody takes a name that looks like another one."""
        username: str = self.cleaned_data["username"].lower()
        if not _USERNAME.match(username) or username in _RESERVED:
            raise forms.ValidationError(_("Use small letters, digits, dots, hyphens and underscores."))
        return username

    def clean(self) -> dict[str, Any]:
        """An e-mail needs an address."""
        cleaned = super().clean()
        if cleaned.get("by_email") and not cleaned.get("email") and "email" not in self.errors:
            self.add_error("email", _("To send the link, an address is needed."))
        return cleaned


class ReasonForm(forms.Form):
    """Why a second factor is taken away; the audit trail keeps it."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        min_length=10,
        max_length=300,
        validators=[validate_one_line],
        help_text=gettext_lazy("How you made sure that it is this person who asks."),
    )
