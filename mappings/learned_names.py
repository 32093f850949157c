"""The vocabulary in the database: learned from decisions, forgotten and remembered by people, read by the matcher."""

from collections import Counter

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from centers.models import Center
from centers.scope import EVERYTHING, Scope, scope_of
from dentalhub.audit import record
from mappings.enums import MappingStatus, Verdict
from mappings.lessons import Version, confirmed_names, rejected_names
from mappings.models import ImportedName, LearnedName, Mapping
from mappings.queries import approved_mapping
from mappings.vocabulary import Name, Standing, Vocabulary, with_imported

# Older rejections say little about the names of today.
_REJECTED_VERSIONS = 10
_Taught = dict[Name, tuple[Verdict, Mapping]]


@transaction.atomic
def learn(center: Center) -> None:
    """Bring what `center` teaches up to date with its approved version and its rejected ones.

    Learning twice changes nothing. A name that somebody made forget stays so while the center says the same of it.
    """
    taught = _taught_by(center)
    for row in LearnedName.objects.filter(center=center):
        verdict, mapping = taught.get((row.canonical, row.name_key), (None, None))
        if mapping is None or verdict != row.verdict:
            row.delete()
            continue
        del taught[row.canonical, row.name_key]
        if row.mapping_id != mapping.pk:
            row.mapping = mapping
            row.save(update_fields=["mapping"])
    LearnedName.objects.bulk_create(
        LearnedName(center=center, mapping=mapping, canonical=canonical, name_key=key, verdict=verdict)
        for (canonical, key), (verdict, mapping) in sorted(taught.items(), key=lambda item: item[0])
    )


def own_vocabulary(except_for: Center | None = None, scope: Scope = EVERYTHING) -> Vocabulary:
    """What this network's reviewers decided in `scope`; without the center that asks.

    It shall not vouch for itself.
    """
    rows = LearnedName.objects.in_scope(scope).filter(forgotten_at=None)
    if except_for is not None:
        rows = rows.exclude(center=except_for)
    return Vocabulary({name: Standing(*counts) for name, counts in verdict_counts(rows).items()})


def verdict_counts(rows: QuerySet[LearnedName]) -> dict[Name, tuple[int, int]]:
    """In how many centers each name was confirmed and rejected. One query."""
    counted = (
        rows.order_by()
        .values_list("canonical", "name_key")
        .annotate(
            yes=Count("pk", filter=Q(verdict=Verdict.CONFIRMED)), no=Count("pk", filter=Q(verdict=Verdict.REJECTED))
        )
    )
    return {(canonical, key): (confirmed, rejected) for canonical, key, confirmed, rejected in counted}


def current_vocabulary(except_for: Center | None = None) -> Vocabulary:
    """`own_vocabulary`, and one voice for the names that only an imported file knows."""
    return with_imported(own_vocabulary(except_for), _imported())


class Vocabularies:
    """`current_vocabulary` for many centers, as it is when this is made. Two queries in all."""

    def __init__(self) -> None:
        rows = LearnedName.objects.filter(forgotten_at=None).order_by()
        self._imported = _imported()
        self._taught: dict[int, list[tuple[Name, str]]] = {}
        self._counts: dict[Name, Counter[str]] = {}
        for center, canonical, key, verdict in rows.values_list("center_id", "canonical", "name_key", "verdict"):
            self._taught.setdefault(center, []).append(((canonical, key), verdict))
            self._counts.setdefault((canonical, key), Counter())[verdict] += 1
        self._everything = self._of(self._counts)

    def without(self, center: Center) -> Vocabulary:
        """The vocabulary for a center, which shall not vouch for itself."""
        taught = self._taught.get(center.pk)
        if taught is None:
            return self._everything
        counts = dict(self._counts)
        for name, verdict in taught:
            counts[name] = counts[name] - Counter([verdict])
        return self._of({name: count for name, count in counts.items() if count})

    def _of(self, counts: dict[Name, Counter[str]]) -> Vocabulary:
        own = {name: Standing(count[Verdict.CONFIRMED], count[Verdict.REJECTED]) for name, count in counts.items()}
        return with_imported(Vocabulary(own), self._imported)


def _imported() -> dict[Name, Standing]:
    rows = ImportedName.objects.filter(forgotten_at=None).order_by()
    return {(row.canonical, row.name_key): Standing(row.confirmed, row.rejected) for row in rows}


def forget(canonical: str, key: str, actor: User) -> int:
    """Take a name's say away, whichever center of the actor's regions taught it; returns how many entries that are."""
    return _set_forgotten(canonical, key, actor, forgotten=True)


def remember(canonical: str, key: str, actor: User) -> int:
    """Undo `forget`; returns how many entries have a say again."""
    return _set_forgotten(canonical, key, actor, forgotten=False)


def _taught_by(center: Center) -> _Taught:
    approved = approved_mapping(center)
    standard = _version(approved) if approved is not None else None
    rejected = center.mappings.filter(status=MappingStatus.REJECTED).select_related("snapshot").order_by("-version")
    taught: _Taught = {}
    for mapping in reversed(rejected[:_REJECTED_VERSIONS]):
        taught.update(dict.fromkeys(rejected_names(_version(mapping), standard), (Verdict.REJECTED, mapping)))
    if approved is not None and standard is not None:
        taught.update(dict.fromkeys(confirmed_names(standard), (Verdict.CONFIRMED, approved)))
    return taught


def _version(mapping: Mapping) -> Version:
    return Version(mapping.document(), mapping.snapshot.catalog())


@transaction.atomic
def _set_forgotten(canonical: str, key: str, actor: User, *, forgotten: bool) -> int:
    at = timezone.now() if forgotten else None
    same = {"canonical": canonical, "name_key": key, "forgotten_at__isnull": forgotten}
    count = LearnedName.objects.for_user(actor).filter(**same).update(forgotten_at=at)
    # What a file says counts for every region.
    if scope_of(actor).all_regions:
        count += ImportedName.objects.filter(**same).update(forgotten_at=at)
    if count:
        action = "vocabulary.forgotten" if forgotten else "vocabulary.remembered"
        record(actor, action, f"vocabulary:{canonical} {key}", entries=count)
    return count
