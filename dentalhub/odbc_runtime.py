"""Where the ODBC driver manager and the SQL Server driver are, and how to get at them before pyodbc is imported.

Standard library only: set-up runs it in a bare environment, settings and system checks before Django is ready.
Call order in a process that reads sources: `configure_environment`, `preload`, then `import pyodbc`.
"""

import configparser
import ctypes
import functools
import importlib.util
import os
import platform
import re
import sys
import tempfile
from pathlib import Path

DRIVER_NAME = "ODBC Driver 18 for SQL Server"
# What the driver manager and the driver link, each after what it needs itself; set-up unpacks those the machine lacks.
UNPACKABLE = (
    "libkeyutils.so.1",
    "libcom_err.so.2",
    "libkrb5support.so.0",
    "libk5crypto.so.3",
    "libkrb5.so.3",
    "libgssapi_krb5.so.2",
    "libltdl.so.7",
    "libodbc.so.2",
)
MAC_LIBRARY_DIRECTORIES = ("/opt/homebrew/lib", "/usr/local/lib", "/opt/local/lib")
SYSTEM_DRIVER_FILES = ("/etc/odbcinst.ini", "/usr/local/etc/odbcinst.ini", "/opt/homebrew/etc/odbcinst.ini")
_SQL_HANDLE_ENV = 1
_SQL_ATTR_UNIXODBC_SYSPATH = 65001
# What unixODBC takes for a yes; wherever it stands in a file, rather refuse once too often.
_POOLING = re.compile(r"^\s*pooling\s*=\s*(?:1|y|on)", re.IGNORECASE | re.MULTILINE)
# glibc's and musl's words for a library that the loader does not find.
_NOT_FOUND = re.compile(r"^(?:Error loading shared library )?(\S+): (?:cannot open shared object|No such file)")


def unpacked_directory() -> Path:
    """Where set-up puts the libraries that it could not install system-wide."""
    return Path(sys.prefix) / "lib" / "odbc"


def preload() -> None:
    """Load the unpacked libraries that the system lacks, so that pyodbc and the driver find them by name.

    Does nothing where set-up unpacked nothing. Calling it again is harmless.
    """
    _load_unpacked()


def driver_path() -> Path | str:
    """The driver's library: the one registered on this machine, else the one that pip installed.

    Returns the driver's name when there is neither, which makes the driver manager's own error name it.
    """
    return _registered_driver() or _driver_from_wheel() or DRIVER_NAME


def missing_library() -> str | None:
    """The shared library that keeps sources from being read: its file name, or None when all load."""
    if sys.platform == "win32":  # the driver manager is part of Windows
        return None
    if (error := _load_unpacked() or _load_error(_manager_library())) is not None:
        return error
    driver = driver_path()
    return DRIVER_NAME if driver == DRIVER_NAME else _load_error(str(driver))


def missing() -> str | None:
    """One sentence that says what to do before sources can be read here, or None."""
    library = missing_library()
    if library is None:
        return None
    if library == DRIVER_NAME:
        return f"{DRIVER_NAME} is not installed: run `make setup`, which installs the package mssql-python-odbc."
    return f"{library} cannot be loaded, so no source can be read: {_remedy()}."


def configure_environment(directory: Path) -> Path:
    """Make the driver manager use an odbcinst.ini of ours in `directory`, with its connection pool off.

    unixODBC's pool hands a forked child's connection to another child; `pyodbc.pooling = False` alone does not
    switch it off. Drivers registered on the machine stay known by name. Returns the file's path; raises OSError
    when `directory` cannot be written. Must run before anything uses ODBC; `pooling_refusal` finds out whether it did.
    """
    _pooled_at_start()
    settings = _registered(_driver_files())
    if not settings.has_section("ODBC"):
        settings.add_section("ODBC")
    for key in [key for key in settings["ODBC"] if key.lower() == "pooling"]:
        settings.remove_option("ODBC", key)
    settings.set("ODBC", "Pooling", "No")
    driver = driver_path()
    if isinstance(driver, Path):
        if not settings.has_section(DRIVER_NAME):
            settings.add_section(DRIVER_NAME)
        settings.set(DRIVER_NAME, "Driver", str(driver))
    target = directory.resolve() / "odbcinst.ini"
    _write_if_changed(target, settings)
    os.environ["ODBCSYSINI"] = str(target.parent)
    os.environ["ODBCINSTINI"] = target.name
    return target


def pooling_refusal(configured: Path) -> str | None:
    """Why no source may be read in this process: one sentence when the driver manager keeps connections, else None.

    `configured` is what `configure_environment` returned. To be asked once pyodbc has its environment handle, for
    that is when the driver manager takes up its settings for good.
    """
    if sys.platform == "win32":  # there `pyodbc.pooling = False` does it
        return None
    if _directory_in_use() == configured.parent:
        culprit = configured if _pools(configured) else None
    else:
        culprit = _pooled_at_start()
    if culprit is None:
        return None
    return _pooling_sentence(culprit)


def pooling_beside(directory: Path) -> str | None:
    """One sentence when pooling would be on whatever `configure_environment(directory)` writes, else None.

    It writes the file in `directory` anew; the user's own one is read beside it, and no other.
    """
    own = Path(os.path.expanduser("~/.odbcinst.ini"))  # noqa: PTH111 # never raises
    target = directory / "odbcinst.ini"
    unwritable = target.is_file() and not os.access(target, os.W_OK)
    for file in [own, *([target] if unwritable else [])]:
        if sys.platform != "win32" and _pools(file):
            return _pooling_sentence(file)
    return None


