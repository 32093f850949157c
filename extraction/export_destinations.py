"""Where saved exports may go. The operator lists the places (DENTALHUB_EXPORT_DESTINATIONS), an admin chooses one.

A folder of the worker's machine, a bucket, or a webhook, which gets the file as a signed body.
"""

import re
import time
from http.client import HTTPException
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from centers.outgoing import is_callable, post, signature
from extraction.exceptions import DeliveryError
from extraction.export_files import create_private, kept_file, kept_pieces
from extraction.models import Export
from mappings.exceptions import MappingFolderError
from mappings.file_folder import folder_at

# Seconds that the receiver of a webhook may let the line be silent.
WEBHOOK_SECONDS = 30
# Folders below a destination: plain names, no way up, nothing hidden.
FOLDER = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")


def is_webhook(address: str) -> bool:
    """True for an address that gets files by HTTP."""
    return address.startswith(("https://", "http://"))


def usable_destinations() -> list[str]:
    """Those of the operator's places that a file can go to."""
    return [place for place in settings.EXPORT_DESTINATIONS if _is_usable(place)]


def send(export: Export) -> None:
    """Bring the file of an export to its destination, whole or not at all. Raises DeliveryError."""
    place = export.destination
    if place not in usable_destinations():
        raise DeliveryError(_("The destination is no longer allowed."))
    try:
        if is_webhook(place):
            _call(export)
        elif place.startswith("s3://"):
            _upload(export)
        else:
            _copy(export, Path(place))
    except (OSError, HTTPException, MappingFolderError) as error:
        raise DeliveryError(type(error).__name__) from error


def _is_usable(place: str) -> bool:
    if is_webhook(place):
        return is_callable(place) and bool(settings.EXPORT_WEBHOOK_SECRET)
    return place.startswith("s3://") or Path(place).is_absolute()


def _copy(export: Export, base: Path) -> None:
    target = base / export.target
    # A link that somebody put below the base must not lead out of it.
    if not target.parent.resolve().is_relative_to(base.resolve()):
        raise DeliveryError(_("The folder leads out of its destination."))
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.{export.pk}.part")
    try:
        create_private(unfinished)
        with unfinished.open("wb") as file:
            file.writelines(kept_pieces(export.stored_name))
        # The group of the folder is who fetches the file.
        unfinished.chmod(0o640)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def _upload(export: Export) -> None:
    bucket = folder_at(export.destination)
    try:
        with kept_file(export.stored_name) as file:
            bucket.storage.save(export.target, file)
    except bucket.failures as error:
        raise DeliveryError(type(error).__name__) from error


def _call(export: Export) -> None:
    """POST the file. Redirects are not followed: it goes where the setting says, or nowhere."""
    timestamp = str(int(time.time()))
    headers = {
        "Content-Type": export.form.content_type,
        "Content-Length": str(export.byte_count),
        "Content-Disposition": f'attachment; filename="{export.target}"',
        # The same for every attempt, so that a receiver knows what came twice.
        "X-Dentalhub-Export": str(export.pk),
        "X-Dentalhub-Timestamp": timestamp,
        "X-Dentalhub-Signature": signature(settings.EXPORT_WEBHOOK_SECRET, timestamp, kept_pieces(export.stored_name)),
    }
    with kept_file(export.stored_name) as file:
        reply = post(export.destination, file, headers, WEBHOOK_SECONDS)
    if not reply.is_taken:
        raise DeliveryError(_("The receiver answered %(status)s.") % {"status": reply.status})
