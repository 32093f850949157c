"""A whole installation of a benchmark's own: sandbox, web processes, clusters, people who are signed in."""

import http.client
import json
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from dentalhub.process_usage import cpu_seconds, family
from tests.faults.workplace import Workplace, wait_until
from tests.served import ROOT, free_port

# What a page that follows a run sends with each of its requests.
FOLLOWING = {"HX-Request": "true", "HX-Automatic": "1"}
COOKIE = "sessionid"


@dataclass(slots=True)
class Installation:
    """Processes around a workplace; all end with it."""

    place: Workplace
    port: int = field(default_factory=free_port)
    web: subprocess.Popen[bytes] | None = None
    clusters: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _variables: dict[str, tuple[str, dict[str, str]]] = field(default_factory=dict)

    def start_web(self, processes: int, threads: int) -> None:
        """gunicorn as it is deployed, and wait until it serves."""
        command = [sys.executable, "-m", "gunicorn", "--config", str(ROOT / "deploy" / "gunicorn_settings.py")]
        command += ["--bind", f"127.0.0.1:{self.port}", "--workers", str(processes), "--threads", str(threads)]
        command += ["--access-logfile", "/dev/null", "--log-level", "warning", "dentalhub.wsgi"]
        counts = Path(self.place.environment["DENTALHUB_DATA_DIR"]) / "counts"
        self.web = self.place.start(command, PROMETHEUS_MULTIPROC_DIR=str(counts))
        wait_until(lambda: self.get("/health/ready")[0] == 200, seconds=60)

    def start_cluster(self, name: str, queue: str, **variables: str) -> None:
        """Workers of a queue, under a name of this installation's own."""
        self._variables[name] = (queue, variables)
        self.clusters[name] = self.place.start(
            [sys.executable, "-m", "django", "qcluster", "--name", queue], **variables
        )

    def restart_cluster(self, name: str) -> None:
        """Start a killed one again, as it was."""
        queue, variables = self._variables[name]
        self.start_cluster(name, queue, **variables)

    def get(self, path: str, session: str = "", headers: dict[str, str] | None = None) -> tuple[int, bytes, float]:
        """Status, body and seconds of one request over a connection of its own; status 0 when there was no answer."""
        cookie = {"Cookie": f"{COOKIE}={session}"} if session else {}
        began = time.perf_counter()
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            connection.request("GET", path, headers=cookie | (headers or {}))
            answer = connection.getresponse()
            body = answer.read()
            connection.close()
        except (OSError, http.client.HTTPException):
            return 0, b"", time.perf_counter() - began
        return answer.status, body, time.perf_counter() - began

    def sessions(self, count: int) -> list[str]:
        """Session keys of so many analysts, each signed in."""
        command = [sys.executable, "-m", "tests.benchmarks.signed_in", str(count)]
        found = subprocess.run(
            command, cwd=ROOT, env=self.place.environment, capture_output=True, text=True, check=True
        )
        keys: list[str] = json.loads(found.stdout)
        return keys

    def run_to_its_end(self, day: str, seconds: float = 900) -> int:
        """Have the clusters do a run of all centers over one day; its key."""
        run = self.place.request(day=day)
        self.place.foreman("dispatch", run=run)
        self.wait_for(run, seconds)
        return run

    def wait_for(self, run: int, seconds: float = 900) -> None:
        """Look twice a second whether a run has ended; fails after so many seconds."""
        deadline = time.monotonic() + seconds
        while not self.place.progress(run)["is_finished"]:
            assert time.monotonic() < deadline, f"run {run} did not end:\n{self.place.output()[-3000:]}"
            time.sleep(0.5)

    def processor_seconds(self) -> dict[str, float]:
        """What the parts have used since their start, with those of their processes that have ended."""
        assert self.web is not None
        roots = {"web": self.web.pid, "sandbox": self.place.sandbox_pid}
        roots |= {f"workers of {name}": cluster.pid for name, cluster in self.clusters.items()}
        return {
            name: sum(cpu_seconds(pid, with_ended_children=True) for pid in family(root))
            for name, root in roots.items()
        }

    def days(self) -> list[str]:
        """The business dates that the network has."""
        found: list[str] = self.place.foreman("business_days", first=self.place.first, last=self.place.last)
        return found
