"""The forms of second factors, in our words."""

from typing import Any

from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django.forms import Form
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

MOST_CODE_CHARACTERS = 20
MOST_NAME_CHARACTERS = 60


class CodeForm(AuthenticateForm):  # type: ignore[misc]
    """The code at the sign-in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _prepare_code(self, str(_("A recovery code does as well.")))


class ConfirmCodeForm(ReauthenticateForm):  # type: ignore[misc]
    """The code of somebody who is signed in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _prepare_code(self, str(_("A recovery code does as well.")))


class FirstCodeForm(ActivateTOTPForm):  # type: ignore[misc]
    """The code that proves that the app has the secret."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _prepare_code(self, "")


class NewKeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """Name and use of a new passkey or security key."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")
        self.fields["name"].max_length = MOST_NAME_CHARACTERS
        self.fields["name"].widget.attrs["maxlength"] = MOST_NAME_CHARACTERS
        passwordless = self.fields["passwordless"]
        passwordless.label = _("Use it as a passkey")
        passwordless.help_text = _(
            "Then it signs you in by itself, without name and password. The device asks for your finger, face or PIN."
        )


class KeyNameForm(EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a key."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")
        self.fields["name"].widget.attrs["maxlength"] = MOST_NAME_CHARACTERS


def _prepare_code(form: Form, help_text: str) -> None:
    code = form.fields["code"]
    code.label = pgettext_lazy("second factor", "Code")
    code.help_text = help_text
    code.max_length = MOST_CODE_CHARACTERS  # type: ignore[attr-defined]
    code.widget.attrs.pop("placeholder", None)
    code.widget.attrs.update({"inputmode": "numeric", "autofocus": True, "spellcheck": "false"})
