"""Makes first_release.sql: run in a checkout of 5ad50d0, the last state in which every app had its first migrations only.

    git worktree add /tmp/first 5ad50d0
    cd /tmp/first
    DENTALHUB_DATA_DIR=/tmp/first/var DENTALHUB_SECRET_KEY=... .venv/bin/python make.py first_release.sql

The secret key is that of tests/secret_key.py, with which queued tasks are signed. What comes out: four centers with
approved mappings, run 1 that has read Monday and Tuesday, run 2 whose process died when two of four centers had landed
the whole week, run 3 that nobody has begun, and the tasks of runs 2 and 3 in the queue.
"""

import datetime as dt
import os
import sqlite3
import sys
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "dentalhub.settings"
sys.path.insert(0, str(Path.cwd()))
import django

django.setup()

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command

from centers.centers_import import apply_import, read_centers_file
from centers.models import Center
from dentalhub.demo_people import create_people
from dentalhub.sandbox.network import build_network
from dentalhub.sandbox.options import NetworkOptions, ServeOptions
from dentalhub.sandbox.process import SandboxProcess
from extraction import runner
from extraction.run_requests import request_run
from extraction.tasks import dispatch
from mappings.approval import approve
from mappings.discovery import discover_many
from mappings.models import Mapping
from mappings.versions import propose_for

FRIDAY = dt.date(2026, 11, 20)
MONDAY = FRIDAY - dt.timedelta(days=4)


def onboard(centers_yml: Path) -> None:
    apply_import(read_centers_file(centers_yml.read_text(encoding="utf-8")), User.objects.get(username="admin"))
    for outcome in discover_many(list(Center.objects.select_related("server")), 4, None):
        propose_for(outcome.center, outcome.discovery.snapshot)
    for mapping in Mapping.objects.select_related("center"):
        approve(mapping, User.objects.get(username="reviewer"), reason="Seen.")


def die_after(centers: int) -> None:
    """The process that works on a run is gone once so many centers have landed."""
    land, landed = runner.land, []

    def last_words(*args, **options):
        if len(landed) == centers:
            os._exit(9)
        landed.append(land(*args, **options))
        return landed[-1]

    runner.land = last_words


call_command("migrate", verbosity=0)
create_people()
network = build_network(Path("network"), NetworkOptions(until=FRIDAY, centers=4, servers=1, days=5, rows_per_day=3))
with SandboxProcess(network.directory, ServeOptions()) as sandbox:
    os.environ["IVORIS_PASSWORD"], os.environ["SSL_CERT_FILE"] = sandbox.password, str(sandbox.ca_file)
    onboard(sandbox.centers_yml)
    call_command("extract", "--from", str(MONDAY), "--to", str(MONDAY + dt.timedelta(days=1)))
    for first in (MONDAY, FRIDAY - dt.timedelta(days=2)):
        dispatch(request_run(None, first, FRIDAY, workers=1).run)
    if (child := os.fork()) == 0:
        django.db.connections.close_all()
        die_after(2)
        call_command("execute_run", 2)
    os.waitpid(child, 0)
django.db.connections.close_all()
with sqlite3.connect(settings.DATABASES["default"]["NAME"]) as database:
    Path(sys.argv[1]).write_text("\n".join(database.iterdump()) + "\n", encoding="utf-8")
