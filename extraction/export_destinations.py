"""Where saved exports may go. The operator lists the places (DENTALHUB_EXPORT_DESTINATIONS), an admin chooses one.

A folder of the worker's machine, a bucket, or a webhook, which gets the file as a signed body.
"""

import hmac
import re
import time
from collections.abc import Iterator
from hashlib import sha256
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from extraction.exceptions import DeliveryError
from extraction.export_files import create_private, kept_file, kept_pieces
from extraction.models import Export
from mappings.exceptions import MappingFolderError
from mappings.file_folder import folder_at
from mappings.notice_delivery import is_callable

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


def signature(timestamp: str, pieces: Iterator[bytes]) -> str:
    """`sha256=` and the HMAC-SHA256 of timestamp, dot and body in hexadecimal."""
    made = hmac.new(settings.EXPORT_WEBHOOK_SECRET.encode(), f"{timestamp}.".encode(), sha256)
    for piece in pieces:
        made.update(piece)
    return f"sha256={made.hexdigest()}"


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
    parts = urlsplit(export.destination)
    made = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = made(parts.hostname or "", parts.port, timeout=WEBHOOK_SECONDS)
    timestamp = str(int(time.time()))
    headers = {
        "Content-Type": export.form.content_type,
        "Content-Length": str(export.byte_count),
        "Content-Disposition": f'attachment; filename="{export.target}"',
        # The same for every attempt, so that a receiver knows what came twice.
        "X-Dentalhub-Export": str(export.pk),
        "X-Dentalhub-Timestamp": timestamp,
        "X-Dentalhub-Signature": signature(timestamp, kept_pieces(export.stored_name)),
    }
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    try:
        with kept_file(export.stored_name) as file:
            connection.request("POST", path, file, headers)
        status = connection.getresponse().status
    finally:
        connection.close()
    if not 200 <= status < 300:
        raise DeliveryError(_("The receiver answered %(status)s.") % {"status": status})
