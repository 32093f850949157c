"""Keeping, changing and dropping alert channels; the form comes here."""

import datetime as dt
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction

from centers.models import Region, StoredSecret
from centers.secret import Secret
from dentalhub.audit import record
from dentalhub.audit_changes import changes
from extraction.alert_models import AlertChannel, AlertMessage, ChannelKind
from extraction.alerts.secrets import Receiver, keep_receiver, receiver_of
from extraction.alerts.sending import retry

# Never in the audit trail: whoever has them can post.
_SECRET = ("address", "signature")


@dataclass(frozen=True, slots=True)
class ChannelWish:
    """How a channel shall be; None: what is stored stays."""

    name: str
    kind: str
    is_active: bool
    language: str
    recipients: str
    address: Secret | None
    signing_key: Secret | None
    regions: tuple[Region, ...]
    all_regions: bool
    causes: str
    quiet_from: dt.time | None
    quiet_until: dt.time | None
    time_zone: str
    disturbing: str


def save_channel(channel: AlertChannel | None, wish: ChannelWish, person: User) -> AlertChannel:
    """Store a new one, or change one, and say so in the audit trail. Raises CredentialError where no key is set."""
    with transaction.atomic():
        kept = channel or AlertChannel()
        before = _values(kept) if channel else {}
        kept.name, kept.kind, kept.is_active, kept.language = wish.name, wish.kind, wish.is_active, wish.language
        kept.recipients = wish.recipients if wish.kind == ChannelKind.EMAIL else ""
        kept.all_regions, kept.causes, kept.disturbing = wish.all_regions, wish.causes, wish.disturbing
        kept.quiet_from, kept.quiet_until, kept.time_zone = wish.quiet_from, wish.quiet_until, wish.time_zone
        kept.save()
        kept.regions.set(() if wish.all_regions else wish.regions)
        _keep_secret(kept, wish)
        made = changes(before, _values(kept), _SECRET)
        if made:
            record(person, "alert_channel.changed", kept, changes=made)
    return kept


def drop_channel(channel: AlertChannel, person: User) -> None:
    """Delete it with its log and its secret; alerts stay."""
    with transaction.atomic():
        name, before, secret = f"extraction.alertchannel:{channel.name}", _values(channel), channel.secret_id
        channel.delete()
        StoredSecret.objects.filter(pk=secret or 0).delete()
        record(person, "alert_channel.deleted", name, changes=changes(before, {}, _SECRET))


def send_again(message: AlertMessage, person: User) -> bool:
    """Have a message sent once more that was given up; False when it was not."""
    with transaction.atomic():
        is_waiting = retry(message)
        if is_waiting:
            record(person, "alert_message.retried", message.channel, outcome=message.outcome)
    return is_waiting


def _keep_secret(channel: AlertChannel, wish: ChannelWish) -> None:
    """A webhook has an address, and a key only where it is signed; what was not typed stays."""
    if wish.kind == ChannelKind.EMAIL:
        keep_receiver(channel, None)
        return
    if wish.address is None and wish.signing_key is None:
        return
    is_signed = wish.kind == ChannelKind.WEBHOOK
    # Not read where it is not needed: its key may be lost, and that is why somebody types it again.
    needs_former = wish.address is None or (is_signed and wish.signing_key is None)
    former = receiver_of(channel) if needs_former else None
    address = wish.address or (former.address if former else Secret(""))
    signing_key = wish.signing_key or (former.signing_key if former else Secret(""))
    keep_receiver(channel, Receiver(address, signing_key if is_signed else Secret("")))


def _values(channel: AlertChannel) -> dict[str, object]:
    return {
        "name": channel.name,
        "kind": channel.kind,
        "is_active": channel.is_active,
        "language": channel.language,
        "recipients": channel.addresses,
        "host": channel.host,
        "address": channel.secret_id,
        "all_regions": channel.all_regions,
        "regions": sorted(channel.regions.values_list("code", flat=True)),
        "causes": channel.causes,
        "quiet_from": channel.quiet_from,
        "quiet_until": channel.quiet_until,
        "time_zone": channel.time_zone,
        "disturbing": channel.disturbing,
    }
