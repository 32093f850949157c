"""A data directory of its own with a served network, in which real processes extract and may be killed."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import IO, Any

from dentalhub.process_usage import family
from dentalhub.sandbox.business_days import last_business_days
from dentalhub.sandbox.network import build_network
from dentalhub.sandbox.options import NetworkOptions, ServeOptions
from dentalhub.sandbox.process import SandboxProcess
from tests.served import ROOT, sandbox_environment

LAST_DAY = date(2026, 11, 20)
_ORPHAN_SECONDS = 5.0


class Foreman:
    """The process that acts in the workplace's database; see `tests.faults.foreman`."""

    def __init__(self, environment: dict[str, str], errors: IO[bytes]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.foreman"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            cwd=ROOT,
            env=environment,
            text=True,
        )

    def __call__(self, action: str, **arguments: Any) -> Any:
        """Have something done; returns what it gave."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"do": action, **arguments}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the foreman died"
        answer = json.loads(line)
        assert "error" not in answer, f"{action}: {answer['error']}"
        return answer["answer"]

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()


@dataclass(slots=True)
class Workplace:
    """``first`` and ``last`` are the business days that the network has. Processes are ended with the workplace."""

    directory: Path
    network: Path
    first: str
    last: str
    environment: dict[str, str]
    foreman: Foreman
    errors: IO[bytes]
    # The process that serves the sources.
    sandbox_pid: int = 0
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def database(self) -> Path:
        """dentalhub's own database."""
        return Path(self.environment["DENTALHUB_DATA_DIR"]) / "dentalhub.sqlite3"

    def request(self, only: list[str] | None = None, day: str | None = None) -> int:
        """A run of all centers over all days (default), or of some over one day; nobody works on it yet."""
        key: int = self.foreman("request", first=day or self.first, last=day or self.last, only=only)
        return key

    def start(self, command: Sequence[str], **variables: str) -> subprocess.Popen[bytes]:
        """Start a process as the leader of a group of its own; ``variables`` go before those of the workplace."""
        environment = self.environment | variables
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=self.errors, stderr=self.errors, start_new_session=True
        )
        self.started.append(process)
        return process

    def start_extractor(self, run: int) -> subprocess.Popen[bytes] | None:
        """The process that does a run's work; None when there is nothing that it could claim."""
        commands: list[list[str]] = self.foreman("commands", run=run)
        return self.start(commands[0]) if commands else None

    def progress(self, run: int) -> dict[str, Any]:
        """How far a run is; see `tests.faults.foreman.progress`."""
        found: dict[str, Any] = self.foreman("progress", run=run)
        return found

    def finish(self, run: int) -> None:
        """Let the leases end and do what is left, then what the run gave up in a run of its own."""

        def is_healed() -> bool:
            # Orphans of a killed cluster may take the work up first.
            self.foreman("expire", run=run)
            self.foreman("heal", run=run)
            return bool(self.progress(run)["is_finished"])

        wait_until(is_healed)
        only = self.foreman("missing", first=self.first, last=self.last, since=run)
        if only:
            assert self.foreman("heal", run=self.request(only)) == "succeeded"
        assert self.foreman("missing", first=self.first, last=self.last, since=run) == []

    def wrong(self) -> list[str]:
        """What is lost, doubled or untrue; empty when all is well."""
        found: list[str] = self.foreman("wrong", network=str(self.network), first=self.first, last=self.last)
        return found

    def settle(self) -> None:
        """Wait until the orphans of killed processes have ended; a cluster's own orphans never do, and are killed."""
        deadline = time.monotonic() + _ORPHAN_SECONDS
        while any(group_is_alive(one) for one in self.started) and time.monotonic() < deadline:
            time.sleep(0.05)
        for process in self.started:
            kill_group(process)
        self.started.clear()

    def output(self) -> str:
        """What all processes wrote."""
        self.errors.seek(0)
        return self.errors.read().decode("utf-8", "replace")

    def close(self) -> None:
        """Kill everything that is still there."""
        self.foreman.close()
        for process in self.started:
            kill_group(process)
        self.started.clear()


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """kill -9 of a process and all that it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def group_is_alive(process: subprocess.Popen[bytes]) -> bool:
    """Whether the process or anything that it started still runs."""
    process.poll()
    try:
        os.killpg(process.pid, 0)
    except ProcessLookupError:
        return False
    return True


def at_work(cluster: subprocess.Popen[bytes]) -> set[int]:
    """The shards that a cluster's own processes extract at this moment."""
    found = set()
    for process in family(cluster.pid):
        try:
            words = Path(f"/proc/{process}/cmdline").read_bytes().decode().split("\0")
        except OSError:
            continue
        if "execute_shard" in words:
            found.add(int(words[words.index("execute_shard") + 1]))
    return found


def wait_until(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait for something that another process does; fails after so many seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a workplace consists of."""

    centers: int = 20
    days: int = 5
    query_ms: int = 60
    workers: int = 4
    # The regions with workers of their own, as DENTALHUB_QUEUES has them.
    queues: str = ""
    # Environment variables of all processes beside those.
    variables: dict[str, str] = field(default_factory=dict)


@contextmanager
def workplace(directory: Path, plan: Plan) -> Iterator[Workplace]:
    """A migrated database with imported and mapped centers, whose sources are served meanwhile."""
    options = NetworkOptions(until=LAST_DAY, centers=plan.centers, servers=2, days=plan.days, rows_per_day=4)
    network = build_network(directory / "network", options)
    days = [day.isoformat() for day in last_business_days(LAST_DAY, plan.days)]
    with SandboxProcess(network.directory, ServeOptions()) as quick:
        template = _template(directory, quick)
    shutil.copytree(template, directory / "data")
    latency = ServeOptions(query_latency_ms=plan.query_ms)
    with (
        SandboxProcess(network.directory, latency) as process,
        (directory / "output.log").open("w+b") as errors,
    ):
        environment = sandbox_environment(directory / "data", process) | {
            "DENTALHUB_EXTRACTION_WORKERS": str(plan.workers),
            "DENTALHUB_QUEUES": plan.queues,
            **plan.variables,
        }
        foreman = Foreman(environment, errors)
        found = Workplace(
            directory, network.directory, days[0], days[-1], environment, foreman, errors, sandbox_pid=process.pid
        )
        try:
            found.foreman("move", centers_yml=str(process.centers_yml))
            yield found
        finally:
            found.close()


def _template(directory: Path, process: SandboxProcess) -> Path:
    """The data directory after set-up, made while the sources answer without delay."""
    data = directory / "template"
    data.mkdir()
    with (directory / "template.log").open("w+b") as errors:
        foreman = Foreman(sandbox_environment(data, process), errors)
        try:
            foreman("prepare", network=str(process.directory), centers_yml=str(process.centers_yml))
        finally:
            foreman.close()
    return data
