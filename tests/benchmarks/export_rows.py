"""Chart entries for measuring exports: as long, varied and German as those of practices. Written past the ORM."""

import datetime as dt
import json
import random
from collections.abc import Iterator
from itertools import islice

TEXTS = (
    "01 Eingehende Untersuchung, Befund ohne Besonderheiten",
    "Füllung 36 okklusal; Anästhesie gut vertragen\nKontrolle in 6 Monaten",
    'Patient wünscht "helle" Farbe, A2 besprochen',
    "Zahnstein entfernt, Mundhygiene mäßig",
    "PA-Befund erhoben: 16, 26 Taschen 5 mm; Aufklärung über weiteren Verlauf, Termin zur Prophylaxe vereinbart",
)
CODES = ("01", "Ä1", "2060", "107", "40", "13b", "Ä925d", "2197")
INSURERS = ("AOK Bayern", "Techniker Krankenkasse", "BARMER", "Debeka", "Österreichische Gesundheitskasse")
LAST = dt.date(2026, 11, 20)


def fill(count: int, centers: int = 500) -> None:
    """Put `count` entries of `centers` centers into the present, empty database, about 40 per slice."""
    from django.db import transaction

    from centers.models import Center, DatabaseServer, Region
    from extraction.bulk_rows import insert_rows
    from extraction.models import ChartEntry
    from extraction.slice_writing import ENTRY_FIELDS, ROWS_PER_INSERT

    region = Region.objects.create(code="r1", name="Region")
    server = DatabaseServer.objects.create(
        code="s1", region=region, host="localhost", user="svc", credential="env:IVORIS_PASSWORD"
    )
    keys = [
        Center.objects.create(
            center_id=f"center_{number:04d}", name=f"Praxis Dr. Müller {number}", server=server, database=f"D{number}"
        ).pk
        for number in range(1, centers + 1)
    ]
    rows = _entries(count, keys)
    with transaction.atomic():
        while batch := list(islice(rows, ROWS_PER_INSERT)):
            insert_rows(ChartEntry, ENTRY_FIELDS, batch)


def _entries(count: int, keys: list[int]) -> Iterator[tuple[object, ...]]:
    from centers.search_text import fold

    dice, folded = random.Random(7), {text: fold(text) for text in TEXTS}
    per_slice, made, day = 40, 0, LAST
    while made < count:
        for key in keys:
            for position in range(1, min(per_slice, count - made) + 1):
                codes = json.dumps(dice.sample(CODES, dice.randint(0, 4)), ensure_ascii=False)
                patient, text = f"{dice.randint(1, 9999):04d}", dice.choice(TEXTS)
                kind, insurer = dice.choice(("GKV", "GKV", "PKV", "Selbstzahler")), dice.choice(INSURERS)
                yield (
                    *(key, day.isoformat(), position, str(made), patient, kind, insurer, text, codes),
                    folded[text],
                )
                made += 1
            if made >= count:
                return
        day -= dt.timedelta(days=1)
