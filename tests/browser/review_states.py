"""Everything that a review can come to, put into an installation's database without sources behind it.

Call `fill` in the installation; it prints where what is.
"""

import json
from dataclasses import replace

from django.contrib.auth.models import User

from centers.models import Center, DatabaseServer, Region
from mappings.alike_preview import preview
from mappings.alike_versions import Group, groups_for
from mappings.approval import approve, reject, submit
from mappings.bulk_approval import Choice, approve_alike, undo
from mappings.discovery import store_catalog
from mappings.enums import FieldVerdict
from mappings.field_looks import comment_on, mark
from mappings.models import Mapping
from mappings.versions import edit, new_version, restore
from tests.mappings.catalogs import standard
from tests.mappings.looking import seen_of
from tests.mappings.people import with_code
from tests.mappings.plain_mappings import plain_draft
from tests.mappings.test_drift_state import renamed
from tests.mappings.test_review_queue import unsure

DOUBT, REJECTED, OWN = "screen_doubt", "screen_rejected", "screen_own"
# Its version 2 was made for a schema that is gone.
OUTDATED = "screen_waiting_1"
REASON = "BEMERKUNG is the billing text; the chart is in KARTEITEXT."


def fill() -> None:
    """Print the addresses of the previews of identical changes and of what became of an approval of several centers.

    The visitor, who looks at the screens, has edited one version; the other reviewer has done all the rest.
    """
    admin, visitor, reviewer = (User.objects.get(username=name) for name in ("admin", "reviewer", "reviewer2"))
    _said_something(_unsure(DOUBT), reviewer)
    _unsure("screen_doubt_too")
    reject(plain_draft(_center(REJECTED)), reviewer, REASON)
    own = plain_draft(_center(OWN))
    submit(edit(own, with_code(own, "O"), visitor), visitor)
    done = _approved_together(_changed("done", 3, "D", admin, reviewer), reviewer)
    waiting = _changed("waiting", 3, "W", admin, reviewer)
    store_catalog(waiting[0].center, renamed())
    groups = {name: _group_of(name, reviewer).key for name in (DOUBT, OUTDATED)}
    print(json.dumps([*(f"/review/alike/{key}/" for key in groups.values()), f"/review/approvals/{done}/"]))


def _center(center_id: str) -> Center:
    """Paused, so that no run of another test asks for it."""
    region, _ = Region.objects.get_or_create(code="screens", defaults={"name": "Screens"})
    server, _ = DatabaseServer.objects.get_or_create(
        code="screens",
        defaults={"region": region, "host": "localhost", "user": "x", "credential": "env:IVORIS_PASSWORD"},
    )
    return Center.objects.create(
        center_id=center_id, name="Praxis Süd", server=server, database=center_id, state="paused"
    )


def _unsure(center_id: str) -> Mapping:
    """A first version with a choice in doubt."""
    center = _center(center_id)
    return new_version(center, store_catalog(center, standard()).snapshot, unsure(), author=None, generated=True)


def _said_something(mapping: Mapping, reviewer: User) -> None:
    """One choice is right, one is not, one has a comment."""
    seen = seen_of(mapping)
    mark(mapping, "KARTEI.DATUM", FieldVerdict.RIGHT, reviewer, seen=seen)
    mark(mapping, "KARTEI.BEMERKUNG", FieldVerdict.WRONG, reviewer, comment="This is the billing text.", seen=seen)
    comment_on(mapping, "KASSEN.ART", "Ask the practice what B stands for.", reviewer)


def _changed(name: str, count: int, code: str, author: User, reviewer: User) -> list[Mapping]:
    """Approved centers, in each of which `author` drafted the same further insurance code."""
    found = []
    for number in range(1, count + 1):
        approved = approve(plain_draft(_center(f"screen_{name}_{number}")), reviewer, all_looked_at=True)
        draft = restore(approved, author)
        found.append(edit(draft, with_code(draft, code), author))
    return found


def _approved_together(drafts: list[Mapping], reviewer: User) -> int:
    """One is refused, one is undone, one is approved and can be undone no more; gives the primary key."""
    shown = preview(_group_of(drafts[0].center.center_id, reviewer).candidates)
    choices = [Choice(item.pk, item.content_hash, item.approved, item.fingerprint) for item in shown]
    bulk = approve_alike([replace(choices[0], content_hash="0" * 64), *choices[1:]], reviewer)
    store_catalog(drafts[1].center, renamed())
    undo(bulk, reviewer)
    return bulk.pk


def _group_of(center_id: str, reviewer: User) -> Group:
    return next(
        group
        for group in groups_for(reviewer)
        if center_id in {candidate.mapping.center.center_id for candidate in group.candidates}
    )