@functools.cache
def _pooled_at_start() -> Path | None:
    """The file that switches pooling on with the environment that this process came with, or None."""
    files = [*_driver_files(), Path(os.path.expanduser("~/.odbcinst.ini"))]  # noqa: PTH111 # never raises
    return next((file for file in files if _pools(file)), None)


def _pooling_sentence(file: Path) -> str:
    return (
        f"ODBC connection pooling is switched on, which can hand one practice's rows to another: "
        f"set `Pooling = No` in the section [ODBC] of {file} and start again."
    )


def _pools(file: Path) -> bool:
    try:
        return _POOLING.search(file.read_text(encoding="utf-8", errors="replace")) is not None
    except OSError:
        return False


def _directory_in_use() -> Path | None:
    """Where the driver manager of this process looks for its odbcinst.ini, in its own words."""
    try:
        manager = ctypes.CDLL(_manager_library())
        handle, path = ctypes.c_void_p(), ctypes.create_string_buffer(4096)
        if manager.SQLAllocHandle(_SQL_HANDLE_ENV, None, ctypes.byref(handle)) != 0:
            return None
        found = manager.SQLGetEnvAttr(handle, _SQL_ATTR_UNIXODBC_SYSPATH, path, len(path), None) == 0
        manager.SQLFreeHandle(_SQL_HANDLE_ENV, handle)
    except (OSError, AttributeError):
        return None
    return Path(os.fsdecode(path.value)) if found else None


def _load_unpacked() -> str | None:
    """Load what the system lacks from the unpacked libraries; the first one that these still need, or None."""
    directory = unpacked_directory()
    for name in UNPACKABLE:
        if not (directory / name).is_file() or _load_error(name) is None:
            continue
        if (error := _load_error(str(directory / name))) is not None:
            return error
    return None


def _load_error(library: str) -> str | None:
    """Load `library`; None when that worked, else the name of the library that is not there."""
    try:
        ctypes.CDLL(library, mode=ctypes.RTLD_GLOBAL)
    except OSError as error:
        found = _NOT_FOUND.match(str(error))
        return found.group(1) if found else Path(library).name
    return None


def _manager_library() -> str:
    if sys.platform != "darwin":
        return "libodbc.so.2"
    candidates = (Path(directory) / "libodbc.2.dylib" for directory in MAC_LIBRARY_DIRECTORIES)
    return next((str(path) for path in candidates if path.is_file()), "libodbc.2.dylib")


def _driver_files() -> list[Path]:
    """The odbcinst.ini that the driver manager would read now, or none."""
    name = os.environ.get("ODBCINSTINI", "odbcinst.ini")
    if directory := os.environ.get("ODBCSYSINI"):
        return [path for path in (Path(directory) / name,) if path.is_file()]
    return [path for path in map(Path, SYSTEM_DRIVER_FILES) if path.is_file()][:1]


def _registered_driver() -> Path | None:
    settings = _registered(_driver_files())
    entry = settings[DRIVER_NAME] if settings.has_section(DRIVER_NAME) else {}
    path = next((value for key, value in entry.items() if key.lower() == "driver"), "")
    return Path(path) if path and Path(path).is_file() else None


def _registered(files: list[Path]) -> configparser.ConfigParser:
    """What the files say; one that cannot be understood counts as empty."""
    settings = _ini()
    for file in files:
        try:
            settings.read_string(file.read_text(encoding="utf-8", errors="replace"))
        except (OSError, configparser.Error):
            continue
    return settings


def _driver_from_wheel() -> Path | None:
    spec = importlib.util.find_spec("mssql_python_odbc")
    if spec is None or spec.origin is None:
        return None
    libraries = Path(spec.origin).parent / "libs"
    found = sorted(
        path for path in libraries.rglob("*msodbcsql*18*") if ".so" in path.name or path.suffix in {".dylib", ".dll"}
    )
    machine = {"aarch64": "arm64", "amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    found = [path for path in found if machine in path.parts or (machine == "x86_64" and "x64" in path.parts)] or found
    return next((path for path in found if _distribution_folder() in path.parts), found[0] if found else None)


def _distribution_folder() -> str:
    """The wheel's folder for this Linux distribution."""
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        return "debian_ubuntu"
    family = f"{release.get('ID', '')} {release.get('ID_LIKE', '')}"
    families = {
        "debian": "debian_ubuntu",
        "ubuntu": "debian_ubuntu",
        "rhel": "rhel",
        "fedora": "rhel",
        "suse": "suse",
        "alpine": "alpine",
    }
    return next((folder for word, folder in families.items() if word in family), "debian_ubuntu")


def _remedy() -> str:
    if sys.platform == "darwin":
        return "run `brew install unixodbc`"
    remedies = {
        "debian_ubuntu": "run `make setup` again, or `apt-get install libodbc2 libgssapi-krb5-2` as root",
        "rhel": "run `dnf install unixODBC krb5-libs` as root",
        "suse": "run `zypper install libodbc2 krb5` as root",
        "alpine": "run `apk add unixodbc krb5-libs` as root",
    }
    return remedies[_distribution_folder()]


def _ini() -> configparser.ConfigParser:
    settings = configparser.ConfigParser(interpolation=None, strict=False)
    settings.optionxform = str  # type: ignore[assignment,method-assign]  # names keep their case
    return settings


def _write_if_changed(target: Path, settings: configparser.ConfigParser) -> None:
    """Replace the file at once, so that a process that connects meanwhile reads the old or the new one whole."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=target.parent, prefix=".odbcinst", delete=False) as new:
        settings.write(new)
    if target.is_file() and target.read_text(encoding="utf-8") == Path(new.name).read_text(encoding="utf-8"):
        Path(new.name).unlink()
    else:
        Path(new.name).replace(target)
