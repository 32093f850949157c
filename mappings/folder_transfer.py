"""The mapping files of all centers into a folder and back."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from centers.exceptions import CentersError
from centers.models import Center
from mappings.exceptions import MappingFolderError, MappingsError
from mappings.file_folder import MappingFolder
from mappings.file_transfer import Import, export_text, import_text
from mappings.queries import mapping_version


class Outcome(Enum):
    """What happened to a file of the folder."""

    WRITTEN = auto()
    UNCHANGED = auto()
    REMOVED = auto()


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """One file of an export."""

    name: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """One file of an import: `done`, or the `problem` for which nothing of this file was imported."""

    name: str
    done: Import | None = None
    problem: str = ""


def export_all(folder: MappingFolder, *, prune: bool = False) -> Iterator[ExportedFile]:
    """Each center's approved version, else its newest, as `<center id>.json`; what says the same is not rewritten.

    `prune` takes away the mapping files of centers that have none here, and no other file. Raises MappingFolderError.
    """
    kept: set[str] = set()
    for center in Center.objects.order_by("center_id"):
        mapping = mapping_version(center, None)
        if mapping is None:
            continue
        mapping.center = center
        name = file_name(center.center_id)
        kept.add(name)
        is_written = folder.write(name, export_text(mapping))
        yield ExportedFile(name, Outcome.WRITTEN if is_written else Outcome.UNCHANGED)
    if not prune:
        return
    if not kept:
        raise MappingFolderError(_("No center has a mapping here: nothing was removed."))
    for name in folder.names():
        if name not in kept and _is_mapping_file(folder, name):
            folder.remove(name)
            yield ExportedFile(name, Outcome.REMOVED)


def import_all(folder: MappingFolder, author: User) -> Iterator[ImportedFile]:
    """Every file of the folder as a draft of `author`, each for itself: one with a problem does not stop the others.

    Raises MappingFolderError when there is no file.
    """
    names = folder.names()
    if not names:
        raise MappingFolderError(_("%(folder)s holds no mapping file.") % {"folder": folder.address})
    for name in names:
        try:
            yield ImportedFile(name, import_text(folder.read(name) or "", author))
        except (MappingsError, CentersError) as error:
            yield ImportedFile(name, problem=str(error))


def outcomes(files: list[ExportedFile]) -> Counter[Outcome]:
    """How many files had which outcome."""
    return Counter(file.outcome for file in files)


def file_name(center_id: str) -> str:
    """The name of a center's file; ids are lower-case codes, so that no two share a file on any machine."""
    return f"{center_id}.json"


def _is_mapping_file(folder: MappingFolder, name: str) -> bool:
    """True for what an export wrote: an object with tables that names the center after which the file is named."""
    try:
        data = json.loads(folder.read(name) or "")
    except (MappingFolderError, RecursionError, ValueError):
        return False
    return isinstance(data, dict) and "tables" in data and file_name(str(data.get("center_id"))) == name
