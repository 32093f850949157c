"""What an import of a centers file would change, as frozen data, and the rows with those changes applied in memory."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from centers.centers_file import CentersFile
from centers.centers_file_entries import FIELD_OF_KEY, STORED_MARK, Entry
from centers.exceptions import FileProblem, ImportFileError
from centers.import_scope import outside
from centers.import_secrets import keep_stored, unfit
from centers.models import Center, DatabaseServer, Region
from centers.scope import Scope, scope_of
from centers.secret_models import stored_pk

Row = Region | DatabaseServer | Center


class Action(StrEnum):
    """What happens to one object; the values are the last word of the audit events."""

    CREATE = "created"
    CHANGE = "changed"
    KEEP = "unchanged"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of an object that exists; `before` and `after` as they are shown."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class PlannedObject:
    """One region, server or center of the file."""

    model: str
    code: str
    action: Action
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """Everything that the file names, in the order in which it is written."""

    objects: tuple[PlannedObject, ...]

    def count(self, action: Action, model: str = "center") -> int:
        """How many objects of `model` (region, server or center) get this `action`."""
        return sum(1 for planned in self.objects if planned.action is action and planned.model == model)

    @property
    def created(self) -> int:
        return self.count(Action.CREATE)

    @property
    def changed(self) -> int:
        return self.count(Action.CHANGE)

    @property
    def unchanged(self) -> int:
        return self.count(Action.KEEP)

    @property
    def changes_nothing(self) -> bool:
        """True when everything is as the file says already."""
        return all(planned.action is Action.KEEP for planned in self.objects)


def plan_import(file: CentersFile, actor: User | None = None) -> ImportPlan:
    """What importing `file` would do for `actor` (None: the system); changes nothing.

    Raises ImportFileError when it cannot be imported.
    """
    return ImportPlan(tuple(planned for planned, _row in planned_rows(file, scope_of(actor))))


def planned_rows(file: CentersFile, scope: Scope) -> list[tuple[PlannedObject, Row]]:
    """Each object of `file` with its row as it shall be, not yet saved: regions, servers, centers.

    A key that does not stand in the file leaves an existing row as it is: importing again resumes no paused center.
    Raises ImportFileError when the file touches what is outside of `scope`, or takes a database twice.
    """
    regions = {region.code: region for region in Region.objects.all()}
    servers = {server.code: server for server in DatabaseServer.objects.select_related("region")}
    centers = {center.center_id: center for center in Center.objects.select_related("server")}
    foreign = list(outside(file, scope, regions, servers, centers))
    if foreign:
        raise ImportFileError(foreign)
    planned: list[tuple[PlannedObject, Row]] = []
    problems: list[FileProblem] = []

    def check(block: str, code: str, sentences: Iterator[str]) -> None:
        position = file.blocks.get((block, code), (1, 1))
        problems.extend(FileProblem(*position, sentence) for sentence in sentences)

    for code, region_entry in file.regions.items():
        region = regions.setdefault(code, Region(code=code))
        values = _values(region_entry, region)
        check("regions", code, keep_stored(code, region, values))
        planned.append((_update("region", code, region, values), region))
        check("regions", code, unfit(code, region, regions))
    for code, server_entry in file.servers.items():
        server = servers.setdefault(code, DatabaseServer(code=code))
        values = _values(server_entry, server)
        if "region" in values:
            values["region"] = regions[server_entry.region]
        check("servers", code, keep_stored(code, server, values))
        planned.append((_update("server", code, server, values), server))
        check("servers", code, unfit(code, server, regions))
    for center_entry in file.centers:
        center = centers.setdefault(center_entry.id, Center(center_id=center_entry.id))
        values = {**_values(center_entry, center), "server": servers[center_entry.server]}
        planned.append((_update("center", center_entry.id, center, values), center))
    problems += _shared_databases(file, centers)
    if problems:
        raise ImportFileError(problems)
    return planned


def _values(entry: Entry, row: Row) -> dict[str, Any]:
    """The model's fields that `entry` sets: all for a new row, else those that stand in the file."""
    values = entry.model_dump(exclude_unset=row.pk is not None)
    return {FIELD_OF_KEY.get(key, key): value for key, value in values.items()}


def _update(model: str, code: str, row: Row, values: Mapping[str, Any]) -> PlannedObject:
    """Put `values` into `row` and say what that changes."""
    is_new = row.pk is None
    changes = []
    for field, after in values.items():
        before = None if is_new else getattr(row, field)
        if before != after:
            changes.append(FieldChange(field, _shown(field, before), _shown(field, after)))
        setattr(row, field, after)
    if is_new:
        return PlannedObject(model, code, Action.CREATE)
    return PlannedObject(model, code, Action.CHANGE if changes else Action.KEEP, tuple(changes))


def _shown(field: str, value: object) -> str:
    if value is None:
        return ""
    if field == "credential" and isinstance(value, str) and stored_pk(value) is not None:
        return STORED_MARK
    return value.code if isinstance(value, Region | DatabaseServer) else str(value)


def _shared_databases(file: CentersFile, centers: Mapping[str, Center]) -> Iterator[FileProblem]:
    """Centers of the file whose database belongs to a center that the file does not name."""
    named = {entry.id for entry in file.centers}
    taken = {
        (center.server.code, center.database.casefold()): center_id
        for center_id, center in centers.items()
        if center_id not in named
    }
    for entry in file.centers:
        owner = taken.get((entry.server, entry.database.casefold()))
        if owner is not None:
            message = _("%(id)s: its database belongs to %(owner)s already.") % {"id": entry.id, "owner": owner}
            yield FileProblem(*file.positions.get(entry.id, (1, 1)), message)
