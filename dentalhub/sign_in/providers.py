"""The OpenID Connect providers of this installation, from environment variables alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from environ import Env

from dentalhub.claims import ClaimRuleError, ClaimRules, region_rules, role_rules

SCOPES = ("openid", "profile", "email")
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider; `key` stands in addresses and in the audit trail."""

    key: str
    name: str
    issuer: str
    client_id: str
    client_secret: str
    scopes: tuple[str, ...]
    rules: ClaimRules
    # People whom nobody has created here come in when their claims give a role.
    creates_people: bool
    # A person whom an admin created is recognised by an e-mail address that the provider has verified.
    links_by_email: bool
    # The provider asks for a second factor itself, so nobody needs one here.
    asks_for_second_factor: bool
    # The provider says when the person has typed something there; else each sign-in there counts as just now.
    says_when: bool

    @property
    def manages_roles(self) -> bool:
        """True when roles come from claims at each sign-in; else admins give them here."""
        return bool(self.rules.roles)

    @property
    def manages_regions(self) -> bool:
        """True when regions come from claims at each sign-in."""
        return bool(self.rules.regions)


def read_providers(env: Env, keys: Sequence[str]) -> dict[str, Provider]:
    """The providers `keys` with their variables DENTALHUB_OIDC_<KEY>_*. Raises ImproperlyConfigured."""
    return {key: _read(env, key) for key in keys}


def origins(providers: dict[str, Provider]) -> tuple[str, ...]:
    """Scheme and host of each issuer, each once and in order."""
    parts = [urlsplit(provider.issuer) for provider in providers.values()]
    return tuple(dict.fromkeys(f"{part.scheme}://{part.netloc}" for part in parts))


def allauth_providers(providers: dict[str, Provider]) -> dict[str, Any]:
    """The same as django-allauth wants it."""
    apps = [
        {
            "provider_id": provider.key,
            "name": provider.name,
            "client_id": provider.client_id,
            "secret": provider.client_secret,
            "settings": {
                "server_url": provider.issuer,
                "scope": list(provider.scopes),
                "oauth_pkce_enabled": True,
            },
        }
        for provider in providers.values()
    ]
    return {"openid_connect": {"APPS": apps}}


def _read(env: Env, key: str) -> Provider:
    start = f"DENTALHUB_OIDC_{key.upper()}_"
    if not key.isidentifier() or key != key.lower():
        raise ImproperlyConfigured(f"DENTALHUB_OIDC_PROVIDERS: {key!r} must be small letters, digits and _ only.")
    issuer = env.str(f"{start}ISSUER", default="").rstrip("/")
    parts = urlsplit(issuer)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _THIS_MACHINE):
        raise ImproperlyConfigured(f"{start}ISSUER must be an https address.")
    client_id = env.str(f"{start}CLIENT_ID", default="")
    client_secret = env.str(f"{start}CLIENT_SECRET", default="")
    if not client_id or not client_secret:
        raise ImproperlyConfigured(f"{start}CLIENT_ID and {start}CLIENT_SECRET (or _FILE) are needed.")
    try:
        rules = ClaimRules(
            env.str(f"{start}GROUPS_CLAIM", default="groups"),
            role_rules(env.str(f"{start}ROLES", default="")),
            region_rules(env.str(f"{start}REGIONS", default="")),
        )
    except ClaimRuleError as error:
        raise ImproperlyConfigured(f"{start}ROLES or {start}REGIONS: {error}") from error
    return Provider(
        key=key,
        name=env.str(f"{start}NAME", default=key.capitalize()),
        issuer=issuer,
        client_id=client_id,
        client_secret=client_secret,
        scopes=tuple(env.list(f"{start}SCOPES", default=list(SCOPES))),
        rules=rules,
        creates_people=env.bool(f"{start}CREATES_PEOPLE", default=False),
        links_by_email=env.bool(f"{start}LINKS_BY_EMAIL", default=False),
        asks_for_second_factor=env.bool(f"{start}SECOND_FACTOR", default=False),
        says_when=env.bool(f"{start}AUTH_TIME", default=True),
    )
