"""The part of a form that says with which password servers are logged in to; what is typed there is not shown again."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centers.credentials.stored import keyring
from centers.exceptions import CredentialError
from centers.models import DatabaseServer
from centers.secret import Secret
from centers.secret_models import stored_pk
from centers.stored_secrets import Owner, erase_former, sealed_for_test, store
from centers.validators import validate_reference

if TYPE_CHECKING:
    OwnerModelForm = forms.ModelForm[Any]
else:
    OwnerModelForm = forms.ModelForm

# SQL Server's own limit.
LONGEST_PASSWORD = 128


class Kept(models.TextChoices):
    """Where a password is."""

    REFERENCE = "reference", gettext_lazy("elsewhere; a reference says where")
    STORED = "stored", gettext_lazy("stored here, encrypted")
    NONE = "none", gettext_lazy("none of its own")


class SecretField(forms.Field):
    """A typed password as a Secret, or None. Write-only: nothing is ever put into the page."""

    widget = forms.PasswordInput(attrs={"autocomplete": "new-password", "spellcheck": "false"})

    def to_python(self, value: Any) -> Secret | None:
        """None for an empty field. Raises ValidationError, which does not repeat the value."""
        text = str(value or "")
        if len(text) > LONGEST_PASSWORD:
            raise ValidationError(_("A password has at most %(most)d characters.") % {"most": LONGEST_PASSWORD})
        if any(ord(character) < 32 or ord(character) == 127 for character in text):
            raise ValidationError(_("Control characters are not allowed here."))
        return Secret(text) if text else None

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether something was typed."""
        return bool(data)


class PasswordForm(OwnerModelForm):
    """A form of a server or region with a password: a reference, stored here, or none of its own.

    Empty keeps what is there, unless one of `bound_to` changes: a secret is for one login only.
    """

    bound_to: tuple[str, ...] = ()
    none_label: Any = Kept.NONE.label

    password_from = forms.ChoiceField(
        label=gettext_lazy("Password"), required=False, choices=Kept.choices, widget=forms.RadioSelect
    )
    credential = forms.CharField(
        label=gettext_lazy("Password reference"),
        required=False,
        max_length=500,
        validators=[validate_reference],
        widget=forms.TextInput(attrs={"class": "mono", "autocomplete": "off", "spellcheck": "false"}),
    )
    secret = SecretField(label=gettext_lazy("Stored password"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner: Owner = self.instance
        self._before = {name: getattr(owner, name) for name in self.bound_to}
        self._kept = _kept_by(owner)
        self.kept = self._kept
        # What happened to the stored password, for the audit trail, once the form is saved.
        self.secret_event = ""
        choice = self.fields["password_from"]
        assert isinstance(choice, forms.ChoiceField)  # noqa: S101 # declared so above
        choice.choices = [*Kept.choices[:2], (Kept.NONE.value, self.none_label)]
        self.initial["password_from"] = self._kept if owner.pk else Kept.REFERENCE
        # Not shown: whoever changes the host has to know where the password is.
        self.initial["credential"] = ""
        keeps = _("Empty keeps what is there. A changed host, port or user demands it again.") if owner.pk else ""
        self.fields["credential"].help_text = " ".join(
            filter(None, [_("env:NAME, file:PATH, vault:mount/path#key or aws-sm:id#key."), keeps])
        )
        self.fields["secret"].help_text = " ".join(
            filter(None, [_("It is never shown, and is to be typed again after a test."), keeps])
        )

    def full_clean(self) -> None:
        """As usual; what is no reference may be a password, and does not come back into the page."""
        super().full_clean()
        if self.is_bound and "credential" in self.errors:
            self.data = {**self.data, self.add_prefix("credential"): ""}

    def clean(self) -> dict[str, Any]:
        """Demand the password where there is none yet, and again where it would go to another login."""
        cleaned: dict[str, Any] = super().clean() or {}
        self.kept = kept = Kept(cleaned.get("password_from") or self._meant(cleaned))
        fields = {Kept.REFERENCE: "credential", Kept.STORED: "secret"}
        for other, field in fields.items():
            if other is not kept and cleaned.get(field):
                self.add_error(field, _("Leave this empty, or choose above where the password is."))
        field = fields.get(kept, "")
        if not field:
            self.clean_none(cleaned)
        elif not cleaned.get(field) and field not in self.errors:
            self._demand(kept, field, cleaned)
        if kept is Kept.STORED and cleaned.get("secret"):
            try:
                keyring()
            except CredentialError as error:
                self.add_error("password_from", str(error))
        return cleaned

    def clean_none(self, cleaned: dict[str, Any]) -> None:
        """Judge the choice of no password of one's own."""

    def save(self, commit: bool = True) -> Any:
        """Save the owner and its password. Uncommitted, a typed password is on the instance for a test only, sealed."""
        owner: Owner = super().save(commit=False)
        kept, secret = self.kept, self.cleaned_data.get("secret")
        if not commit:
            self._try_on(owner, kept, secret)
            return owner
        before = stored_pk(owner.credential)
        keeps = kept is self._kept and not secret and not self.cleaned_data["credential"]
        if kept is Kept.NONE:
            owner.user = ""
        with transaction.atomic():
            if not keeps:
                owner.credential = self.cleaned_data["credential"] if kept is Kept.REFERENCE else ""
            # A kept one is not written, for somebody may have changed it since it was read.
            fields = [field.name for field in owner._meta.concrete_fields if not field.primary_key]
            kept_fields = [name for name in fields if name != "credential"]
            owner.save(update_fields=kept_fields if keeps and owner.pk else None)
            if kept is Kept.STORED and secret:
                store(owner, secret)
            elif not keeps:
                erase_former(owner)
        self.secret_event = _event(before, kept, secret)
        return owner

    def _try_on(self, owner: Owner, kept: Kept, secret: Secret | None) -> None:
        if kept is Kept.STORED and secret and isinstance(owner, DatabaseServer):
            owner.sealed_typed = sealed_for_test(owner, secret)
        elif kept is Kept.REFERENCE and self.cleaned_data["credential"]:
            owner.credential = self.cleaned_data["credential"]
        elif kept is Kept.NONE:
            owner.credential = ""

    def _meant(self, cleaned: dict[str, Any]) -> Kept:
        if cleaned.get("secret"):
            return Kept.STORED
        if cleaned.get("credential"):
            return Kept.REFERENCE
        return self._kept if self.instance.pk else Kept.REFERENCE

    def _demand(self, kept: Kept, field: str, cleaned: dict[str, Any]) -> None:
        if kept is not self._kept or not self.instance.pk:
            self.add_error(field, _("This field is required."))
        elif any(cleaned.get(name) != value for name, value in self._before.items()):
            self.add_error(field, _("The host, port or user changed: the password is demanded again."))


def _kept_by(owner: Owner) -> Kept:
    if not owner.credential:
        return Kept.NONE
    return Kept.STORED if stored_pk(owner.credential) is not None else Kept.REFERENCE


def _event(before: int | None, kept: Kept, secret: Secret | None) -> str:
    """What the audit trail says about the stored password; empty when nothing happened to it."""
    if kept is Kept.STORED:
        return ("secret.changed" if before else "secret.set") if secret else ""
    return "secret.erased" if before else ""
