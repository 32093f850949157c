"""The search for canaries finds them in every wrapping that our places use; else that it finds none says nothing."""

import base64
import gzip
import json
import pickle
import sqlite3
import zipfile
import zlib
from contextlib import closing
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.test import override_settings
from django.utils import timezone
from django_q.models import OrmQ, Task
from django_q.signing import SignedPackage

from dentalhub import cache_settings
from tests.security.canary_search import canaries_in, canaries_in_files, canaries_in_tables

CANARY = "kqzxt4711"
NUMBER = "861004711"
TEXT = f"entry {CANARY} of {NUMBER}"


def _zipped() -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("sheet.xml", TEXT)
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        TEXT,
        TEXT.upper(),
        TEXT.encode("utf-16-le"),
        json.dumps({"text": f"ü{TEXT}"}),
        quote(TEXT, safe=""),
        gzip.compress(TEXT.encode()),
        zlib.compress(TEXT.encode()),
        _zipped(),
        base64.b64encode(pickle.dumps([TEXT])),
        b"." + base64.urlsafe_b64encode(zlib.compress(TEXT.encode() * 9)).rstrip(b"=") + b":1vP3xy:Zm9v",
    ],
    ids=["text", "capitals", "utf-16", "json", "address", "gzip", "zlib", "zip", "pickle", "session"],
)
def test_canary_is_found_in_its_wrapping(content: bytes | str) -> None:
    assert canaries_in(content) == {CANARY, NUMBER}


def test_other_numbers_and_words_are_no_canaries() -> None:
    assert canaries_in("8610047110 1861004711 86100471 kqz 0f861004711a 2026") == {"861004711"}
    assert canaries_in(b"nothing here, \x00\x01\x02 and no more") == set()


def test_digest_that_reads_like_a_patient_is_no_canary() -> None:
    digest = "9f" * 10 + f"c{NUMBER}d" + "0b" * 17
    assert canaries_in(f'{{"hash": "{digest}", "patient": "{NUMBER[:-1]}2"}}') == {f"{NUMBER[:-1]}2"}
    assert canaries_in(f"a,{digest},b") == set()


def test_canary_is_found_in_files_and_in_their_names(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "log").write_text(TEXT)
    (tmp_path / f"{CANARY}.csv").write_text("")
    (tmp_path / "clean").write_text("nothing")
    assert canaries_in_files(tmp_path) == {"below/log": {CANARY, NUMBER}, f"{CANARY}.csv": {CANARY}}


@pytest.mark.django_db
def test_canary_is_found_in_sessions_cache_and_the_queues_tables(tmp_path: Path) -> None:
    """As Django and django-q2 really write them, copied into a file as the trial finds them."""
    now = timezone.now()
    Session.objects.create(session_key="x", session_data=Session.objects.encode({"a": TEXT * 9}), expire_date=now)
    OrmQ.objects.create(key="q", payload=SignedPackage.dumps({"args": (TEXT,)}), lock=now)
    Task.objects.create(id="a", name="n", func="f", args=(TEXT,), result={"r": TEXT}, started=now, stopped=now)
    with override_settings(CACHES={"default": cache_settings.cache("")}):
        caches["default"].set("key", TEXT)
    from django.db import connection

    connection.ensure_connection()
    file = tmp_path / "copy.sqlite3"
    with closing(sqlite3.connect(file)) as copy:
        copy.executescript("\n".join(connection.connection.iterdump()))
    found = canaries_in_tables(file)
    assert {place: canaries == {CANARY, NUMBER} for place, canaries in found.items()} == dict.fromkeys(
        (
            "django_session.session_data",
            "django_q_ormq.payload",
            "django_q_task.args",
            "django_q_task.result",
            "dentalhub_cacheentry.value",
        ),
        True,
    )
