"""What log lines say of where they come from, in the web, in the extracting process and in its readers' threads."""

import io
import json
import logging
import logging.config
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.test import Client

from centers.models import Center
from dentalhub.logs import JSON, PLAIN, about, logging_settings
from dentalhub.request_ids import HEADER
from extraction.leases import claim_run
from extraction.models import ExtractionRun, Shard
from extraction.reader import CenterResult, CenterTask
from extraction.run_requests import request_run
from extraction.runner import execute
from extraction.shard_rows import about_shard
from tests.extraction.builders import FRIDAY, success

logger = logging.getLogger("tests.lines")


def lines_of(form: str, monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """Where lines go that `logger` writes from now on."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    configured = logging.config.DictConfigurator(logging_settings(form, "INFO"))
    handler.setFormatter(configured.configure_formatter(configured.config["formatters"]["ours"]))
    monkeypatch.setattr(logger, "handlers", [handler])
    monkeypatch.setattr(logger, "propagate", False)
    monkeypatch.setattr(logger, "level", logging.INFO)
    return stream


@pytest.fixture
def json_lines(monkeypatch: pytest.MonkeyPatch) -> Iterable[dict[str, Any]]:
    """The lines as objects, read when the test asks for them."""
    stream = lines_of(JSON, monkeypatch)

    class Lines(list[dict[str, Any]]):
        def __iter__(self) -> Iterator[dict[str, Any]]:
            return iter([json.loads(line) for line in stream.getvalue().splitlines()])

    return Lines()


def test_a_json_line_has_time_level_logger_and_what_is_bound(json_lines: Iterable[dict[str, Any]]) -> None:
    with about(run=7, center_id="center_01"):
        logger.warning("the center %s is slow", "center_01")
    logger.info("later")

    first, second = json_lines
    time = first.pop("timestamp")
    assert time.endswith("Z")
    assert first == {
        "event": "the center center_01 is slow",
        "level": "warning",
        "logger": "tests.lines",
        "run": 7,
        "center_id": "center_01",
    }
    assert second.keys() == {"event", "level", "logger", "timestamp"}


def test_an_exception_is_one_line_without_local_values(json_lines: Iterable[dict[str, Any]]) -> None:
    patient_id = "canary-4711"
    try:
        raise ValueError("no number")
    except ValueError:
        logger.exception("failed for %s characters", len(patient_id))

    (line,) = json_lines
    assert "builtins.ValueError" in line["exception"]
    assert patient_id not in json.dumps(line)


def test_a_plain_line_ends_with_what_is_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = lines_of(PLAIN, monkeypatch)
    with about(shard=3, run=7):
        logger.warning("gone")

    assert stream.getvalue().endswith("Z WARNING tests.lines: gone [run=7 shard=3]\n")


@pytest.mark.parametrize(
    ("given", "is_taken"),
    [
        ("3f2a9c1e-77", True),
        ("", False),
        ("short", False),
        ("x" * 65, False),
        ("evil\tline", False),
        ("ümläut-id", False),
    ],
)
@pytest.mark.django_db
def test_a_request_has_an_id_that_a_visitor_cannot_write(client: Client, given: str, is_taken: bool) -> None:
    first = client.get("/health/live", headers={HEADER: given})[HEADER]
    second = client.get("/health/live", headers={HEADER: given})[HEADER]

    assert (first == given, second == given) == (is_taken, is_taken)
    assert is_taken or (len(first), len(second), first != second) == (16, 16, True)


@pytest.mark.django_db
def test_readers_say_center_run_shard_and_the_request_that_asked(
    centers: list[Center], json_lines: Iterable[dict[str, Any]]
) -> None:
    with about(request_id="abcdef0123456789"):
        run = request_run(centers, FRIDAY).run
    assert ExtractionRun.objects.get().request_id == "abcdef0123456789"
    leases = claim_run(run.pk)
    shard = Shard.objects.get()

    def read(task: CenterTask) -> Iterable[CenterResult]:
        logger.info("reading")
        yield success(task)

    with about_shard(shard.pk):
        execute(leases, workers=2, read_center=read)

    said = [{key: line[key] for key in ("request_id", "run", "shard", "center_id")} for line in json_lines]
    expected = [
        {"request_id": "abcdef0123456789", "run": run.pk, "shard": shard.pk, "center_id": center.center_id}
        for center in centers
    ]
    assert sorted(said, key=lambda line: line["center_id"]) == expected
