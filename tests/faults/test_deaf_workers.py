"""Real clusters that are killed or hear nothing any more: the watchdog says so, or the cluster ends itself."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.workplace import kill_group, wait_until
from tests.secret_key import SECRET_KEY
from tests.served import ROOT

pytestmark = pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs /proc")


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A migrated database of its own, with workers that take two seconds for long."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DENTALHUB_", "DATABASE_URL"))}
    found = kept | {
        "DENTALHUB_ENV_FILE": os.devnull,
        "DENTALHUB_DATA_DIR": str(tmp_path_factory.mktemp("deaf")),
        "DENTALHUB_SECRET_KEY": SECRET_KEY,
        "DENTALHUB_QUEUE_POLL_SECONDS": "0.1",
        "DENTALHUB_QUEUE_WORKERS": "1",
        "DENTALHUB_DEAF_SECONDS": "2",
        "DENTALHUB_LOG_LEVEL": "INFO",
        "DJANGO_SETTINGS_MODULE": "dentalhub.settings",
    }
    manage(found, "migrate", "--verbosity", "0")
    return found


def manage(environment: dict[str, str], *arguments: str) -> tuple[int, str]:
    """Run a command to its end; its exit code and what it printed."""
    command = [sys.executable, "-m", "django", *arguments]
    result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60)
    return result.returncode, result.stdout + result.stderr


def ring(environment: dict[str, str]) -> None:
    """Put a short task into the default queue."""
    script = "from django_q.tasks import async_task; async_task('time.sleep', 0)"
    assert manage(environment, "shell", "--verbosity", "0", "--command", script)[0] == 0


def children(process: int) -> list[int]:
    """The processes that `process` has started."""
    threads = Path(f"/proc/{process}/task").glob("*/children")
    return [int(child) for thread in threads for child in thread.read_text().split()]


@pytest.fixture
def cluster(environment: dict[str, str], tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The default queue's workers, which have done a task."""
    with (tmp_path / "output.log").open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "django", "qcluster"],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        ring(environment)
        wait_until(lambda: "Processed" in (tmp_path / "output.log").read_text())
        yield process
    kill_group(process)


def test_cluster_that_ignores_tasks_ends_itself(
    cluster: subprocess.Popen[bytes], environment: dict[str, str], tmp_path: Path
) -> None:
    (sentinel,) = children(cluster.pid)
    # Worker, monitor and pusher are alive and do nothing: django-q2 says that all is well.
    for child in children(sentinel):
        os.kill(child, signal.SIGSTOP)
    ring(environment)
    assert cluster.wait(timeout=20) == 1
    last = (tmp_path / "output.log").read_text().splitlines()[-1]
    assert last == "CommandError: The workers of dentalhub hear nothing any more; they have to be started anew."


def test_watchdog_hears_workers_until_they_are_killed(
    cluster: subprocess.Popen[bytes], environment: dict[str, str]
) -> None:
    ask = ("watchdog", "--queue", "dentalhub", "--max-age")
    assert manage(environment, *ask, "60")[0] == 0
    kill_group(cluster)
    time.sleep(1.5)
    code, text = manage(environment, *ask, "1")
    assert (code, "dentalhub: DEAF. Its workers were last heard of" in text) == (1, True)
    # Nobody has ever worked for the others.
    assert manage(environment, "watchdog", "--max-age", "60")[0] == 1


def test_cluster_without_work_stays(cluster: subprocess.Popen[bytes]) -> None:
    time.sleep(4)
    assert cluster.poll() is None
    cluster.send_signal(signal.SIGTERM)
    assert cluster.wait(timeout=20) == 0


def test_cluster_ends_also_when_all_its_processes_are_told_to(cluster: subprocess.Popen[bytes]) -> None:
    os.killpg(cluster.pid, signal.SIGTERM)
    cluster.wait(timeout=20)
