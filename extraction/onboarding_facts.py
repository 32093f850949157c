"""What there is in a person's regions on the way to the first extraction, from our own rows in a few queries."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q, QuerySet

from centers.enums import CenterState
from centers.models import Center, DatabaseServer, Region
from centers.scope import Scope, scope_of
from dentalhub.models import AuditEvent
from dentalhub.roles import Role
from extraction.enums import RunState
from extraction.models import CenterRun, Slice
from extraction.onboarding_places import CenterFacts, Place, place_of
from extraction.onboarding_steps import Facts, ServerFacts
from mappings.enums import DiscoveryState, MappingStatus
from mappings.models import DiscoveryItem, Mapping, SchemaSnapshot

# The newest connection tests among which those of servers that nothing was read from yet are looked for.
_MOST_TESTS = 500
# SQL Server takes 2,100 parameters in a statement.
_MOST_KEYS = 1000
_NO_RUN = ("", 0)
_Row = tuple[int, str, str, int, str | None, bool, bool]


@dataclass(frozen=True, slots=True)
class _Way:
    """Where the centers are, why some could not be discovered, and the newest discovery and run that are under way."""

    places: dict[Place, tuple[str, ...]]
    causes: tuple[tuple[str, int], ...]
    job: int | None
    run: int | None


def facts_for(person: User) -> Facts:
    """At most eight queries, however many centers there are."""
    scope = scope_of(person)
    rows = _center_rows(scope)
    servers = _servers(scope, rows)
    regions = len(servers) or Region.objects.in_scope(scope).count()
    way = _way(scope, rows)
    return Facts(
        regions=regions,
        servers=servers,
        places=way.places,
        causes=way.causes,
        sees_all_regions=scope.all_regions,
        has_reviewer=not way.places.get(Place.IN_REVIEW) or _has_reviewer(),
        job=way.job,
        run=way.run,
    )


def centers_at(person: User, places: Iterable[Place]) -> list[Center]:
    """The centers of `person` at these places, with their servers and regions."""
    names = set(facts_for(person).at(*places))
    centers = Center.objects.for_user(person).select_related("server__region")
    return [center for center in centers if center.center_id in names]


def never_extracted(centers: QuerySet[Center]) -> QuerySet[Center]:
    """Those of `centers` that are active and have an approved mapping, and from which nothing has landed."""
    approved = Mapping.objects.filter(center=OuterRef("pk"), status=MappingStatus.APPROVED)
    landed = Slice.objects.filter(center=OuterRef("pk"))
    return centers.filter(Exists(approved), ~Exists(landed), state=CenterState.ACTIVE)


def _center_rows(scope: Scope) -> Sequence[_Row]:
    snapshots, slices = (
        SchemaSnapshot.objects.filter(center=OuterRef("pk")),
        Slice.objects.filter(center=OuterRef("pk")),
    )
    found = Center.objects.in_scope(scope).annotate(seen=Exists(snapshots), landed=Exists(slices)).order_by("center_id")
    return list(
        found.values_list("pk", "center_id", "state", "server_id", "schema_watch__error_kind", "seen", "landed")
    )


def _way(scope: Scope, rows: Sequence[_Row]) -> _Way:
    versions = Mapping.objects.in_scope(scope).exclude(status=MappingStatus.SUPERSEDED).order_by()
    statuses: defaultdict[int, set[str]] = defaultdict(set)
    for key, status in versions.values_list("center_id", "status").distinct():
        statuses[key].add(status)
    waiting = DiscoveryItem.objects.in_scope(scope).filter(state=DiscoveryState.QUEUED).order_by("job")
    # The newest comes last and stays.
    asked = dict(waiting.values_list("center_id", "job"))
    runs = _newest_runs(
        scope, [row[0] for row in rows if not row[-1] and MappingStatus.APPROVED in statuses.get(row[0], ())]
    )
    found: defaultdict[Place, list[str]] = defaultdict(list)
    causes: Counter[str] = Counter()
    for key, name, state, _server, error, seen, landed in rows:
        center = CenterFacts(
            name,
            is_active=state == CenterState.ACTIVE,
            has_snapshot=seen,
            look_error=error or "",
            is_asked=key in asked,
            statuses=frozenset(statuses.get(key, ())),
            run_state=runs.get(key, _NO_RUN)[0],
            is_extracted=landed,
        )
        place = place_of(center)
        found[place].append(name)
        if place == Place.NOT_DISCOVERED:
            causes[center.look_error] += 1
    reading = [run for state, run in runs.values() if state in (RunState.QUEUED, RunState.RUNNING)]
    return _Way(
        {place: tuple(names) for place, names in found.items()},
        tuple(causes.most_common()),
        max(asked.values(), default=None),
        max(reading, default=None),
    )


def _newest_runs(scope: Scope, ready: Sequence[int]) -> dict[int, tuple[str, int]]:
    """State and key of the newest run of each of these centers, from which nothing has landed."""
    if not ready:
        return {}
    runs = CenterRun.objects.in_scope(scope).order_by("run")
    if len(ready) <= _MOST_KEYS:
        runs = runs.filter(center__in=ready)
    # The newest comes last and stays.
    return {center: (state, run) for center, state, run in runs.values_list("center_id", "state", "run")}


def _servers(scope: Scope, rows: Sequence[_Row]) -> tuple[ServerFacts, ...]:
    proven = {server for _key, _name, _state, server, _error, seen, _landed in rows if seen}
    used = {row[3] for row in rows}
    servers = list(DatabaseServer.objects.in_scope(scope).order_by("code").values_list("pk", "code"))
    results = _test_results({code for key, code in servers if key not in proven})
    return tuple(ServerFacts(code, key in used, key in proven, results.get(code, "")) for key, code in servers)


def _test_results(codes: set[str]) -> dict[str, str]:
    """How the newest connection test of each of these servers ended, where there was one lately."""
    if not codes:
        return {}
    tests = AuditEvent.objects.filter(action="connection.tested").order_by("-at", "-sequence")
    results: dict[str, str] = {}
    for details in tests.values_list("details", flat=True)[:_MOST_TESTS]:
        code = details.get("server") if isinstance(details, dict) else None
        if code in codes:
            results.setdefault(code, str(details.get("result", "")))
    return results


def _has_reviewer() -> bool:
    """Whether anybody could approve at all."""
    reviewers = User.objects.filter(Q(groups__name=Role.REVIEWER.value) | Q(is_superuser=True), is_active=True)
    return reviewers.exists()
