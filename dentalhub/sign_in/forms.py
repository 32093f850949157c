"""The forms of sign-in, in our words."""

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from django import forms
from django.utils.translation import gettext_lazy as _

from dentalhub.audit import record
from dentalhub.models import ApiToken
from dentalhub.tokens import revoke


class SignInForm(LoginForm):  # type: ignore[misc]
    """Name and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login = self.fields["login"]
        login.label = _("Username or e-mail address")
        login.widget.attrs.update({"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"})
        login.widget.attrs["autofocus"] = True
        login.max_length = 254
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class ConfirmForm(ReauthenticateForm):  # type: ignore[misc]
    """The password of somebody who is signed in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].widget.attrs.pop("placeholder", None)
        self.fields["password"].widget.attrs["autofocus"] = True


class NewPasswordForm(ChangePasswordForm):  # type: ignore[misc]
    """Another password, which ends all other sessions, and the API tokens if the person wants."""

    revoke_tokens = forms.BooleanField(
        label=_("Revoke my API tokens too"),
        required=False,
        help_text=_("Do so when somebody else may know your password. Programs that use the tokens are refused then."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {
            "oldpassword": _("Current password"),
            "password1": _("New password"),
            "password2": _("New password, once more"),
        }
        for name, label in labels.items():
            self.fields[name].label = label
            self.fields[name].widget.attrs.pop("placeholder", None)

    def clean(self) -> dict[str, Any]:
        """Both must be the same, said with "Sie" in German."""
        data = forms.Form.clean(self) or {}
        first, second = data.get("password1"), data.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("This is not the same password."))
        return data

    def save(self) -> None:
        """Change the password; other sessions end because their password is the old one."""
        super().save()
        record(self.user, "person.password_changed", self.user)
        if self.cleaned_data["revoke_tokens"]:
            for token in ApiToken.objects.select_related("user").filter(user=self.user, revoked_at=None):
                revoke(token, self.user)
