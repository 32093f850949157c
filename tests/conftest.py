"""What all tests share: people in each role, and the practice network that the driver reads from.

`DENTALHUB_TEST_SERVER=mssql://user:password@host:port` points every test over the driver at a real SQL Server; without
it they run against the sandbox.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from django.apps import AppConfig
from django.contrib.auth.models import Group, User
from django.db import connection
from django.db.models.signals import post_migrate
from django.test import Client, override_settings
from django.utils import translation
from pytest_django.plugin import DjangoDbBlocker
from xdist.remote import Producer

from dentalhub import cache_settings, odbc_runtime
from dentalhub.access import Role
from dentalhub.audit_head import begin_chain
from dentalhub.audit_models import AuditHead
from dentalhub.audit_triggers import drop_statements
from dentalhub.sandbox.network import Network, build_network
from dentalhub.sandbox.options import NetworkOptions, ServeOptions
from dentalhub.sandbox.process import SandboxProcess
from tests.neighbours import NeighbourScheduling
from tests.real_server import create_network
from tests.scopes import sees_all_regions

# Before any test module imports pyodbc: on a bare Debian its driver manager lies unpacked in the environment.
odbc_runtime.preload()

# Sources on this machine, for every process that a test starts; this one gets it from `on_the_sandbox`.
os.environ["DENTALHUB_SANDBOX"] = "1"
# Commands speak the language of their terminal; tests read English ones.
os.environ["LC_ALL"] = "C.UTF-8"

# A Friday: the five business days before it are one week.
LAST_DAY = date(2026, 11, 20)
PASSWORD = "correct horse battery staple"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last: Playwright leaves its event loop running, in which no other one can be started."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> NeighbourScheduling | None:
    """With `--dist=loadfile`, which says nearly the same."""
    return NeighbourScheduling(config, log) if config.getoption("dist") == "loadfile" else None


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


@pytest.fixture(scope="session", autouse=True)
def cache_in_memory() -> Iterator[None]:
    """Tests that count queries should not count those of the shared cache, which has tests of its own."""
    with override_settings(CACHES={"default": cache_settings.cache("locmemcache://")}):
        yield


@pytest.fixture(scope="session", autouse=True)
def fresh_answers() -> Iterator[None]:
    """No test is shown what the one before it saw of a run with the same key."""
    with override_settings(SHARED_ANSWER_SECONDS=0):
        yield


@pytest.fixture(scope="session", autouse=True)
def on_the_sandbox() -> Iterator[None]:
    """Sources on this machine are allowed, as in a demo."""
    with override_settings(SANDBOX=True):
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The database of the tests without the triggers of the audit trail.

    Some tests empty the database when they end, which the triggers refuse. Tests about them make them anew.
    """
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for statement in drop_statements(connection.vendor):
            cursor.execute(statement)
    post_migrate.connect(_begin_chain_again, dispatch_uid="the chain after a test that emptied the database")


def _begin_chain_again(app_config: AppConfig, **_: object) -> None:
    if app_config.name == "dentalhub" and not AuditHead.objects.exists():
        begin_chain()


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
            password, centers_yml = create_network(real_server, network)
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
    sees_all_regions(user)
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
def auditor(db: None) -> User:
    """An auditor."""
    return _user(Role.AUDITOR)


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    """A browser in which the given person is signed in."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in
