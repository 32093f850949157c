"""What all tests share: people in each role, and the practice network that the driver reads from.

`DENTALHUB_TEST_SERVER=mssql://user:password@host:port` points every test over the driver at a real SQL Server; without
it they run against the sandbox.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client, override_settings
from django.utils import translation

from dentalhub import odbc_runtime
from dentalhub.access import Role
from dentalhub.sandbox.network import Network, build_network
from dentalhub.sandbox.options import NetworkOptions, ServeOptions
from dentalhub.sandbox.process import SandboxProcess
from tests.real_server import create_databases

# Before any test module imports pyodbc: on a bare Debian its driver manager lies unpacked in the environment.
odbc_runtime.preload()

# A Friday: the five business days before it are one week.
LAST_DAY = date(2026, 11, 20)
PASSWORD = "correct horse battery staple"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last: Playwright leaves its event loop running, in which no other one can be started.

    Where several processes share the tests, each takes neighbours of one file together and in this order, since files
    have fixtures of their own, and tests that empty the database come behind all others that use it.
    """
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
    for number, (_path, neighbours) in enumerate(groupby(items, key=lambda item: item.path)):
        for item in neighbours:
            item.add_marker(pytest.mark.xdist_group(str(number)))


@dataclass(frozen=True, slots=True)
class PracticeServers:
    """Running servers with the databases of `network`; `centers_yml` is ready to import."""

    network: Network
    centers_yml: Path


@pytest.fixture(scope="session", autouse=True)
def quick_password_hashes() -> Iterator[None]:
    """Passwords are hashed hundreds of times in the tests; that they are hashed slowly elsewhere is Django's part."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """A request in German leaves its language behind in the thread; no test may inherit it."""
    with translation.override("en"):
        yield


@pytest.fixture(scope="session")
def network(tmp_path_factory: pytest.TempPathFactory) -> Network:
    """The files of 30 centers with five business days up to LAST_DAY, and their ground truth."""
    return build_network(tmp_path_factory.mktemp("network"), NetworkOptions(until=LAST_DAY))


@pytest.fixture(scope="session")
def sandbox(network: Network) -> Iterator[PracticeServers]:
    """The network, served for the whole session, with its password and CA in place for dentalhub."""

    real_server = os.environ.get("DENTALHUB_TEST_SERVER")
    with pytest.MonkeyPatch.context() as patch:
        if real_server:
            password, centers_yml = create_databases(real_server, network)
            patch.setenv("IVORIS_PASSWORD", password)
            yield PracticeServers(network, centers_yml)
            return
        with SandboxProcess(network.directory, ServeOptions()) as process:
            patch.setenv("IVORIS_PASSWORD", process.password)
            patch.setenv("SSL_CERT_FILE", str(process.ca_file))
            yield PracticeServers(network, process.centers_yml)


def _user(role: Role) -> User:
    user = User.objects.create_user(role.value, password=PASSWORD)
    # Tests that empty the database take what the migrations wrote along.
    user.groups.add(Group.objects.get_or_create(name=role.value)[0])
    return user


@pytest.fixture
def admin(db: None) -> User:
    """A network admin."""
    return _user(Role.ADMIN)


@pytest.fixture
def reviewer(db: None) -> User:
    """A reviewer."""
    return _user(Role.REVIEWER)


@pytest.fixture
def analyst(db: None) -> User:
    """An analyst."""
    return _user(Role.ANALYST)


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    """A browser in which the given person is signed in."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in
