"""The network on disk: contents, determinism, keeping and rebuilding."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from dentalhub.sandbox.network import build_network, load_network
from dentalhub.sandbox.options import NetworkOptions
from tests.sandbox.generated_network import FRIDAY

SMALL = NetworkOptions(until=FRIDAY, centers=4, servers=2, rows_per_day=3, days=2)


def _digests(directory: Path) -> dict[str, str]:
    return {
        str(path.relative_to(directory)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }


def test_same_options_give_the_same_bytes(tmp_path: Path) -> None:
    build_network(tmp_path / "one", SMALL)
    build_network(tmp_path / "two", SMALL)
    assert _digests(tmp_path / "one") == _digests(tmp_path / "two")


def test_another_seed_gives_other_bytes(tmp_path: Path) -> None:
    build_network(tmp_path / "one", SMALL)
    build_network(tmp_path / "two", replace(SMALL, seed=8))
    assert set(_digests(tmp_path / "one").values()) & set(_digests(tmp_path / "two").values()) == set()


def test_loaded_network_equals_the_built_one(tmp_path: Path) -> None:
    built = build_network(tmp_path, SMALL)
    assert load_network(tmp_path) == built
    assert {path.name for path in tmp_path.iterdir()} == {"network.json", "databases", "truth"}
    assert all(built.database_file(center).is_file() for center in built.centers)
    assert sum((built.centers_of(server) for server in built.servers), ()) == built.centers


def test_manifest_names_seed_servers_and_traits(tmp_path: Path) -> None:
    build_network(tmp_path, SMALL)
    manifest = json.loads((tmp_path / "network.json").read_text(encoding="utf-8"))
    assert manifest["seed"] == 7
    assert manifest["servers"][0] == {"name": "sandbox-germany", "region": "germany", "login": "svc_extract"}
    assert [center["trait"] for center in manifest["centers"]] == ["standard", "standard", "clean", "standard"]


def test_same_options_keep_the_network(tmp_path: Path) -> None:
    network = build_network(tmp_path, SMALL)
    marker = network.truth_file(network.centers[0])
    marker.write_text("kept", encoding="utf-8")
    build_network(tmp_path, SMALL)
    assert marker.read_text(encoding="utf-8") == "kept"


def test_other_options_replace_the_network_and_nothing_else(tmp_path: Path) -> None:
    build_network(tmp_path, SMALL)
    (tmp_path / "password").write_text("secret", encoding="utf-8")
    network = build_network(tmp_path, replace(SMALL, centers=2))
    assert len(list((tmp_path / "databases").iterdir())) == 2
    assert load_network(tmp_path) == network
    assert (tmp_path / "password").read_text(encoding="utf-8") == "secret"


def test_build_that_was_cut_short_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "databases").mkdir()
    (tmp_path / "databases" / "DentalDB_01.sqlite3").write_bytes(b"half")
    network = build_network(tmp_path, SMALL)
    assert network.database_file(network.centers[0]).read_bytes().startswith(b"SQLite format 3")


def test_load_of_nothing_fails(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load_network(tmp_path)


def test_load_of_another_version_fails(tmp_path: Path) -> None:
    (tmp_path / "network.json").write_text('{"generator_version": 0}', encoding="utf-8")
    with pytest.raises(ValueError, match="another generator version"):
        load_network(tmp_path)
