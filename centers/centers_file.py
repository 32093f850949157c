"""Parses a centers file and finds everything that is wrong with it."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from centers.centers_file_entries import DEFAULT_CODE, CenterEntry, RegionEntry, ServerEntry
from centers.entry_checks import EntryType, check_entry, unknown_key
from centers.enums import TlsPolicy
from centers.exceptions import FileProblem, ImportFileError
from centers.models import Center, DatabaseServer, Region
from centers.validators import agreement_sentence, validate_code
from centers.yaml_positions import Path, Position, YamlDocument, read_yaml

TOP_LEVEL_KEYS = ["database", "regions", "servers", "centers"]


@dataclass(frozen=True, slots=True)
class CentersFile:
    """A valid file: entries by code, centers in the file's order, and where each of them stands."""

    regions: dict[str, RegionEntry]
    servers: dict[str, ServerEntry]
    centers: tuple[CenterEntry, ...]
    positions: dict[str, Position] = field(default_factory=dict)
    # Where each region and server stands, by the name of its block and its code.
    blocks: dict[tuple[str, str], Position] = field(default_factory=dict)


def parse_centers_file(
    text: str, *, known_regions: Collection[str] = (), known_servers: Collection[str] = ()
) -> CentersFile:
    """Read `text`; its servers and centers may also refer to regions and servers that are already known.

    Raises ImportFileError with every problem found.
    """
    document = read_yaml(text)
    parser = _Parser(document, set(known_regions), set(known_servers))
    parsed = parser.parse()
    if parser.problems:
        raise ImportFileError(parser.problems)
    return parsed


