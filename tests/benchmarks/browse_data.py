"""A network of results in SQLite for `browse_speed`, made by the database itself: 5 million entries in minutes."""
# ruff: noqa: S608 # names and numbers of this file

import datetime as dt
import json
import os
import random
from pathlib import Path
from typing import TYPE_CHECKING

from centers.search_text import fold

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper
    from django.test import Client

LAST = dt.date(2026, 11, 20)
PATIENTS_PER_CENTER = 2000
# Chosen by the entry's number, so that anybody can count them again.
RARE_EVERY = 250_007
RARE_TEXT = "Wurzelspitzenresektion regio 36, Verschluß mit Größenkorrektur"
RARE_CODE = "9999"
ENTRIES_PER_SLICE = (10, 31)

_WORDS = """Füllung Kompositfüllung zweiflächig dreiflächig Zahn 36 46 21 Anästhesie Ultracain Kofferdam gelegt
Patientin
beschwerdefrei Kontrolle in sechs Monaten Zahnstein entfernt Prophylaxe Röntgenbild OPG ohne Befund Krone eingesetzt
präpariert Abdruck genommen provisorisch zementiert Okklusion überprüft eingeschliffen Aufklärung über Risiken erfolgt
Extraktion Naht Schmerzen seit gestern Vitalitätsprobe positiv Parodontitis Taschentiefe gemessen""".split()  # noqa: SIM905 # to be read and changed as words
_CODES = ("01", "Ä1", "2060", "2080", "0090", "0100", "1040", "4050", "5000", "2197", "Ä5000", "0080", "2020", "4000")


def client_of(folder: Path) -> "Client":
    """Set Django up on the database in `folder` and sign an analyst in."""
    os.environ["DENTALHUB_DATA_DIR"] = str(folder)
    os.environ.pop("DATABASE_URL", None)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dentalhub.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from django.conf import settings
    from django.contrib.auth.models import Group, User
    from django.test import Client

    from tests.scopes import sees_all_regions

    # As in production, whatever the machine's own settings are.
    settings.DEBUG = False
    settings.ALLOWED_HOSTS = ["testserver"]
    person, _created = User.objects.get_or_create(username="analyst")
    person.groups.add(Group.objects.get_or_create(name="analyst")[0])
    sees_all_regions(person)
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(person)
    return client


def make(centers: int, days: int) -> None:
    """Fill an empty database: a slice for each center on each of the last `days` weekdays, 20 entries in the middle."""
    from django.db import connection

    from extraction.figure_filling import fill_figures
    from extraction.models import ChartEntry, SliceFigures

    _make_centers(centers)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=OFF")
        cursor.execute("PRAGMA temp_store=MEMORY")
        _make_choices(cursor, days)
        for statement in _STATEMENTS:
            cursor.execute(statement)
    fill_figures(ChartEntry, SliceFigures)


def _make_centers(count: int) -> None:
    from django.utils import timezone

    from centers.models import Center, DatabaseServer, Region
    from mappings.models import Mapping, SchemaSnapshot

    servers = []
    for number, area in enumerate(("DE-BY", "AT-9", "CH-ZH"), start=1):
        region = Region.objects.create(code=f"r{number}", name=f"Region {number}", holiday_area=area)
        servers.append(
            DatabaseServer.objects.create(
                code=f"s{number}", region=region, host="localhost", user="u", credential="env:IVORIS_PASSWORD"
            )
        )
    made = Center.objects.bulk_create(
        Center(
            center_id=f"center_{number:04}", name=f"Praxis {number}", server=servers[number % 3], database=f"D{number}"
        )
        for number in range(1, count + 1)
    )
    now = timezone.now()
    snapshot = SchemaSnapshot.objects.create(
        center=made[0], fingerprint="0" * 64, content={}, table_count=0, column_count=0, seen_at=now
    )
    Mapping.objects.create(
        center=made[0], version=1, status="approved", snapshot=snapshot, content={}, content_hash="0" * 64
    )


