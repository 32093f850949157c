"""The project's wheel alone, in an environment that has its dependencies and nothing of this checkout."""

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("dentalhub", "centers", "mappings", "extraction", "templates")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, because setuptools leaves its own files beside the sources."""
    folder = tmp_path_factory.mktemp("wheel")
    for name in FOLDERS:
        shutil.copytree(ROOT / name, folder / "source" / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, folder / "source" / name)
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index", "--no-build-isolation"]
    subprocess.run([*build, "--wheel-dir", str(folder), str(folder / "source")], check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with the wheel; its dependencies come from this one."""
    folder = tmp_path_factory.mktemp("installed")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    install = [sys.executable, "-m", "pip", "--quiet", "--python", str(folder / "bin" / "python"), "install"]
    subprocess.run([*install, "--no-deps", "--no-index", str(wheel)], check=True, capture_output=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    (packages / "dependencies.pth").write_text(f"{sysconfig.get_path('purelib')}\n", encoding="utf-8")
    return folder


def dentalhub(environment: Path, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    variables = {
        name: value for name, value in os.environ.items() if not name.startswith(("DENTALHUB", "DJANGO", "PYTEST"))
    }
    variables |= {"HOME": str(home), "XDG_DATA_HOME": ""}
    variables.pop("PYTHONPATH", None)
    command = [str(environment / "bin" / "dentalhub"), *arguments]
    return subprocess.run(command, cwd=home, env=variables, capture_output=True, text=True, timeout=120, check=False)


def test_the_wheel_has_every_file_that_is_no_module(wheel: Path) -> None:
    packed = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        str(path.relative_to(ROOT))
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert wanted - packed == set()
    assert not [name for name in packed if name.startswith(("tests/", "deploy/"))]


def test_the_installed_command_sets_up_and_answers_pages(environment: Path, tmp_path: Path) -> None:
    before = dentalhub(environment, tmp_path, "check")
    assert before.returncode != 0
    assert "dentalhub init" in before.stderr

    assert dentalhub(environment, tmp_path, "init").returncode == 0
    keys = tmp_path / ".local" / "share" / "dentalhub" / "dentalhub.env"
    assert keys.stat().st_mode & 0o777 == 0o600
    migrated = dentalhub(environment, tmp_path, "migrate", "--verbosity", "0")
    assert migrated.returncode == 0, migrated.stderr
    assert (keys.parent / "dentalhub.sqlite3").is_file()

    code = (
        "import dentalhub; from django.test import Client; from mappings.matcher import confidence; "
        "from dentalhub.processes import command_line; "
        "page = Client().get('/accounts/login/', headers={'host': 'localhost'}); "
        "print(page.status_code, b'dentalhub' in page.content, dentalhub.__file__, command_line('x')[1:])"
    )
    shown = dentalhub(environment, tmp_path, "shell", "--no-imports", "-c", code)
    assert shown.returncode == 0, shown.stderr
    status, has_name, module, *command = shown.stdout.split()
    assert (status, has_name, " ".join(command)) == ("200", "True", "['-m', 'dentalhub', 'x']")
    assert module.startswith(str(environment))
    assert dentalhub(environment, tmp_path, "list-centers").returncode == 0
