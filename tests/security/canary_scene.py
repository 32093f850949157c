"""Everything that dentalhub does with patients' values once: found, read, failed in every way, shown, taken away."""
# ruff: noqa: S608 # statements over names of our own database

import re
import sqlite3
import time
import uuid
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import requests

from dentalhub.sandbox.business_days import last_business_days
from extraction.run_requests import yesterday
from tests.security.canaries import STEM
from tests.security.canary_installation import Answer, Browser, Installation

DAYS = last_business_days(yesterday(), 2)
FIRST, LAST = DAYS[0].isoformat(), DAYS[-1].isoformat()
FORMATS = ("csv", "spreadsheet", "json", "jsonl", "xlsx")
HEALTHY = ("center_01", "center_02", "center_03")
_HIDDEN = re.compile(rb'<input type="hidden" name="([^"]+)" value="([^"]*)"')


# As some ticks do, hours one after the other; the workers may send what this does not.
_ALERT = """
from datetime import timedelta
from django.utils import timezone
from extraction.alert_models import Alert, AlertChannel, AlertMessage
from extraction.alerts.bundling import bundle
from extraction.alerts.evaluation import look_around
from extraction.alerts.sending import due_messages, send
AlertChannel.objects.create(
    name="all", kind="email", language="en", recipients="operator@example.org", time_zone="Europe/Berlin"
)
look_around()
Alert.objects.update(since=timezone.now() - timedelta(hours=5))
look_around()
bundle(timezone.now())
[send(key) for key in due_messages()]
print(AlertMessage.objects.count())
"""
# What the machine proposed is set right by the admin and approved by the reviewer.
_APPROVE_BY_TRUTH = """
from pathlib import Path
from django.contrib.auth.models import User
from dentalhub.sandbox.network import load_network
from mappings.approval import approve
from mappings.models import Mapping
from mappings.versions import edit
from tests.extraction.practice_network import mapping_document, truth_of
network = load_network(Path({network!r}))
admin, reviewer = User.objects.get(username="admin"), User.objects.get(username="reviewer")
for draft in Mapping.objects.filter(status="draft").select_related("center"):
    right = edit(draft, mapping_document(truth_of(network, draft.center.center_id)), admin)
    approve(right, reviewer, reason="the truth", all_looked_at=True)
"""


