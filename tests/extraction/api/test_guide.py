"""Every curl line of docs/api.md, sent to the API as it stands there."""

import argparse
import shlex
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import User
from django.test import Client

from extraction.api import export_operations
from extraction.export_jobs import write
from extraction.models import Export, ExtractionRun
from tests.docs.lines import ROOT, command_lines
from tests.extraction.api.callers import caller

# What begins or changes something; everything else answers 200.
CREATED = {"/api/v1/runs": 201, "/api/v1/exports": 201}


def examples() -> list[str]:
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    return [line.text for line in command_lines(text, "api.md") if line.text.startswith("curl ")]


def sent(line: str, token: str, run: int) -> Any:
    """The answer to a line; its run 1 is the one that there is."""
    reader = argparse.ArgumentParser(exit_on_error=False)
    reader.add_argument("-sS", action="store_true")
    reader.add_argument("-X", dest="method")
    reader.add_argument("-H", dest="headers", action="append")
    reader.add_argument("-d", dest="body")
    reader.add_argument("-o", dest="file")
    reader.add_argument("address")
    given = reader.parse_args(shlex.split(line.replace("$TOKEN", token).replace("/runs/1", f"/runs/{run}"))[1:])
    headers = dict(header.split(": ", 1) for header in given.headers)
    kind = headers.pop("Content-Type", "")
    address = urlsplit(given.address)
    path = f"{address.path}?{address.query}" if address.query else address.path
    method = given.method or ("POST" if given.body else "GET")
    answer: Any = Client(headers=headers).generic(method, path, given.body or "", content_type=kind or "text/plain")
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer


def test_lines_of_the_guide_work(
    landed: ExtractionRun, admin: User, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker makes the export at once, so that the next lines find it."""
    monkeypatch.setattr(export_operations, "dispatch_export", lambda export: write(export.pk))
    token, lines = caller(admin).text, examples()
    assert len(lines) >= 12
    for line in lines:
        if Export.objects.exists():
            line = line.replace("/exports/1", f"/exports/{Export.objects.latest('pk').pk}")
        answer = sent(line, token, landed.pk)
        path = urlsplit(shlex.split(line)[-1]).path
        if b'"code": "nothing_to_run"' in getattr(answer, "content", b""):
            continue  # understood: the one run here reads these days already
        expected = CREATED.get(path, 200) if " -d " in line else 200
        assert answer.status_code == expected, f"{line}\n{answer.status_code} {getattr(answer, 'content', b'')[:300]!r}"
    assert Export.objects.count() == 1


def test_wrong_line_is_found(landed: ExtractionRun, admin: User) -> None:
    token = caller(admin).text
    start = 'curl -sS -H "Authorization: Bearer $TOKEN"'
    assert sent(f"{start} http://localhost:8000/api/v1/center", token, landed.pk).status_code == 404
    wrong = (
        f"""{start} -H "Content-Type: application/json" -d '{{"day": 1}}' http://localhost:8000/api/v1/entries/search"""
    )
    assert sent(wrong, token, landed.pk).status_code == 422
