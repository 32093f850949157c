"""Where mapping files lie: a folder of this machine or an S3 bucket, both through Django's storage API."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage
from django.utils.translation import gettext as _

from mappings.exceptions import MappingFolderError

# No mapping is nearly as long.
MOST_FILE_BYTES = 1_000_000
_S3_ADDRESS = re.compile(r"s3://(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(?P<prefix>.*))?")
_ENDING = ".json"


@dataclass(frozen=True, slots=True)
class MappingFolder:
    """One file per center; `address` is what a person calls the folder.

    Every method raises MappingFolderError with a sentence when the storage fails with one of `failures`.
    """

    storage: Storage
    address: str
    failures: tuple[type[Exception], ...] = (OSError,)

    def names(self) -> list[str]:
        """The names of all files that may be mapping files, sorted; empty for a folder that does not exist."""
        with self._failing():
            try:
                _folders, files = self.storage.listdir("")
            except FileNotFoundError:
                return []
        return sorted(name for name in files if name.endswith(_ENDING))

    def read(self, name: str) -> str | None:
        """The text of a file; None where there is none. Raises MappingFolderError for what can be no mapping."""
        with self._failing():
            if not self.storage.exists(name):
                return None
            with self.storage.open(name) as file:
                data: bytes = file.read(MOST_FILE_BYTES + 1)
        if len(data) > MOST_FILE_BYTES:
            raise MappingFolderError(_("The file is too large for a mapping."))
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise MappingFolderError(_("The file is not UTF-8 text.")) from error

    def write(self, name: str, text: str) -> bool:
        """Put `text` into the file; False when it holds exactly that already and was left alone."""
        data = text.encode()
        with self._failing():
            if self.storage.exists(name):
                with self.storage.open(name) as file:
                    if file.read(len(data) + 1) == data:
                        return False
            stored = self.storage.save(name, ContentFile(data))
            if stored != name:
                # A storage that never overwrites would collect copies.
                self.storage.delete(stored)
                raise MappingFolderError(_("%(folder)s does not overwrite files.") % {"folder": self.address})
        return True

    def remove(self, name: str) -> None:
        """Take a file away; a bucket with versioning keeps its versions."""
        with self._failing():
            self.storage.delete(name)

    @contextmanager
    def _failing(self) -> Iterator[None]:
        try:
            yield
        except self.failures as error:
            reason = getattr(error, "strerror", None) or str(error)
            text = _("%(folder)s cannot be used: %(error)s") % {"folder": self.address, "error": reason}
            raise MappingFolderError(text) from error


def folder_at(address: str) -> MappingFolder:
    """The folder of this machine, or the bucket `s3://bucket/prefix`. Raises MappingFolderError; opens nothing yet."""
    if "://" not in address:
        return MappingFolder(FileSystemStorage(location=address, allow_overwrite=True), address)
    found = _S3_ADDRESS.fullmatch(address)
    if found is None:
        raise MappingFolderError(_("Write s3://bucket/prefix, or the name of a folder."))
    return _bucket(address, found["bucket"], (found["prefix"] or "").strip("/"))


def versioning_problem(folder: MappingFolder) -> str:
    """Why overwritten files of a bucket would be lost; '' when they are kept, and for folders of this machine."""
    bucket = getattr(folder.storage, "bucket", None)
    if bucket is None:
        return ""
    try:
        status = bucket.Versioning().status
    except folder.failures:
        return _("Whether %(folder)s keeps old versions cannot be seen with these rights.") % {"folder": folder.address}
    if status == "Enabled":
        return ""
    return _("%(folder)s has no versioning: overwritten files are lost.") % {"folder": folder.address}


def _bucket(address: str, bucket: str, prefix: str) -> MappingFolder:
    """Key, region and endpoint come from the usual AWS_ variables, or from the machine's role."""
    try:
        from boto3.exceptions import Boto3Error
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError, ClientError
        from storages.backends.s3 import S3Storage
    except ImportError as error:
        raise MappingFolderError(_("S3 needs the packages of requirements-s3.lock.")) from error
    storage = S3Storage(
        bucket_name=bucket,
        location=prefix,
        file_overwrite=True,
        default_acl=None,
        # A bucket that does not answer must end the command, not hang it.
        client_config=Config(connect_timeout=5, read_timeout=30, retries={"mode": "standard", "max_attempts": 3}),
    )
    return MappingFolder(storage, address, (OSError, Boto3Error, BotoCoreError, ClientError))
