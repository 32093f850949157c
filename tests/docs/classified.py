"""What the test does with each command line of the guides; a new line must be put into one of these. *Pure*.

The lines of RUN are run in this order in an installation with 31 centers and the people of the demo. Where it says
`python`, something happens that a person or a worker does between two commands.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Run:
    """A line as the guides have it, and the exit code that they let expect.

    `typed` is the file with what somebody types; `more` is said because nobody sits at a terminal here.
    """

    text: str
    code: int = 0
    typed: str = ""
    more: str = ""


@dataclass(frozen=True, slots=True)
class Python:
    """What happens in between."""

    text: str


PEOPLE = Python(
    "from django.contrib.auth.models import User\n"
    "from centers.scope_changes import set_scope\n"
    "from dentalhub.demo_people import create_people\n"
    "create_people()\n"
    "[set_scope(person, all_regions=True) for person in User.objects.all()]"
)
APPROVED = Python(
    "from django.contrib.auth.models import User\n"
    "from mappings.approval import approve\n"
    "from mappings.models import Mapping\n"
    "reviewer = User.objects.get(username='reviewer')\n"
    "for mapping in Mapping.objects.exclude(center__center_id='center_31'):\n"
    "    approve(mapping, reviewer, expected_hash=mapping.content_hash, all_looked_at=True)"
)


def edited(code: str) -> Python:
    """Somebody adds an insurance code to the file."""
    return Python(
        "import json, pathlib\n"
        "file = pathlib.Path('center_31.json')\n"
        "document = json.loads(file.read_text())\n"
        f"document['insurance_codes'][{code!r}] = 'PKV'\n"
        "file.write_text(json.dumps(document))"
    )


PATIENT = Python(
    "import pathlib\n"
    "from extraction.models import ChartEntry\n"
    "entry = ChartEntry.objects.filter(center__center_id='center_01').first()\n"
    "pathlib.Path('typed').write_text(entry.patient_id)"
)
RUN: tuple[Run | Python, ...] = (
    Run("env/bin/dentalhub init"),
    Run("env/bin/dentalhub migrate"),
    Run("dentalhub check --database default"),
    Run("dentalhub check"),
    Run("dentalhub migrate --plan"),
    Run("dentalhub migrate"),
    Run("dentalhub create_person NAME --role admin --all-regions"),
    PEOPLE,
    Run("dentalhub import_centers centers.yml --dry-run"),
    Run("dentalhub import_centers centers.yml"),
    Run("dentalhub export_centers"),
    Run("dentalhub discover_raw --center center_31"),
    Run("dentalhub discover_raw --json"),
    Run("dentalhub generate_mappings"),
    Run("dentalhub export_mapping center_31 --output center_31.json"),
    edited("A"),
    Run("dentalhub import_mapping center_31.json --as reviewer"),
    Run("dentalhub show_mapping center_31 --diff"),
    Run("dentalhub approve_mapping center_31 --version 2 --as reviewer2"),
    edited("B"),
    Run("dentalhub import_mapping center_31.json --as reviewer"),
    edited("C"),
    Run("dentalhub import_mapping center_31.json --as reviewer"),
    Run("dentalhub show_mapping center_31 --diff 2 --version 4"),
    Run("dentalhub show_mapping center_31 --diff snapshot"),
    Run("dentalhub show_mapping center_31 --diff center_02 --json"),
    APPROVED,
    Run("dentalhub show_drift"),
    Run("dentalhub show_drift -c center_31 --json"),
    Run("dentalhub export_mapping --all mappings/"),
    Run("dentalhub import_mapping mappings/ --as reviewer"),
    Run("dentalhub export_vocabulary --output vocabulary.yml"),
    Run("dentalhub import_vocabulary vocabulary.yml --dry-run"),
    Run("dentalhub import_vocabulary vocabulary.yml"),
    Run("dentalhub verify --date 2026-11-20", 1),
    Run("dentalhub extract --from 2026-11-01 --to 2026-11-20 --missing"),
    Run("dentalhub extract --from 2026-11-01 --to 2026-11-20 --missing --closed"),
    Run("dentalhub extract --from 2026-11-01 --to 2026-11-20"),
    Run("dentalhub extract --date 2026-11-20 --failed --json"),
    Run("dentalhub extract --json"),
    Run("dentalhub extract"),
    Run("dentalhub extract --missing"),
    Run("dentalhub verify --date 2026-11-20"),
    Run("dentalhub verify --date 2026-11-20 --json"),
    Run("dentalhub list_schedules"),
    Run("dentalhub list_schedules --json"),
    Run("dentalhub set_schedule germany --at 02:30 --look-back 3 --as admin"),
    Run("dentalhub set_schedule germany --off"),
    Run("dentalhub set_schedule germany --on"),
    Run("dentalhub list_breakers"),
    Run("dentalhub reset_breaker server:CODE", 2),
    Run("dentalhub rediscover"),
    Run("dentalhub rotate_keys --new-key"),
    Run("dentalhub rotate_keys --dry-run"),
    Run("dentalhub rotate_keys"),
    Run("dentalhub rotate_secret_key --dry-run"),
    Run("dentalhub rotate_secret_key"),
    Run("dentalhub check --deploy --database default"),
    # No workers run here, which is what the watchdog is there for.
    Run("dentalhub watchdog", 1),
    # Austria has a queue where DENTALHUB_QUEUES says so; then `extract` would wait for its workers.
    Run("dentalhub watchdog --queue austria --max-age 300 --json", 2),
    Run("dentalhub apply_retention --dry-run"),
    Run("dentalhub apply_retention"),
    PATIENT,
    Run("dentalhub erase_patient --center center_01 --reference 2026-17 --as admin", typed="typed"),
    Run("dentalhub erase_patient --again"),
    Run("dentalhub verify_audit"),
    Run("dentalhub verify_audit --anchor /mnt/elsewhere/audit-anchors.jsonl"),
    Run(".venv/bin/python manage.py backup --keep 14"),
    Run(".venv/bin/python manage.py backup /mnt/backups/dentalhub.sqlite3 --json"),
    Run(".venv/bin/python manage.py restore /mnt/backups/dentalhub.sqlite3", more="--yes"),
)

_STAYS = "starts processes that stay"
_LONG = "takes minutes"
# Commands of ours that are read with the options of the command, and not run.
READ = {
    "dentalhub send_test_alert Operations": "needs a receiver that an admin has made",
    "dentalhub verify": "depends on what day yesterday was",
    "dentalhub createsuperuser": "asks on the terminal",
    "dentalhub qcluster": _STAYS,
    "dentalhub qcluster --name interactive": _STAYS,
    "dentalhub qcluster --name austria": _STAYS,
    "dentalhub serve": _STAYS,
    "env/bin/dentalhub serve": _STAYS,
    "dentalhub serve --queue dentalhub --queue interactive": _STAYS,
    "dentalhub sandbox --centers 30 --port 14330": _STAYS,
    "dentalhub sandbox --fault center_07=hang --fault center_08=wrong_password": _STAYS,
    "dentalhub init --secrets secrets": "test_secret_files does it",
    "dentalhub load_practice_server --host HOST --password-file FILE": "needs a SQL Server",
    "dentalhub benchmark": _LONG,
    "dentalhub benchmark --installed": _LONG,
    ".venv/bin/python manage.py benchmark --workers 50 100": _LONG,
    ".venv/bin/python manage.py benchmark --servers 500 --json": _LONG,
    ".venv/bin/python manage.py benchmark --installed --centers 20": _LONG,
    "python manage.py makemessages -l de --no-location --no-obsolete -i .venv -i var -i build": "changes the checkout",
    "python manage.py compilemessages -l de -i .venv -i var -i build": "changes the checkout",
}
# Other programs, of which nothing but the names of our files, targets, modules and units can be looked at here.
ELSEWHERE = {
    "python3 -m venv env && env/bin/pip wheel --no-deps --wheel-dir . PATH_OF_THE_CHECKOUT": "test_wheel does it",
    "env/bin/pip install dentalhub-*.whl": "test_wheel does it",
    ".venv/bin/python -m pip install --require-hashes --requirement requirements-s3.lock": "asks a package index",
    'git -C mappings add --all && git -C mappings commit -m "Mappings of today"': "git",
    "printf geheim > /run/secrets/ivoris_berlin && chmod 400 /run/secrets/ivoris_berlin": "a file of the machine's",
    "vault kv put -mount=secret ivoris/berlin password=geheim": "Vault",
    """aws secretsmanager create-secret --name ivoris/berlin --secret-string '{"password": "geheim"}'""": "AWS",
    """journalctl -u 'dentalhub-*' -o cat | grep '"request_id": "3f2a9c1e77b04d5a"'""": "systemd's log",
    "export TOKEN=dh_…": "a shell",
    "mkdir -p secrets": "a folder of the machine's",
}
# `dentalhub tick` is the name of a schedule.
NO_COMMANDS = {"dentalhub tick"}
