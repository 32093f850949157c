"""Logs in to sources and runs statements there. The only module that imports pyodbc, and only when it is needed.

pyodbc links a driver manager that a bare machine lacks; every page that reads no source works without it.
"""

import contextlib
import datetime as dt
import os
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, replace
from types import ModuleType
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _

from centers import connection_string, credentials, reachable, tls_probe
from centers.connection_pool import Connection, ConnectionPool
from centers.enums import Encryption, Isolation, TlsPolicy
from centers.exceptions import CredentialError, SecretStoreError, SourceError, SourceErrorKind
from centers.phase_times import PhaseTimes
from centers.pinned_files import pinned_file
from centers.secret import Secret
from centers.server_pools import ServerPools
from centers.server_spec import DEFAULT_DRIVER, ServerSpec
from centers.source_errors import error_of_kind, source_error
from centers.source_session import AnsiText, ResultSet, SourceConnection, error_parts
from centers.tcp_probe import Address, knock
from dentalhub import odbc_runtime

if TYPE_CHECKING:
    import pyodbc

__all__ = ["AnsiText", "ResultSet", "SourceConnection", "borrow", "close_all", "open_connection", "session_options"]
# SQL Server's number for a refused login, which it counts towards locking the account.
WRONG_PASSWORD = 18456
# Lends a session on a server.
Sessions = Callable[[ServerSpec], contextlib.AbstractAsyncContextManager[SourceConnection]]


@dataclass(frozen=True, slots=True)
class Login:
    """All that a login needs: the driver's module, what to connect to, and what stands before each batch."""

    spec: ServerSpec
    driver: ModuleType
    address: str
    password: Secret
    target: Secret
    preamble: str


def open_connection(spec: ServerSpec, address: Address | None = None) -> SourceConnection:
    """Probe, log in and prepare a session of the caller's own, who closes it. Raises SourceError.

    `address` is one that `reachable.resolve` gave and that answers; without it the host is resolved here.
    """
    login = prepare_login(spec, address)
    try:
        raw = _log_in(login)
    except SourceError as error:
        login = renewed_login(login, error)
        raw = _log_in(login)
    return SourceConnection(login.driver, prepared(login, raw), login.preamble)


def prepare_login(spec: ServerSpec, address: Address | None = None) -> Login:
    """Everything before the login itself: secret, address, probe, driver. Raises SourceError."""
    try:
        password = credentials.password_of(spec)
    except SecretStoreError as error:
        raise SourceError(SourceErrorKind.SECRET_STORE, str(error), transient=True) from error
    except CredentialError as error:
        raise SourceError(SourceErrorKind.CREDENTIAL, str(error)) from error
    preamble = session_options(spec)
    # Before anything is sent, for the password would go to whoever answers.
    if not spec.is_trusted(dt.datetime.now(dt.UTC)):
        raise error_of_kind(SourceErrorKind.TRUST)
    found = address or knock(reachable.resolve(spec.host, spec.port))
    if spec.tls == TlsPolicy.PINNED and spec.encrypt != Encryption.STRICT:
        # The driver compares certificates with Encrypt=strict only, so this handshake does it for the others.
        tls_probe.shake_hands(spec, found)
    place = found[1]
    driver = _load_driver()
    target = _target(spec, password, str(place[0]))
    return Login(spec, driver, str(place[0]), password, target, preamble)


def renewed_login(login: Login, error: SourceError) -> Login:
    """The same login with another password, where the source of the refused one has another by now.

    Raises `error` where not: a password is tried once, because the practice's server counts the wrong ones.
    """
    if error.number != WRONG_PASSWORD:
        raise error
    password = credentials.renewed(login.spec, login.password)
    if password is None:
        raise error
    return replace(login, password=password, target=_target(login.spec, password, login.address))


def _log_in(login: Login) -> "pyodbc.Connection":
    try:
        return login.driver.connect(login.target.reveal(), timeout=login.spec.login_timeout, autocommit=True)
    except login.driver.Error as error:
        raise login_error(error) from None


def _driver_pins(spec: ServerSpec) -> bool:
    return spec.tls == TlsPolicy.PINNED and spec.encrypt == Encryption.STRICT


def _target(spec: ServerSpec, password: Secret, address: str) -> Secret:
    library = str(odbc_runtime.driver_path()) if spec.driver == DEFAULT_DRIVER else spec.driver
    try:
        pinned = str(pinned_file(spec.certificate)) if _driver_pins(spec) else ""
        return connection_string.build(spec, password, address, driver=library, pinned_file=pinned)
    except (ValueError, OSError) as error:
        raise SourceError(SourceErrorKind.OTHER, str(error)) from None


