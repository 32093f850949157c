"""What django-allauth asks about second factors."""

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dentalhub.sign_in import stored_secrets

ISSUER = "dentalhub"


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Our words, our name, and secrets that are encrypted in the database."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy("The code or key is not right, or it was used already."),
        "cannot_generate_recovery_codes": gettext_lazy("Recovery codes need a second factor first."),
    }

    def get_totp_label(self, user: User) -> str:
        """The name in the app."""
        return user.get_username()

    def get_totp_issuer(self) -> str:
        """Whose code it is, in the app."""
        return ISSUER

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The host, to which passkeys are bound."""
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return entity | {"name": ISSUER}

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002  allauth's name
        """What a key is called when nobody says another name."""
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return _("Key %(number)s") % {"number": number}

    def encrypt(self, text: str) -> str:
        """For the database."""
        return stored_secrets.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        """From the database."""
        return stored_secrets.decrypt(encrypted_text)
