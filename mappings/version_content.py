"""Everything that a version's row and its digest say, from a document or from what a proposal needs. *Pure*."""

import json
from dataclasses import dataclass, replace
from typing import Any

from centers.catalog import Catalog
from centers.catalog import from_document as catalog_of
from mappings import profile_document
from mappings.digest import digest, to_json
from mappings.document import MappingDocument, content_hash, to_document
from mappings.following import with_history
from mappings.profile import NO_PROFILE, Profile
from mappings.proposal import propose
from mappings.readiness import unambiguous
from mappings.vocabulary import Name, OverheardVocabulary, Vocabulary


@dataclass(frozen=True, slots=True)
class VersionContent:
    """`content` and `digest` are plain JSON data; `is_clear` as `mappings.readiness.unambiguous` says.

    `imported`: names that had a say in a proposal, and of which only an imported file knows anything.
    """

    content: dict[str, Any]
    content_hash: str
    digest: list[list[Any]]
    is_clear: bool
    imported: tuple[Name, ...] = ()


@dataclass(frozen=True, slots=True)
class ProposalTask:
    """What a proposal is made from; `catalog` and `profile` as JSON text, just as the database has them."""

    catalog: str
    profile: str
    vocabulary: Vocabulary
    previous: MappingDocument | None = None


def content_of(document: MappingDocument) -> VersionContent:
    """What is stored of `document`."""
    return VersionContent(
        to_document(document), content_hash(document), to_json(digest(document)), unambiguous(document)
    )


def proposed(
    catalog: Catalog, profile: Profile, vocabulary: Vocabulary, previous: MappingDocument | None
) -> VersionContent:
    """The machine's proposal, with what only the former decision `previous` knows."""
    overheard = OverheardVocabulary(vocabulary.entries)
    document = propose(catalog, profile, overheard, previous)
    content = content_of(with_history(document, previous, seen_values=profile != NO_PROFILE))
    return replace(content, imported=tuple(sorted(overheard.imported)))


def proposed_from_texts(task: ProposalTask) -> VersionContent:
    """The same from stored texts; the whole work on one center, to be done wherever there is a core."""
    profile = profile_document.from_document(json.loads(task.profile))
    return proposed(catalog_of(json.loads(task.catalog)), profile, task.vocabulary, task.previous)
