"""`aws-sm:id#key`: a secret of AWS Secrets Manager, whole or one value of its JSON. The only module for boto3."""

import json
import threading
from typing import Any

from django.utils.translation import gettext as _

from centers.exceptions import CredentialError, SecretStoreError
from centers.references import Reference
from centers.secret import Secret

CONNECT_SECONDS = 2
READ_SECONDS = 5
# Codes that say that the service could not answer, rather than that it would not.
_PASSING = frozenset({"InternalServiceError", "ThrottlingException", "ServiceUnavailable", "RequestTimeout"})
_MISSING = frozenset({"ResourceNotFoundException", "InvalidRequestException"})


def read(reference: Reference) -> Secret:
    """The secret or one of its values. Raises CredentialError, or SecretStoreError when AWS does not answer."""
    try:
        answer = _session.client().get_secret_value(SecretId=reference.name)
    except CredentialError:
        raise
    except Exception as error:  # noqa: BLE001 # judged there; nothing of its text goes on
        raise _meaning(error, reference) from None
    text = answer.get("SecretString")
    if not isinstance(text, str):
        raise CredentialError(_("The secret %(name)s holds no text.") % {"name": reference.name})
    return Secret(_value(text, reference) if reference.key else text)


def forget_session() -> None:
    """Make a new client before the next read."""
    _session.forget()


class _Session:
    """One client for the process; making one takes longer than asking it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._client: Any = None

    def client(self) -> Any:
        """The client. Keys, region and endpoint come from the usual variables or the machine's role."""
        with self._lock:
            if self._client is None:
                self._client = _new_client()
            return self._client

    def forget(self) -> None:
        with self._lock:
            self._client = None


_session = _Session()


def _new_client() -> Any:
    try:
        import boto3
        from botocore.config import Config
    except ImportError:
        raise CredentialError(
            _("This password is in AWS Secrets Manager, which needs boto3: pip install 'dentalhub[aws-sm]'.")
        ) from None
    # Trying again is ours.
    config = Config(connect_timeout=CONNECT_SECONDS, read_timeout=READ_SECONDS, retries={"total_max_attempts": 1})
    return boto3.session.Session().client("secretsmanager", config=config)


def _value(text: str, reference: Reference) -> str:
    try:
        document = json.loads(text)
    except ValueError:
        document = None
    value = document.get(reference.key) if isinstance(document, dict) else None
    if not isinstance(value, str):
        raise CredentialError(
            _("The secret %(name)s has no text under the key %(key)s.") % {"name": reference.name, "key": reference.key}
        )
    return value


def _meaning(error: Exception, reference: Reference) -> CredentialError:
    """What an error of boto3 says to people; its own text may repeat account numbers and addresses."""
    from botocore import exceptions

    if isinstance(error, exceptions.NoCredentialsError | exceptions.PartialCredentialsError | exceptions.NoRegionError):
        return CredentialError(_("AWS is not set up: set AWS_DEFAULT_REGION, and keys or a role for this machine."))
    name = {"name": reference.name}
    if isinstance(error, exceptions.ClientError):
        code = error.response.get("Error", {}).get("Code", "")
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if code in _MISSING:
            return CredentialError(_("There is no secret %(name)s in AWS Secrets Manager.") % name)
        if code not in _PASSING and status < 500:
            return CredentialError(_("AWS refuses to show the secret %(name)s: check keys and policy.") % name)
    return SecretStoreError(_("AWS Secrets Manager does not answer. Check region, network and endpoint."))
