"""A password that was changed in Vault is found at the next login, and a wrong one is tried once."""

import asyncio
import itertools
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import yaml
from pytest_django import Settings

from centers import event_loop
from centers.async_connection import borrow_in_loop
from centers.connection import borrow, close_all
from centers.credentials import forget_all, password_of
from centers.exceptions import SourceError, SourceErrorKind
from centers.server_spec import ServerSpec
from centers.source_errors import breaker_scope, retry_limit
from dentalhub.sandbox.network import build_network
from dentalhub.sandbox.options import NetworkOptions, ServeOptions
from dentalhub.sandbox.process import SandboxProcess
from tests.centers.vault_server import FakeVault, serving
from tests.conftest import LAST_DAY

pytestmark = pytest.mark.skipif("DENTALHUB_TEST_SERVER" in os.environ, reason="Only the sandbox counts its logins.")
_timeouts = itertools.count(1000)
REFERENCE = "vault:secret/berlin#password"


@dataclass
class Place:
    """A practice server that counts logins, and the vault with its password."""

    process: SandboxProcess
    vault: FakeVault
    spec: ServerSpec
    before: int = 0

    @property
    def logins(self) -> int:
        return sum(self.process.logins().values()) - self.before

    def put(self, password: str) -> None:
        self.vault.secrets["secret/berlin"] = {"password": password}


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    network = build_network(
        tmp_path_factory.mktemp("renewed"), NetworkOptions(until=LAST_DAY, centers=1, servers=1, days=1, rows_per_day=1)
    )
    with (
        SandboxProcess(network.directory, ServeOptions()) as running,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("SSL_CERT_FILE", str(running.ca_file))
        yield running


@pytest.fixture
def place(process: SandboxProcess, settings: Settings) -> Iterator[Place]:
    close_all()
    forget_all()
    (server,) = yaml.safe_load(process.centers_yml.read_text(encoding="utf-8"))["servers"].values()
    with serving(FakeVault()) as vault:
        settings.VAULT_ADDRESS, settings.VAULT_TOKEN = vault.url, "t-good"
        # Another timeout is another pool, which does not know yet that the server lets several in at once.
        spec = ServerSpec(server["host"], server["port"], server["user"], REFERENCE, lock_timeout_ms=next(_timeouts))
        found = Place(process, vault, spec)
        found.before = sum(process.logins().values())
        yield found
    close_all()
    forget_all()


def answer(spec: ServerSpec, engine: str = "threads") -> list[tuple[object, ...]]:
    async def ask() -> list[tuple[object, ...]]:
        async with borrow_in_loop(spec) as session:
            return (await session.ask("SELECT 1 AS one"))[0].rows

    if engine == "asyncio":
        return asyncio.run_coroutine_threadsafe(ask(), event_loop.event_loop()).result(30)
    with borrow(spec) as session:
        return session.query("SELECT 1 AS one")[0].rows


def refused(spec: ServerSpec) -> SourceError:
    with pytest.raises(SourceError) as caught, borrow(spec):
        pass
    return caught.value


@pytest.mark.parametrize("engine", ["threads", "asyncio"])
def test_changed_password_is_found_in_spite_of_the_memory(place: Place, engine: str) -> None:
    place.put("former")
    # Into the memory, as an earlier run has left it there.
    assert password_of(place.spec).reveal() == "former"
    place.put(place.process.password)
    assert answer(place.spec, engine) == [(1,)]
    assert place.logins == 2
    assert password_of(place.spec).reveal() == place.process.password


def test_wrong_password_in_vault_is_tried_once_by_twenty_threads(place: Place, settings: Settings) -> None:
    # Also without any memory.
    settings.CREDENTIAL_CACHE_SECONDS = 0
    place.put("wrong")
    told: list[int | None] = []
    threads = [threading.Thread(target=lambda: told.append(refused(place.spec).number)) for _number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (told, place.logins) == ([18456] * 20, 1)
    assert [refused(place.spec).number for _time in range(3)] == [18456] * 3
    assert place.logins == 1
    place.put(place.process.password)
    assert answer(place.spec) == [(1,)]
    assert place.logins == 2


def test_vault_that_fails_after_a_refusal_makes_nobody_try_again(place: Place, settings: Settings) -> None:
    place.put("wrong")
    assert refused(place.spec).number == 18456
    settings.CREDENTIAL_CACHE_SECONDS = 0
    place.vault.status = 503
    assert [refused(place.spec).kind for _time in range(2)] == [SourceErrorKind.SECRET_STORE] * 2
    place.vault.status = 0
    assert [refused(place.spec).number for _time in range(2)] == [18456] * 2
    assert place.logins == 1


def test_vault_that_is_away_is_no_wrong_password(place: Place) -> None:
    place.vault.status = 503
    error = refused(place.spec)
    assert (error.kind, error.number, error.transient, retry_limit(error), breaker_scope(error.kind)) == (
        SourceErrorKind.SECRET_STORE,
        None,
        True,
        2,
        None,
    )
    assert place.logins == 0
    place.vault.status = 0
    place.put(place.process.password)
    assert answer(place.spec) == [(1,)]