def login_error(found: Exception) -> SourceError:
    """What the driver's error at a login means, without its text, which repeats what was sent to it.

    Before the login is done, silence speaks of the whole server.
    """
    error = source_error(*error_parts(found))
    return error_of_kind(SourceErrorKind.LOGIN_TIMEOUT) if error.kind is SourceErrorKind.TIMEOUT else error


def session_options(spec: ServerSpec) -> str:
    """What makes a batch polite to the practice, to stand before it. Raises ValueError on an unknown isolation."""
    isolation = Isolation(spec.isolation)
    return (
        f"SET NOCOUNT ON; SET LOCK_TIMEOUT {int(spec.lock_timeout_ms)}; SET DEADLOCK_PRIORITY LOW; "
        f"SET TRANSACTION ISOLATION LEVEL {isolation.value}; "
    )


@contextlib.contextmanager
def borrow(spec: ServerSpec) -> Iterator[SourceConnection]:
    """A session on the server, from this process's pool for `spec` and back to it. Raises SourceError."""
    asked = time.perf_counter()
    with _pools.of(spec).borrow() as connection:
        connection.times = PhaseTimes(login=time.perf_counter() - asked)
        yield connection


@contextlib.asynccontextmanager
async def borrow_now(spec: ServerSpec) -> AsyncIterator[SourceConnection]:
    """`borrow` for coroutines that `run_now` runs."""
    with borrow(spec) as connection:
        yield connection


def close_all() -> None:
    """Close every session that nobody uses, and forget refused logins."""
    for pools in _all_pools:
        pools.close_all()


def register_pools(pools: ServerPools[Any]) -> None:
    """Let `close_all` close these, too."""
    _all_pools.append(pools)


def pool_for(spec: ServerSpec, connect: Callable[[ServerSpec], Connection]) -> ConnectionPool[Connection]:
    """A pool for one server, which opens its sessions with `connect`."""
    return ConnectionPool(
        lambda: connect(spec), spec.max_connections, spec.login_timeout + 5.0, lambda: _secret_mark(spec)
    )


def _secret_mark(spec: ServerSpec) -> bytes:
    """Tells one secret from another without being one."""
    try:
        return credentials.password_of(spec).mark()
    except CredentialError:
        return b""


_pools: ServerPools[SourceConnection] = ServerPools(lambda spec: pool_for(spec, open_connection))
_all_pools: list[ServerPools[Any]] = [_pools]
_driver_lock = threading.Lock()
_driver_module: ModuleType | None = None
_was_forked = False


def _after_fork() -> None:
    global _driver_lock, _was_forked
    _driver_lock = threading.Lock()
    _was_forked = _was_forked or _driver_module is not None


os.register_at_fork(after_in_child=_after_fork)


def _load_driver() -> ModuleType:
    global _driver_module
    if _was_forked:
        # Another thread's lock inside OpenSSL may have been copied while it was held: a login could wait for ever.
        raise SourceError(
            SourceErrorKind.DRIVER,
            _("This process was forked from one that had read sources, which the driver does not bear. Start it anew."),
        )
    with _driver_lock:
        if _driver_module is None:
            _driver_module = _imported_driver()
        return _driver_module


def _imported_driver() -> ModuleType:
    # The order matters: pyodbc reads the environment and loads the driver manager when it is imported.
    try:
        configured = odbc_runtime.configure_environment(settings.DATA_DIR / "odbc")
        odbc_runtime.preload()
        import pyodbc
    except (ImportError, OSError) as error:
        raise SourceError(
            SourceErrorKind.DRIVER, odbc_runtime.missing() or error_of_kind(SourceErrorKind.DRIVER).message
        ) from error
    driver: ModuleType = pyodbc
    pyodbc.pooling = False
    # Makes pyodbc take up these settings now, so that nothing set later can switch pooling on.
    with contextlib.suppress(pyodbc.Error):
        pyodbc.drivers()
    if (reason := odbc_runtime.pooling_refusal(configured)) is not None:
        raise SourceError(SourceErrorKind.POOLING, reason)
    if settings.SOURCE_CA_FILE:
        # A file with only our authorities also saves the 25 ms that reading the system's bundle costs per login.
        os.environ["SSL_CERT_FILE"] = str(settings.SOURCE_CA_FILE)
    return driver


def prepared(login: Login, raw: "pyodbc.Connection") -> "pyodbc.Connection":
    """The driver's connection as sessions need it."""
    raw.timeout = login.spec.query_timeout  # holds for cursors made afterwards only
    # As UTF-16, so that the umlauts of VARCHAR do not depend on this machine's locale.
    raw.setdecoding(login.driver.SQL_CHAR, encoding="utf-16le", ctype=login.driver.SQL_WCHAR)
    return raw
