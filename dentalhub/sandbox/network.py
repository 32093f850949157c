"""A generated practice network on disk: what it consists of, how it is made and found again."""

import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from dentalhub.sandbox.center_source import make_center_source, make_truth
from dentalhub.sandbox.options import NetworkOptions
from dentalhub.sandbox.roster import NetworkCenter, NetworkServer, plan_roster
from dentalhub.sandbox.sqlite_file import write_sqlite_file

__all__ = ["Network", "NetworkCenter", "NetworkServer", "build_network", "load_network"]

# Raised whenever the same options would give other files, so that an old directory is not taken for a new one.
GENERATOR_VERSION = 1


@dataclass(frozen=True, slots=True)
class Network:
    """A network in ``directory``."""

    directory: Path
    options: NetworkOptions
    servers: tuple[NetworkServer, ...]
    centers: tuple[NetworkCenter, ...]

    def database_file(self, center: NetworkCenter) -> Path:
        """The SQLite file that plays the center's database."""
        return self.directory / center.file

    def truth_file(self, center: NetworkCenter) -> Path:
        """The ground truth of the center, as JSON."""
        return self.directory / "truth" / f"{center.center_id}.json"

    def centers_of(self, server: NetworkServer) -> tuple[NetworkCenter, ...]:
        """The centers whose databases are on this server, in roster order."""
        return tuple(center for center in self.centers if center.server == server.name)


def load_network(directory: Path) -> Network:
    """Read a generated network.

    Raises FileNotFoundError when the directory holds none and ValueError when another version made it.
    """
    document = json.loads(_manifest(directory).read_text(encoding="utf-8"))
    if document.get("generator_version") != GENERATOR_VERSION:
        raise ValueError(f"{directory} holds a network of another generator version.")
    options = {**document["options"], "until": date.fromisoformat(document["options"]["until"])}
    return Network(
        directory=directory,
        options=NetworkOptions(**options),
        servers=tuple(NetworkServer(**server) for server in document["servers"]),
        centers=tuple(NetworkCenter(**center) for center in document["centers"]),
    )


def build_network(
    directory: Path, options: NetworkOptions, advance: Callable[[str], None] = lambda center_id: None
) -> Network:
    """Make the network in ``directory``, or keep the one that is there when its options are the same.

    ``advance`` is told of each center that has been made.
    """
    kept = _existing(directory)
    if kept is not None and kept.options == options:
        return kept
    _clear(directory)
    roster = plan_roster(options)
    network = Network(directory, options, roster.servers, roster.centers)
    (directory / "databases").mkdir(parents=True)
    (directory / "truth").mkdir()
    servers = {server.name: server for server in network.servers}
    for center in network.centers:
        made = make_center_source(options, center)
        write_sqlite_file(network.database_file(center), made.source)
        truth = make_truth(made, servers[center.server])
        network.truth_file(center).write_text(_as_json(truth), encoding="utf-8")
        advance(center.center_id)
    # The manifest comes last: a build that was cut short is not taken for a network.
    _manifest(directory).write_text(_as_json(_document(network), indent=2), encoding="utf-8")
    return network


def _existing(directory: Path) -> Network | None:
    try:
        return load_network(directory)
    except (FileNotFoundError, ValueError):
        return None


def _clear(directory: Path) -> None:
    """Remove what an earlier build made and nothing else (the TLS files and the password stay)."""
    _manifest(directory).unlink(missing_ok=True)
    for name in ("databases", "truth"):
        shutil.rmtree(directory / name, ignore_errors=True)


def _manifest(directory: Path) -> Path:
    return directory / "network.json"


def _document(network: Network) -> dict[str, Any]:
    return {
        "generator_version": GENERATOR_VERSION,
        "seed": network.options.seed,
        "options": {**asdict(network.options), "until": network.options.until.isoformat()},
        "servers": [asdict(server) for server in network.servers],
        "centers": [asdict(center) for center in network.centers],
    }


def _as_json(document: dict[str, Any], indent: int | None = None) -> str:
    return json.dumps(document, ensure_ascii=False, indent=indent) + "\n"
