"""Where somebody can go from here: pages, centers, their mappings and runs, by a few letters."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from centers.models import Center
from centers.search_text import fold
from dentalhub.access import roles_of
from extraction.jump_pages import PAGES
from extraction.models import ExtractionRun
from mappings.models import Mapping
from mappings.queries import OPEN

MOST = 6
MOST_LETTERS = 60


@dataclass(frozen=True, slots=True)
class Target:
    """One line of the answer."""

    label: str
    address: str
    icon: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class TargetGroup:
    """Targets of one kind, at most MOST."""

    title: str
    targets: list[Target]


def targets(user: User | AnonymousUser, text: str) -> list[TargetGroup]:
    """What `user` may see that holds every word of `text`; of nothing, the pages. At most four queries."""
    words = fold(text[:MOST_LETTERS]).split()
    groups = [TargetGroup(_("Pages"), _pages(user, words))]
    if words and roles_of(user):
        centers = _centers(user, words)
        groups = [
            TargetGroup(_("Runs"), _runs(user, words)),
            TargetGroup(_("Centers"), [_center(center) for center in centers]),
            *groups,
            TargetGroup(_("Mappings"), [_mapping(center) for center in centers]),
        ]
    return [group for group in groups if group.targets]


def _pages(user: User | AnonymousUser, words: list[str]) -> list[Target]:
    roles = roles_of(user)
    found = [
        Target(str(page.label), reverse(page.view), page.icon)
        for page in PAGES
        if not (page.roles and page.roles.isdisjoint(roles)) and all(word in fold(str(page.label)) for word in words)
    ]
    return found[:MOST] if words else found


def _centers(user: User | AnonymousUser, words: list[str]) -> list[Center]:
    found = Center.objects.for_user(user)
    for word in words:
        found = found.filter(search_text__contains=word)
    opened = Mapping.objects.for_user(user).filter(center=OuterRef("pk"), status__in=OPEN).order_by("-version")
    return list(found.annotate(open_version=Subquery(opened.values("version")[:1])).order_by("center_id")[:MOST])


def _center(center: Center) -> Target:
    return Target(center.name, center.get_absolute_url(), "building", center.center_id)


def _mapping(center: Center) -> Target:
    version: int | None = getattr(center, "open_version", None)
    if version is None:
        address = reverse("mappings:center_mappings", args=[center.center_id])
        return Target(_("Mapping of %(name)s") % {"name": center.name}, address, "diagram-3", center.center_id)
    address = reverse("mappings:mapping_detail", args=[center.center_id, version])
    label = _("Mapping of %(name)s, version %(version)s waits") % {"name": center.name, "version": version}
    return Target(label, address, "diagram-3", center.center_id)


def _runs(user: User | AnonymousUser, words: list[str]) -> list[Target]:
    number = words[0].removeprefix("#") if len(words) == 1 else ""
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return []
    return [
        Target(_("Run %(run)s") % {"run": run}, run.get_absolute_url(), "play-fill", run.get_state_display())
        for run in ExtractionRun.objects.for_user(user).filter(pk=int(number))
    ]
