"""The secrets of a container installation as files, one each: made once and kept. `docker-compose.yml` names them."""

import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import rsa

from dentalhub.environment_file import MAKERS
from dentalhub.sandbox.tls import make_certificates

# The regions of the practice servers that docker-compose.yml has, each with a login of its own.
REGIONS = ("germany", "austria", "switzerland")
# The names under which these servers are reached, which their certificate bears.
SERVER_NAMES = ("sqlserver", *(f"sqlserver-{region}" for region in REGIONS), "localhost")
# In a container a process of another user reads the files; on this machine nobody passes the folder.
FOLDER_MODE = 0o700
FILE_MODE = 0o444


def write_missing_files(folder: Path) -> list[str]:
    """See that `folder` holds every secret and that only its owner can enter it; what is there stays.

    What belongs together is made anew together when a part of it is missing. Returns the names of the files that were
    made now. Raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(FOLDER_MODE)
    made: list[str] = []
    for names, make in _GROUPS.items():
        if all((folder / name).is_file() for name in names):
            continue
        for name, text in make().items():
            _write(folder / name, text)
            made.append(name)
    return made


def _write(file: Path, text: str) -> None:
    """Write the whole file or nothing of it."""
    unfinished = file.with_name(f".{file.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as target:
        target.write(text if text.endswith("\n") else f"{text}\n")
    unfinished.chmod(FILE_MODE)
    unfinished.replace(file)


def _one(name: str, make: Callable[[], str]) -> tuple[tuple[str], Callable[[], Mapping[str, str]]]:
    return (name,), lambda: {name: make()}


def _random() -> str:
    return secrets.token_urlsafe(32)


def _server_password() -> str:
    """Random, with what SQL Server's password policy asks for."""
    return f"{secrets.token_urlsafe(24)}-aA1"


def _own_database() -> str:
    return "sqlite:////data/dentalhub.sqlite3"


def _redis() -> dict[str, str]:
    """Redis's own password, and the two addresses that have it: tasks must not go when the cache is emptied."""
    password = _random()
    addresses = {name: f"redis://:{password}@redis:6379/{number}" for number, name in enumerate(_REDIS_ADDRESSES)}
    return {"redis_conf": f"requirepass {password}", **addresses}


def _certificates() -> dict[str, str]:
    """SQL Server takes RSA keys only."""
    made = make_certificates(SERVER_NAMES, rsa.generate_private_key(public_exponent=65_537, key_size=3072))
    contents = (made.ca, made.server, made.key)
    return {name: content.decode("ascii") for name, content in zip(_CERTIFICATES, contents, strict=True)}


_REDIS_ADDRESSES = ("broker_url", "cache_url")
_CERTIFICATES = ("practice_ca", "practice_certificate", "practice_key")
_GROUPS: dict[tuple[str, ...], Callable[[], Mapping[str, str]]] = dict(
    [
        _one("secret_key", MAKERS["DENTALHUB_SECRET_KEY"]),
        _one("secret_keys", MAKERS["DENTALHUB_SECRET_KEYS"]),
        _one("audit_key", _random),
        _one("pseudonym_key", _random),
        _one("metrics_token", _random),
        _one("grafana_password", _random),
        _one("database_url", _own_database),
        _one("sa_password", _server_password),
        *(_one(f"ivoris_{region}", _server_password) for region in REGIONS),
    ]
) | {("redis_conf", *_REDIS_ADDRESSES): _redis, _CERTIFICATES: _certificates}
FILES = tuple(name for names in _GROUPS for name in names)
