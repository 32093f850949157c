"""The stored digests of versions: written with the content, made anew where there is none that can be read."""

from mappings.digest import FORMULA, Digest, digest, from_json, to_json
from mappings.models import Mapping
from mappings.review_models import VersionDigest


def keep_digest(mapping: Mapping) -> None:
    """Store the digest of a version whose content was just written."""
    rows = to_json(digest(mapping.document()))
    VersionDigest.objects.update_or_create(
        mapping=mapping, defaults={"content_hash": mapping.content_hash, "formula": FORMULA, "rows": rows}
    )


def digest_of(mapping: Mapping) -> Digest:
    """The digest of a version that was read with `select_related("digest")`; its content may be deferred."""
    stored = getattr(mapping, "digest", None)
    if stored is None or stored.formula != FORMULA or stored.content_hash != mapping.content_hash:
        return digest(mapping.document())
    return from_json(stored.rows)
