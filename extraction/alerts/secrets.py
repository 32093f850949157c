"""The address and the signing key of a channel, sealed as one secret and bound to the host that is shown."""

import json
from dataclasses import dataclass

from centers.credentials.stored import keyring
from centers.exceptions import CredentialError
from centers.models import StoredSecret
from centers.sealing import Purpose
from centers.secret import Secret
from extraction.alert_models import AlertChannel
from extraction.alerts.addresses import shown_host

_OWNER = "alert channel"


@dataclass(frozen=True, slots=True)
class Receiver:
    """Where a webhook is, and what signs its messages; the second is empty where nothing does."""

    address: Secret
    signing_key: Secret


def sealed_receiver(receiver: Receiver) -> str:
    """The receiver as it is stored. Raises CredentialError without a key."""
    document = {"address": receiver.address.reveal(), "signing_key": receiver.signing_key.reveal()}
    place = _place(shown_host(receiver.address.reveal()))
    return keyring().seal(Secret(json.dumps(document)), Purpose(_OWNER, frozenset({place})))


def receiver_of(channel: AlertChannel) -> Receiver:
    """The receiver of `channel`, whose secret is loaded. Raises CredentialError where it is missing or not readable."""
    if channel.secret is None:
        raise CredentialError("no address")
    document = json.loads(keyring().open(channel.secret.sealed, _OWNER, _place(channel.host)).reveal())
    return Receiver(Secret(document["address"]), Secret(document["signing_key"]))


def keep_receiver(channel: AlertChannel, receiver: Receiver | None) -> None:
    """Give `channel` this receiver in the place of the former one, which is erased; within a transaction.

    Raises CredentialError without a key.
    """
    former = channel.secret_id
    channel.secret, channel.host = None, ""
    if receiver is not None:
        channel.secret = StoredSecret.objects.create(sealed=sealed_receiver(receiver))
        channel.host = shown_host(receiver.address.reveal())
    channel.save()
    StoredSecret.objects.filter(pk=former or 0).delete()


def _place(host: str) -> str:
    # No server has such a place (centers.sealing.place_of), so no login opens it.
    return f"webhook {host}"