class _Parser:
    """Collects the entries and the problems of one document."""

    def __init__(self, document: YamlDocument, known_regions: set[str], known_servers: set[str]) -> None:
        self._document = document
        self._regions_known = known_regions
        self._servers_known = known_servers
        self.problems: list[FileProblem] = list(document.problems)

    def parse(self) -> CentersFile:
        data = self._document.data
        if not isinstance(data, dict):
            self._add((), _("The file must consist of the keys database or servers, and centers."))
            return CentersFile({}, {}, ())
        for key in data:
            if key not in TOP_LEVEL_KEYS:
                self.problems.append(unknown_key(self._document, (key,), TOP_LEVEL_KEYS))
        regions = self._block("regions", RegionEntry, Region)
        servers = self._block("servers", ServerEntry, DatabaseServer)
        if "database" in data:
            self._flat_server(data["database"], servers)
        self._check_regions(regions, servers)
        self._check_pins(servers)
        for code, region in regions.items():
            self._check_agreement(region, ("regions", code))
        centers, positions = self._centers(data.get("centers"))
        return CentersFile(regions, servers, centers, positions, self._block_positions(regions, servers))

    def _block_positions(self, *blocks: dict[str, Any]) -> dict[tuple[str, str], Position]:
        places = {
            (name, code): (name, code)
            for name, block in zip(("regions", "servers"), blocks, strict=True)
            for code in block
        }
        return {place: self._document.key_position(path) for place, path in places.items()}

    def _block(self, name: str, entry_type: type[EntryType], model: Any) -> dict[str, EntryType]:
        block = self._document.data.get(name)
        if block is None:
            return {}
        if not isinstance(block, dict):
            self._add((name,), _("%(key)s must be a list of codes with their keys.") % {"key": name})
            return {}
        entries = {}
        for code, data in block.items():
            self._check_code((name, code))
            entry, problems = check_entry(self._document, (name, code), data, entry_type, model)
            self.problems += problems
            if entry is not None:
                entries[code] = entry
        known = self._regions_known if name == "regions" else self._servers_known
        known.update(block)
        return entries

    def _flat_server(self, data: Any, servers: dict[str, ServerEntry]) -> None:
        if DEFAULT_CODE in servers:
            self._add(("database",), _("Write either database or a server named default, not both."))
            return
        entry, problems = check_entry(self._document, ("database",), data, ServerEntry, DatabaseServer)
        self.problems += problems
        self._servers_known.add(DEFAULT_CODE)
        if entry is not None:
            servers[DEFAULT_CODE] = entry

    def _check_regions(self, regions: dict[str, RegionEntry], servers: dict[str, ServerEntry]) -> None:
        for code, server in servers.items():
            if server.region in self._regions_known:
                continue
            if server.region == DEFAULT_CODE:
                regions[DEFAULT_CODE] = RegionEntry(name=_("Default"))
                self._regions_known.add(DEFAULT_CODE)
                continue
            block: Path = ("servers", code) if ("servers", code) in self._document.values else ("database",)
            self._unknown_reference((*block, "region"), server.region, self._regions_known)

    def _check_pins(self, servers: dict[str, ServerEntry]) -> None:
        for code, server in servers.items():
            if server.tls == TlsPolicy.PINNED and not server.certificate:
                block: Path = ("servers", code) if ("servers", code) in self._document.values else ("database",)
                self._add((*block, "tls"), _("A pinned server needs its certificate: write it in PEM form."))

    def _centers(self, block: Any) -> tuple[tuple[CenterEntry, ...], dict[str, Position]]:
        if not isinstance(block, list) or not block:
            self._add(("centers",), _("The file needs the key centers with a list of centers."))
            return (), {}
        centers: list[CenterEntry] = []
        positions: dict[str, Position] = {}
        databases: dict[tuple[str, str], str] = {}
        for index, data in enumerate(block):
            path: Path = ("centers", index)
            self._check_twice(data, path, positions)
            entry, problems = check_entry(self._document, path, data, CenterEntry, Center)
            self.problems += problems
            if entry is None:
                continue
            centers.append(entry)
            self._check_server(entry, path)
            self._check_agreement(entry, path)
            self._check_database(entry, path, databases)
        return tuple(centers), positions

    def _check_twice(self, data: Any, path: Path, positions: dict[str, Position]) -> None:
        center_id = data.get("id") if isinstance(data, dict) else None
        if not isinstance(center_id, str):
            return
        if center_id in positions:
            values = {"id": center_id, "line": positions[center_id][0]}
            self._add((*path, "id"), _("The center id %(id)s stands already in line %(line)s.") % values)
        positions.setdefault(center_id, self._document.position(path))

    def _check_server(self, entry: CenterEntry, path: Path) -> None:
        if entry.server in self._servers_known:
            return
        if "server" in entry.model_fields_set:
            self._unknown_reference((*path, "server"), entry.server, self._servers_known)
            return
        self._add(path, _("The key server is missing: say on which server the center's database is."))

    def _check_database(self, entry: CenterEntry, path: Path, databases: dict[tuple[str, str], str]) -> None:
        place = (entry.server, entry.database.casefold())
        first = databases.setdefault(place, entry.id)
        if first != entry.id:
            self._add((*path, "database"), _("This is the database of %(id)s already.") % {"id": first})

    def _check_agreement(self, entry: RegionEntry | CenterEntry, path: Path) -> None:
        if entry.agreement_until and (entry.agreement_on is None or entry.agreement_until < entry.agreement_on):
            self._add((*path, "agreement_until"), agreement_sentence())

    def _check_code(self, path: Path) -> None:
        try:
            validate_code(path[-1])
        except ValidationError as error:
            self.problems.append(FileProblem(*self._document.key_position(path), " ".join(error.messages)))

    def _unknown_reference(self, path: Path, code: str, known: set[str]) -> None:
        values = {"key": path[-1], "code": code, "known": ", ".join(sorted(known)) or "–"}
        self._add(path, _("Unknown %(key)s %(code)s. Known are: %(known)s.") % values)

    def _add(self, path: Path, message: str) -> None:
        self.problems.append(FileProblem(*self._document.position(path), message))
