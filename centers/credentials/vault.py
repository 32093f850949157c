"""`vault:mount/path#key`: a value of HashiCorp Vault's key-value store. The only module that imports hvac."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from centers.exceptions import CredentialError, SecretStoreError
from centers.references import Reference
from centers.secret import Secret

if TYPE_CHECKING:
    import hvac

CONNECT_SECONDS = 2.0
READ_SECONDS = 5.0
# A token of a role is renewed by a new login, so long before its end.
MARGIN_SECONDS = 10.0
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def read(reference: Reference) -> Secret:
    """The value. Raises CredentialError, or SecretStoreError when Vault does not answer."""
    hvac = _library()
    mount, _separator, path = reference.name.partition("/")
    try:
        try:
            data = _data(_session.client(), mount, path)
        except hvac.exceptions.Forbidden:
            if not settings.VAULT_ROLE_ID:
                raise
            # The role's token may have been revoked; a new one says for sure.
            forget_session()
            data = _data(_session.client(), mount, path)
    except Exception as error:  # noqa: BLE001 # judged there; nothing of its text goes on
        raise _meaning(error, reference) from None
    value = data.get(reference.key) if isinstance(data, dict) else None
    if not isinstance(value, str):
        raise CredentialError(
            _("The secret %(name)s in Vault has no text under the key %(key)s.")
            % {"name": reference.name, "key": reference.key}
        )
    return Secret(value)


def forget_session() -> None:
    """Log in anew before the next read."""
    _session.forget()


class _Session:
    """This process's login to Vault, as long as its token is good."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._client: hvac.Client | None = None
        self._ends = 0.0
        self._made_for: tuple[Any, ...] = ()

    def client(self) -> "hvac.Client":
        """A client with a token."""
        with self._lock:
            configured = (settings.VAULT_ADDRESS, settings.VAULT_NAMESPACE, settings.VAULT_ROLE_ID, _token())
            if self._client is None or time.monotonic() > self._ends or self._made_for != configured:
                self._client, self._ends = _logged_in()
                self._made_for = configured
            return self._client

    def forget(self) -> None:
        with self._lock:
            self._client = None


_session = _Session()


def _logged_in() -> "tuple[hvac.Client, float]":
    """A client with a token, and until when the token is good, in monotonic seconds."""
    client = _library().Client(
        url=_checked_address(settings.VAULT_ADDRESS),
        # Never None: the library would look for a token of its own in the environment and the home directory.
        token=_token(),
        namespace=settings.VAULT_NAMESPACE or None,
        verify=settings.VAULT_CA_FILE or True,
        timeout=(CONNECT_SECONDS, READ_SECONDS),
        # A redirect would take the token along.
        allow_redirects=False,
    )
    if not settings.VAULT_ROLE_ID:
        if not client.token:
            raise CredentialError(_("Vault is not set up: set DENTALHUB_VAULT_TOKEN or DENTALHUB_VAULT_ROLE_ID."))
        return client, float("inf")
    secret_id = _text_of(settings.VAULT_SECRET_ID, settings.VAULT_SECRET_ID_FILE)
    answer = client.auth.approle.login(settings.VAULT_ROLE_ID, secret_id, mount_point=settings.VAULT_ROLE_MOUNT)
    lease = float(answer["auth"].get("lease_duration") or 0)
    return client, time.monotonic() + lease - MARGIN_SECONDS if lease else float("inf")


def _data(client: "hvac.Client", mount: str, path: str) -> Any:
    if mount in settings.VAULT_KV1_MOUNTS:
        return client.secrets.kv.v1.read_secret(path, mount_point=mount)["data"]
    answer = client.secrets.kv.v2.read_secret_version(path, mount_point=mount, raise_on_deleted_version=True)
    return answer["data"]["data"]


def _token() -> str:
    return _text_of(settings.VAULT_TOKEN, settings.VAULT_TOKEN_FILE)


def _text_of(value: str, file: str) -> str:
    """`value`, or what `file` holds now: Vault's agent writes new tokens into it."""
    if not file:
        return value
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise CredentialError(_("The file with the token for Vault cannot be read.")) from None


def _checked_address(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK):
        return address
    if not address:
        raise CredentialError(_("Vault is not set up: set DENTALHUB_VAULT_ADDRESS."))
    raise CredentialError(_("The address of Vault must begin with https://."))


def _library() -> ModuleType:
    try:
        import hvac
    except ImportError:
        raise CredentialError(
            _("This password is in Vault, which needs hvac: pip install 'dentalhub[vault]'.")
        ) from None
    module: ModuleType = hvac
    return module


def _meaning(error: Exception, reference: Reference) -> CredentialError:
    """What an error of hvac or requests says to people; its own text may repeat addresses and answers."""
    import requests
    from hvac import exceptions

    if isinstance(error, CredentialError):
        return error
    name = {"name": reference.name}
    sentences: list[tuple[tuple[type[Exception], ...], Callable[[], CredentialError]]] = [
        (
            (exceptions.InvalidPath,),
            lambda: CredentialError(_("There is no secret %(name)s in Vault.") % name),
        ),
        (
            (exceptions.Forbidden, exceptions.Unauthorized, exceptions.InvalidRequest),
            lambda: CredentialError(_("Vault refuses to show the secret %(name)s: check token and policy.") % name),
        ),
        (
            (requests.exceptions.SSLError,),
            lambda: SecretStoreError(_("Vault's certificate is not trusted. Set DENTALHUB_VAULT_CA_FILE.")),
        ),
        (
            (requests.exceptions.RequestException, exceptions.VaultError, OSError),
            lambda: SecretStoreError(_("Vault does not answer. Check that it runs, is unsealed and can be reached.")),
        ),
    ]
    for kinds, sentence in sentences:
        if isinstance(error, kinds):
            return sentence()
    return CredentialError(_("Vault's answer about %(name)s is not understood.") % name)
