"""The only place that resolves a reference to a secret, in the process that connects and nowhere else."""

import contextlib
from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from centers.credentials import aws, environment, files, stored, vault
from centers.credentials.short_memory import ShortMemory
from centers.exceptions import CredentialError
from centers.references import Reference, ReferenceKind, parse
from centers.secret import Secret
from centers.server_spec import ServerSpec
from centers.validators import validate_reference

__all__ = ["forget_all", "password_of", "renewed", "resolve"]

_READERS: dict[ReferenceKind, Callable[[Reference], Secret]] = {
    ReferenceKind.ENV: environment.read,
    ReferenceKind.FILE: files.read,
    ReferenceKind.VAULT: vault.read,
    ReferenceKind.AWS: aws.read,
}
# What is asked for over the network is remembered for a moment; the rest is at hand.
_REMOTE = frozenset({ReferenceKind.VAULT, ReferenceKind.AWS})
_memory = ShortMemory()


def resolve(reference: str) -> Secret:
    """The secret behind `reference`, which lies elsewhere.

    Raises CredentialError, which names the reference and never the secret; SecretStoreError when Vault or AWS Secrets
    Manager does not answer.
    """
    parts, read = _checked(reference)
    if parts.kind in _REMOTE:
        return _memory.get(reference, read)
    return read()


def password_of(spec: ServerSpec) -> Secret:
    """The password with which to log in to a server. Raises as `resolve` does."""
    if not spec.credential:
        raise CredentialError(_("Neither the server nor its region says where the password is."))
    parts = parse(spec.credential)
    if parts is not None and parts.kind is ReferenceKind.STORED:
        return stored.read(spec)
    return resolve(spec.credential)


def renewed(spec: ServerSpec, refused: Secret) -> Secret | None:
    """The password as its source has it now, asked past the memory; None when it is still the `refused` one.

    A refused login calls this: a password that was changed in Vault is found without a restart.
    """
    with contextlib.suppress(CredentialError):
        parts = parse(spec.credential)
        is_remote = parts is not None and parts.kind in _REMOTE
        fresh = (
            _memory.renew(spec.credential, refused, _checked(spec.credential)[1]) if is_remote else password_of(spec)
        )
        if fresh != refused:
            return fresh
    return None


def forget_all() -> None:
    """Forget every secret and every session with a secret store."""
    _memory.clear()
    vault.forget_session()
    aws.forget_session()


def _checked(reference: str) -> tuple[Reference, Callable[[], Secret]]:
    try:
        validate_reference(reference)
    except ValidationError as error:
        raise CredentialError(" ".join(error.messages)) from error
    parts = parse(reference)
    assert parts is not None  # noqa: S101 # validated; said to the type checker
    return parts, lambda: _READERS[parts.kind](parts)
