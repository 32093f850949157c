"""How django-allauth is set up: what is the same in every installation. *Pure*."""

from typing import Any

from dentalhub.sign_in.providers import Provider, allauth_providers


def every(
    reauthentication_seconds: int, known_providers: dict[str, Provider], *, local_accounts: bool
) -> dict[str, Any]:
    """All settings of allauth."""
    return (
        account(reauthentication_seconds, local_accounts=local_accounts)
        | second_factor(local_accounts=local_accounts)
        | providers(known_providers, local_accounts=local_accounts)
    )


def account(reauthentication_seconds: int, *, local_accounts: bool) -> dict[str, Any]:
    """Accounts with a name and a password, which only admins create."""
    return {
        "AUTHENTICATION_BACKENDS": ["dentalhub.sign_in.backends.PersonBackend"],
        "ACCOUNT_ADAPTER": "dentalhub.sign_in.adapter.AccountAdapter",
        "ACCOUNT_FORMS": {
            "login": "dentalhub.sign_in.forms.SignInForm",
            "reauthenticate": "dentalhub.sign_in.forms.ConfirmForm",
            "change_password": "dentalhub.sign_in.forms.NewPasswordForm",
        },
        "ACCOUNT_LOGIN_METHODS": {"username", "email"},
        "ACCOUNT_SIGNUP_FIELDS": ["username*", "email", "password1*"],
        # Addresses are typed by admins or come from a provider: nobody proves one here.
        "ACCOUNT_EMAIL_VERIFICATION": "none",
        # A cookie that ends with the browser.
        "ACCOUNT_SESSION_REMEMBER": False,
        "ACCOUNT_REAUTHENTICATION_TIMEOUT": reauthentication_seconds,
        "ACCOUNT_REAUTHENTICATION_METHODS": ("password", "mfa") if local_accounts else ("mfa",),
        "ACCOUNT_REAUTHENTICATION_REQUIRED": True,
    }


def second_factor(*, local_accounts: bool) -> dict[str, Any]:
    """Codes of an app, passkeys and security keys, and recovery codes for when they are lost."""
    return {
        "MFA_ADAPTER": "dentalhub.sign_in.second_factor_adapter.SecondFactorAdapter",
        "MFA_SUPPORTED_TYPES": ["totp", "webauthn", "recovery_codes"],
        "MFA_PASSKEY_LOGIN_ENABLED": local_accounts,
        # Nobody proves an address here, see above.
        "MFA_ALLOW_UNVERIFIED_EMAIL": True,
        # One step of 30 seconds for clocks that are a little off.
        "MFA_TOTP_TOLERANCE": 1,
        "MFA_FORMS": {
            "authenticate": "dentalhub.sign_in.second_factor_forms.CodeForm",
            "reauthenticate": "dentalhub.sign_in.second_factor_forms.ConfirmCodeForm",
            "activate_totp": "dentalhub.sign_in.second_factor_forms.FirstCodeForm",
            "add_webauthn": "dentalhub.sign_in.second_factor_forms.NewKeyForm",
            "edit_webauthn": "dentalhub.sign_in.second_factor_forms.KeyNameForm",
        },
    }


def providers(known: dict[str, Provider], *, local_accounts: bool) -> dict[str, Any]:
    """Sign-in through the providers `known`."""
    return {
        "SOCIALACCOUNT_ADAPTER": "dentalhub.sign_in.provider_adapter.ProviderAdapter",
        "SOCIALACCOUNT_ONLY": not local_accounts,
        "SOCIALACCOUNT_PROVIDERS": allauth_providers(known),
        "SOCIALACCOUNT_EMAIL_VERIFICATION": "none",
        "SOCIALACCOUNT_STORE_TOKENS": False,
        # A link: after a form, the policy for form targets would forbid the provider's address. The answer counts only
        # with the state that this browser's session keeps.
        "SOCIALACCOUNT_LOGIN_ON_GET": True,
    }