class Scene:
    """The people, each in a browser of their own, and what they do in turn."""

    def __init__(self, site: Installation) -> None:
        self.site = site
        self.admin, self.reviewer = site.browser("admin"), site.browser("reviewer")
        self.analyst, self.auditor = site.browser("analyst"), site.browser("auditor")
        self.token = site.shell(
            "from datetime import timedelta as t; from django.contrib.auth.models import User\n"
            "from dentalhub.access import Right, may; from dentalhub.tokens import issue\n"
            "user = User.objects.get(username='analyst')\n"
            "print(issue(user, 'canaries', [right for right in Right if may(user, right)], t(days=1)).text)"
        ).split()[-1]

    # --- from the sources to approved mappings ---------------------------------------------------------------------
    def onboard(self) -> None:
        """Import, discover, propose and approve with commands and pages; then the truth for what is not unambiguous."""
        self.site.manage("import_centers", str(self.site.sandbox.centers_yml))
        self.site.manage("discover_raw")
        self.site.manage("generate_mappings")
        page = self.reviewer.get(f"/mappings/{HEALTHY[0]}/1/")
        fields = {name.decode(): value.decode() for name, value in _HIDDEN.findall(page.body)}
        self.reviewer.post(f"/mappings/{HEALTHY[0]}/1/approve", fields | {"all_looked_at": "on", "reason": ""})
        self.site.shell(_APPROVE_BY_TRUTH.format(network=str(self.site.network.directory)))

    # --- runs ------------------------------------------------------------------------------------------------------
    def run(self, **also: str) -> int:
        """Start a run on its page; returns its number."""
        fields = {"date_from": FIRST, "date_to": LAST, "mode": "all", "idempotency_key": uuid.uuid4().hex}
        answer = self.analyst.post("/runs/start/", fields | {"with_closed": "on"} | also)
        found = re.search(r"/runs/(\d+)/", answer.url)
        assert found, answer.body
        return int(found[1])

    def wait(self, run: int) -> str:
        """Its state when it has ended."""
        wait_until(lambda: self.state_of(run) not in {"queued", "running"}, 90)
        return self.state_of(run)

    def state_of(self, run: int) -> str:
        return str(self.one(f"SELECT state FROM extraction_extractionrun WHERE id = {run}"))

    def one(self, query: str) -> object:
        """What the query finds in dentalhub's own database."""
        with closing(sqlite3.connect(self.site.database, timeout=20)) as database:
            return database.execute(query).fetchone()[0]

    def decide_held_days(self) -> int:
        """Look at the held days, accept the first, keep the second as it was; how many there were."""
        page = self.reviewer.get("/results/held/")
        days = sorted(set(re.findall(rb"/results/held/([^/]+/[^/]+)/accept/", page.body)))
        for day, decision in zip(days, ("accept", "keep"), strict=False):
            address = f"/results/held/{day.decode()}/{decision}/"
            found = re.search(rb'name="checksum" value="(\w+)"', self.reviewer.get(address).body)
            assert found
            self.reviewer.post(address, {"checksum": found[1].decode()})
        return len(days)

    def alert(self) -> int:
        """Tell of what is wrong by e-mail; how many messages."""
        return int(self.site.shell(_ALERT).split()[-1])

    # --- looking ---------------------------------------------------------------------------------------------------
    def browse(self) -> None:
        """Every page as everybody, and results by search, by pseudonym, with and without patients' own ids."""
        for browser in (self.admin, self.reviewer, self.analyst, self.auditor):
            browser.crawl("/")
        self.analyst.post("/results/", {"text": f"{STEM}t"})
        self.analyst.post("/results/", {"pseudonym": f"{STEM}p00123"})
        self.analyst.get("/results/", params={"text": "nobody"})
        self.analyst.post("/results/reveal/?all=1", {"reason": "quality", "note": ""})
        self.analyst.post("/results/reveal/?all=1", {"reason": "other", "note": ""})
        self.analyst.get("/results/figures/?all=1")
        patient = self.patient()
        fields = {"center": HEALTHY[0], "patient": patient, "reference": "request 1", "reason": "request"}
        for form in ("page", "json", "csv"):
            self.admin.post("/results/patients/record/", fields | {"form": form})
        self.admin.post("/results/patients/erase/", fields)
        self.admin.post("/results/patients/erase/", fields | {"confirm": "wrong"})

    def patient(self) -> str:
        query = "SELECT patient_id FROM extraction_chartentry e JOIN centers_center c ON c.id = e.center_id"
        return str(self.one(f"{query} WHERE c.center_id = '{HEALTHY[0]}' LIMIT 1"))

    def api(self, method: str, path: str, **options: Any) -> requests.Response:
        """An operation of the API with the analyst's token."""
        headers = {"Authorization": f"Bearer {self.token}"} | options.pop("headers", {})
        reply = requests.request(method, f"{self.site.url}/api/v1{path}", headers=headers, timeout=60, **options)
        said = "\n".join(f"{name}: {value}" for name, value in reply.headers.items())
        self.site.answers.append(Answer("token", method, str(reply.url), reply.status_code, said, reply.content))
        return reply

    def ask_the_api(self) -> None:
        """Entries with and without patients, and requests that are wrong in ways that quote what was sent."""
        for path in ("/centers", "/runs", "/runs/2/centers", "/slices", "/entries", "/exports", "/openapi.json"):
            self.api("GET", path, params={} if "centers" in path else None)
        patient = self.patient()
        for body in (
            {"date_from": FIRST, "text": STEM},
            {"date_from": FIRST, "reveal": True, "reason": "quality"},
            {"date_from": FIRST, "reveal": True},
            {"date_from": patient, "text": [patient]},
            {"pseudonym": patient},
            f"{STEM}t1 is no JSON",
        ):
            self.api("POST", "/entries/search", **({"data": body} if isinstance(body, str) else {"json": body}))
        self.api("GET", "/entries", params={"cursor": f"{STEM}t1"})
        requests.get(f"{self.site.url}/api/v1/entries", headers={"Authorization": f"Bearer {STEM}t1"}, timeout=60)

    def watch(self) -> None:
        """What machines that watch are told."""
        token = {"Authorization": f"Bearer {self.site.environment['DENTALHUB_METRICS_TOKEN']}"}
        watcher = Browser("watcher", self.site.url, self.site.answers)
        for path in ("/metrics", "/health", "/health/ready", "/health/live"):
            assert watcher.get(path, headers=token).status in {200, 503}
        for form in ("csv", "jsonl"):
            self.auditor.post("/audit/export/", {"format": form})

    # --- taking away -----------------------------------------------------------------------------------------------
    def export(self) -> None:
        """In every form and on every way; cancelled, broken off, failed, delivered and not delivered."""
        self.site.manage("extract", "--date", LAST, "-c", HEALTHY[0], "--format", "both", "--output", self._out())
        for form in FORMATS:
            for reason in ("", "quality"):
                fields = {"date_from": FIRST, "date_to": LAST, "format": form, "reason": reason, "note": ""}
                self.analyst.post("/results/export/", fields)
                self.analyst.post("/results/export/", fields | {"background": "1", "request_key": uuid.uuid4().hex})
                self.settle()
        self.analyst.post("/results/export/", {"format": "csv", "text": f"{STEM}t1", "background": "1"})
        self._break_off()
        self.admin.get("/results/exports/")
        for place in ("", *self.site.environment["DENTALHUB_EXPORT_DESTINATIONS"].split(",")):
            self._saved(place)
        self.settle()
        for export in range(1, 5):
            self.analyst.get(f"/results/exports/{export}/")
            self.analyst.get(f"/results/exports/{export}/file/")

    def _out(self) -> str:
        return str(self.site.folder / "delivered")

    def _break_off(self) -> None:
        """A browser that closes the connection in the middle of a download."""
        token = self.analyst.session.cookies.get("csrftoken", "")
        fields = {"date_from": FIRST, "format": "json", "reason": "quality", "csrfmiddlewaretoken": token}
        address = f"{self.site.url}/results/export/"
        with self.analyst.session.post(address, data=fields, stream=True, timeout=60) as reply:
            next(reply.iter_content(64))

    def _saved(self, place: str) -> None:
        # The second place is a link that leads out of itself.
        if place.endswith("closed") and not Path(place, "out").exists():
            Path(place, "out").symlink_to(self.site.folder)
        name = f"saved {place[-8:]}"
        fields = {"name": name, "days": "last_7_days", "format": "csv", "reason": "quality", "starts_at": "03:00"}
        also = {"destination": place, "folder": "out" if place.endswith("closed") else ""}
        self.admin.post("/results/exports/saved/new/", fields | also)
        for pk in re.findall(rb"/results/exports/saved/(\d+)/run/", self.admin.get("/results/exports/saved/").body):
            self.admin.post(f"/results/exports/saved/{pk.decode()}/run/", {"request_key": uuid.uuid4().hex})

    def settle(self) -> None:
        query = "SELECT count(*) FROM extraction_export WHERE state IN ('queued', 'running')"
        wait_until(lambda: self.one(query) == 0, 60)


def wait_until(condition: Callable[[], bool], seconds: float) -> None:
    """Wait for what other processes do; fails after so many seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