def _make_choices(cursor: "CursorWrapper", days: int) -> None:
    chance = random.Random(1)
    texts = [" ".join(chance.choices(_WORDS, k=chance.randint(5, 22))) for _ in range(5000)]
    lists = [json.dumps(chance.choices(_CODES, k=chance.randint(1, 3)), ensure_ascii=False) for _ in range(500)]
    weekdays, day = list[str](), LAST
    while len(weekdays) < days:
        weekdays += [day.isoformat()] if day.weekday() < 5 else []
        day -= dt.timedelta(days=1)
    for name, values in (("texts", texts), ("lists", lists), ("days", weekdays[::-1])):
        cursor.execute(f"CREATE TEMP TABLE {name} (id INTEGER PRIMARY KEY, value TEXT, folded TEXT)")
        rows = [(number, value, fold(value)) for number, value in enumerate(values)]
        cursor.executemany(f"INSERT INTO {name} VALUES (%s, %s, %s)", rows)
    cursor.execute("CREATE TEMP TABLE places (id INTEGER PRIMARY KEY)")
    cursor.executemany("INSERT INTO places VALUES (%s)", [(number,) for number in range(1, ENTRIES_PER_SLICE[1])])


_FEWEST, _SPREAD = ENTRIES_PER_SLICE[0], ENTRIES_PER_SLICE[1] - ENTRIES_PER_SLICE[0]
# Numbers that look drawn and are the same each time.
_COUNT = f"({_FEWEST} + (d.id * 7919 + c.id * 104729) % {_SPREAD})"
_NUMBER = "((d.id * 1000 + c.id) * 40 + p.id)"
_DRAWN = f"(({_NUMBER} * 2654435761) % 4294967291)"
_STATEMENTS = (
    """INSERT INTO extraction_extractionrun (id, date_from, date_to, state, mode, "trigger", idempotency_key,
    request_digest, workers, cancel_requested, requested_at)
    SELECT d.id + 1, d.value, d.value, 'succeeded', 'all', 'schedule', d.value, '', 50, 0,
    d.value || ' 22:00:00' FROM days d""",
    """INSERT INTO extraction_centerrun (run_id, center_id, mapping_id, days, state, attempts, slice_count,
    entry_count, undated_count, held_count, duration_ms, error_kind, error_message)
    SELECT d.id + 1, c.id, 1, '', CASE WHEN (d.id * 31 + c.id) % 50 = 0 THEN 'failed' ELSE 'succeeded' END, 1, 1, 20, 0,
    0, 300, '', '' FROM days d CROSS JOIN centers_center c""",
    f"""INSERT INTO extraction_slice (center_id, business_date, entry_count, checksum, mapping_id, run_id, extracted_at)
    SELECT c.id, d.value, {_COUNT}, printf('%064x', d.id * 1000 + c.id), 1, d.id + 1, d.value || ' 22:10:00'
    FROM days d CROSS JOIN centers_center c ORDER BY d.id, c.id""",
    f"""INSERT INTO extraction_chartentry (center_id, business_date, position, source_row_id, patient_id,
    insurance_status, insurance_name, chart_entry, search_text, service_codes)
    SELECT c.id, d.value, p.id, {_NUMBER}, 10000 + {_DRAWN} % {PATIENTS_PER_CENTER},
    CASE WHEN {_DRAWN} % 10 = 0 THEN 'Selbstzahler' WHEN {_DRAWN} % 10 < 3 THEN 'PKV' ELSE 'GKV' END,
    CASE WHEN {_DRAWN} % 10 = 0 THEN '' WHEN {_DRAWN} % 10 < 3 THEN 'Debeka' ELSE 'AOK Bayern' END,
    CASE WHEN {_NUMBER} % {RARE_EVERY} = 0 THEN '{RARE_TEXT}' ELSE t.value END,
    CASE WHEN {_NUMBER} % {RARE_EVERY} = 0 THEN '{fold(RARE_TEXT)}' ELSE t.folded END,
    CASE WHEN {_NUMBER} % {RARE_EVERY} = 1 THEN '["{RARE_CODE}"]' ELSE l.value END
    FROM days d CROSS JOIN centers_center c CROSS JOIN places p
    CROSS JOIN texts t ON t.id = {_DRAWN} / 7 % 5000 CROSS JOIN lists l ON l.id = {_DRAWN} / 11 % 500
    WHERE p.id <= {_COUNT} ORDER BY d.id, c.id, p.id""",
)
