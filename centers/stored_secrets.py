"""Stores and erases the passwords of servers and regions, encrypted."""

from django.db import transaction

from centers.credentials.stored import keyring
from centers.models import DatabaseServer, Region
from centers.sealing import Purpose, place_of
from centers.secret import Secret
from centers.secret_models import StoredSecret, stored_pk

Owner = DatabaseServer | Region


def store(owner: Owner, secret: Secret) -> StoredSecret:
    """Put `secret` in the place of whatever `owner`, which is saved, had. Raises CredentialError without a key."""
    sealed = keyring().seal(secret, purpose_of(owner))
    with transaction.atomic():
        # Two people at once would otherwise delete each other's new row.
        type(owner)._default_manager.select_for_update().get(pk=owner.pk)
        new = StoredSecret.objects.create(**_owned_by(owner), sealed=sealed)
        owner.credential = new.reference
        owner.save(update_fields=["credential"])
        erase_former(owner)
    return new


def erase_former(owner: Owner) -> int:
    """Delete the stored passwords of `owner` that it does not refer to any more; returns how many."""
    former = StoredSecret.objects.filter(**_owned_by(owner)).exclude(pk=stored_pk(owner.credential) or 0)
    return former.delete()[0]


def purpose_of(owner: Owner) -> Purpose:
    """What a password of `owner` is for: the server itself, or the servers that have only their region's password."""
    if isinstance(owner, DatabaseServer):
        return Purpose(owner.user, frozenset({place_of(owner.host, owner.port)}))
    places = owner.servers.filter(credential="").values_list("host", "port") if owner.pk else ()
    return Purpose(owner.user, frozenset(place_of(host, port) for host, port in places))


def sealed_for_test(owner: DatabaseServer, secret: Secret) -> str:
    """A password that was typed and is not saved: sealed, so that it travels as safely as a stored one."""
    return keyring().seal(secret, purpose_of(owner))


def _owned_by(owner: Owner) -> dict[str, Owner]:
    return {"server" if isinstance(owner, DatabaseServer) else "region": owner}
