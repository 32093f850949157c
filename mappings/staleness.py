"""Nobody decides about something unseen: what a person saw must still be so, within the deciding transaction."""

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from centers.catalog import Catalog
from mappings.checks import Check
from mappings.document import MappingDocument
from mappings.exceptions import StaleError, TransitionError
from mappings.fingerprint import same_schema
from mappings.looks import listed
from mappings.models import Mapping, SchemaSnapshot
from mappings.queries import approved_version, newest_fingerprint, newest_snapshot


def refuse_stale(mapping: Mapping, expected_hash: str | None) -> None:
    """Raise StaleError unless the content is the one that the person saw; None means that nobody looked."""
    if expected_hash is not None and expected_hash != mapping.content_hash:
        text = _("Version %(version)s was changed after you opened it. Look at the new content, then decide.")
        raise StaleError(text % {"version": mapping.version})


def refuse_other_approved(mapping: Mapping, expected_approved: int | None) -> None:
    """Raise StaleError unless the approved version is the one that the person saw: its number, or 0 for none.

    What an approval changes is the difference to that version. None means that nobody looked.
    """
    now = approved_version(mapping.center)
    if expected_approved is None or expected_approved == now:
        return
    facts = {"version": mapping.version, "approved": now}
    if not now:
        text = _("No version is approved any more since you opened version %(version)s. Look at it again, then decide.")
        raise StaleError(text % facts)
    text = _(
        "Version %(approved)s was approved after you opened version %(version)s, which would replace it. "
        "Look at what differs now, then decide."
    )
    raise StaleError(text % facts)


def refuse_newer_schema(mapping: Mapping, expected_fingerprint: str | None) -> None:
    """Raise StaleError unless the newest snapshot is the one of that fingerprint, which the person saw.

    None means that nobody looked. Also where only tables changed that nobody mapped: one of them may be the better one.
    """
    fingerprint = newest_fingerprint(mapping.center)
    newest = newest_snapshot(mapping.center) if fingerprint not in {None, expected_fingerprint} else None
    if expected_fingerprint is None or newest is None:
        return
    seen = SchemaSnapshot.objects.filter(center=mapping.center_id, fingerprint=expected_fingerprint).first()
    if seen is None:
        raise StaleError(_("The source's schema is not the one that you saw. Look at the version again, then decide."))
    tables = changed_tables(mapping.document(), seen.catalog(), newest.catalog())
    if tables:
        text = _(
            "The source's schema changed after you opened version %(version)s: %(tables)s. "
            "Look at the version again, then decide."
        )
        raise StaleError(text % {"version": mapping.version, "tables": ", ".join(tables)})
    text = _(
        "Other tables of the source changed after you opened version %(version)s, none that it maps. "
        "Look at the version again, then decide."
    )
    raise StaleError(text % {"version": mapping.version})


def snapshot_check(mapping: Mapping, newest: SchemaSnapshot) -> Check | None:
    """What the checks say of a version made for an older snapshot than `newest`; None where it is of that one.

    It blocks where a mapped table changed: somebody takes the version over to the newer schema by saving it. Where only
    other tables did, an approval takes it over, and the reviewer sees which tables are new.
    """
    if newest.pk == mapping.snapshot_id:
        return None
    seen, now = mapping.snapshot.catalog(), newest.catalog()
    if changed_tables(mapping.document(), seen, now):
        text = _("The source's schema changed after this version was made. Save the version once to check it anew.")
        return Check("newest_snapshot", False, text)
    text = _("The source changed after this version was made, but none of the tables that it maps.")
    added = sorted({table.qualified_name for table in now.tables} - {table.qualified_name for table in seen.tables})
    if added:
        text = f"{text} {_('New tables: %(tables)s.') % {'tables': listed(tuple(added))}}"
    return Check("newest_snapshot", False, text, hint=True)


def changed_tables(document: MappingDocument, seen: Catalog, newest: Catalog) -> tuple[str, ...]:
    """The canonical names of the mapped tables that are not the same in both catalogs."""
    return tuple(
        item.name
        for item in document.tables
        if item.schema is not None
        and item.table is not None
        and not same_schema(seen.table(item.schema, item.table), newest.table(item.schema, item.table))
    )


def already_decided(mapping: Mapping) -> TransitionError:
    """What the second of two people is told: what became of the version, by whom and when."""
    facts = {"version": mapping.version, "status": mapping.get_status_display()}
    if mapping.reviewer is None:
        return TransitionError(_("Version %(version)s is already %(status)s.") % facts)
    if mapping.decided_at is None:
        text = _("Version %(version)s is already %(status)s, by %(name)s.")
        return TransitionError(text % (facts | {"name": mapping.reviewer.get_username()}))
    when = formats.date_format(timezone.localtime(mapping.decided_at), "SHORT_DATETIME_FORMAT")
    text = _("Version %(version)s is already %(status)s, by %(name)s on %(when)s.")
    return TransitionError(text % (facts | {"name": mapping.reviewer.get_username(), "when": when}))
