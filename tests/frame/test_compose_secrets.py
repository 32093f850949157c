"""The secrets of the compose files: each is made, declared and read, by whom it is for, and in no variable."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dentalhub.secret_files import FILES, REGIONS, write_missing_files
from tests.frame.compose_files import (
    DOCUMENTS,
    LOADERS,
    ROOT,
    SERVERS,
    SERVICES,
    WORKERS,
    each_service,
    environment,
    interpolated,
    secrets_of,
)


@each_service
def test_every_file_that_a_service_reads_is_one_of_its_secrets(file: str, name: str, service: dict[str, Any]) -> None:
    said = [*environment(service).values(), *map(str, service.get("command", [])), *service.get("entrypoint", [])]
    said += service.get("healthcheck", {}).get("test", [])
    read = set(re.findall(r"/run/secrets/(\w+)", " ".join(said)))
    assert read - set(secrets_of(service)) == set()


@pytest.mark.parametrize("file", DOCUMENTS)
def test_every_secret_is_declared_used_and_made(file: str) -> None:
    document = DOCUMENTS[file]
    used = {source for service in document["services"].values() for source in secrets_of(service).values()}
    assert used == set(document["secrets"])
    files = {
        interpolated(secret["file"], {"Q_CLUSTER_NAME": "austria"}).rpartition("/")[2]
        for secret in document["secrets"].values()
    }
    assert files <= set(FILES)
    assert file == "region" or files == set(FILES)


def test_workers_of_a_region_know_its_password_and_no_other() -> None:
    known = {name: {secret for secret in secrets_of(SERVICES[name]) if "ivoris" in secret} for name in WORKERS}
    every = {f"ivoris_{region}" for region in REGIONS}
    expected = {f"worker-{region}": {f"ivoris_{region}"} for region in REGIONS}
    assert known == expected | {"worker": set(), "worker-interactive": every}
    assert every <= set(secrets_of(SERVICES["web"]))


def test_nobody_but_servers_and_loaders_knows_the_administrator_of_a_server() -> None:
    assert {name for name, service in SERVICES.items() if "sa_password" in secrets_of(service)} == {*SERVERS, *LOADERS}


@pytest.mark.parametrize("ignored", [".gitignore", ".dockerignore"])
def test_secrets_stay_out_of_repository_and_image(ignored: str) -> None:
    lines = {line.strip("/") for line in (ROOT / ignored).read_text(encoding="utf-8").splitlines()}
    assert "secrets" in lines
    assert lines & {".env", ".env*"}


@pytest.mark.parametrize("name", ["web", "migrate", *WORKERS])
def test_settings_accept_what_compose_gives_them(name: str, tmp_path: Path) -> None:
    """With the true files, at the place of /run/secrets and /data."""
    write_missing_files(tmp_path / "secrets")
    places = {"/run/secrets": str(tmp_path / "secrets"), "/data": str(tmp_path)}
    given = environment(SERVICES[name], {"DENTALHUB_CACHE_URL_FILE": "/run/secrets/cache_url"})
    for variable, value in given.items():
        beginning = next((place for place in places if value.startswith(place)), "")
        given[variable] = places.get(beginning, "") + value.removeprefix(beginning)
    own = {variable: value for variable, value in os.environ.items() if not variable.startswith(("DENTALHUB_", "Q_"))}
    code = (
        "import django; django.setup(); from django.conf import settings as s; from dentalhub import start_checks;"
        "start_checks.refuse_unsafe_start();"
        "assert all((s.SECRET_KEY, s.SECRET_KEYS, s.AUDIT_KEYS, s.METRICS_TOKEN));"
        "assert s.PSEUDONYM_KEY.isascii() and not s.PSEUDONYM_KEY.endswith(chr(10));"
        "print(s.OWN_QUEUE, s.DATABASES['default']['NAME'], s.CACHES['default']['BACKEND'].split('.')[-1])"
    )
    own["DJANGO_SETTINGS_MODULE"] = "dentalhub.settings"
    command = [sys.executable, "-c", code]
    answer = subprocess.run(command, cwd=ROOT, env=own | given, capture_output=True, text=True, check=True)
    assert answer.stdout == f"{WORKERS.get(name, '')} /data/dentalhub.sqlite3 RedisCache\n"
