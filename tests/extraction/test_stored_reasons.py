"""What a worker stored about a failure is shown in the language of whoever reads it."""

import json
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone, translation

from centers.models import Center
from extraction.breaker_models import Breaker
from extraction.enums import BreakerScope, BreakerState, RunState
from extraction.export_summaries import summary_of
from extraction.models import CenterRun, ExtractionRun
from mappings.models import SchemaWatch
from tests.extraction.test_pages import landed as landed

ClientOf = Callable[[User], Client]
TOLD = {
    "en": "The server cannot be reached. Check the VPN, the firewall and the address.",
    "de": "Der Server ist nicht erreichbar. Prüfen Sie VPN, Firewall und Adresse.",
}


@pytest.fixture(params=["en", "de"])
def failed(landed: ExtractionRun, request: pytest.FixtureRequest) -> ExtractionRun:
    """The second center has failed; its worker spoke this language."""
    CenterRun.objects.filter(center__center_id="center_02").update(
        state=RunState.FAILED, error_kind="unreachable", error_message=TOLD[request.param]
    )
    return landed


def read(client: Client, address: str, language: str) -> str:
    answer = client.get(address, headers={"accept-language": language})
    assert isinstance(answer, HttpResponse)
    assert answer.status_code == 200
    return answer.content.decode()


def assert_told(text: str, language: str) -> None:
    other = "en" if language == "de" else "de"
    assert (TOLD[language] in text, TOLD[other] in text) == (True, False)


@pytest.mark.parametrize("language", ["de", "en"])
def test_failed_run_slice_and_day(failed: ExtractionRun, language: str, admin: User, client_of: ClientOf) -> None:
    client, day = client_of(admin), failed.date_from.isoformat()
    for address in (
        failed.get_absolute_url(),
        f"/results/slices/center_02/{day}/",
        f"/days/{day}/",
    ):
        assert_told(read(client, address, language), language)


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("stored", ["de", "en"])
def test_breaker_page(centers: list[Center], language: str, stored: str, admin: User, client_of: ClientOf) -> None:
    Breaker.objects.create(
        key=f"server:{centers[0].server_id}",
        scope=BreakerScope.SERVER,
        server=centers[0].server,
        state=BreakerState.OPEN,
        failures=3,
        cause="unreachable",
        message=TOLD[stored],
        opened_at=timezone.now(),
        next_probe_at=timezone.now(),
    )
    assert_told(read(client_of(admin), "/runs/breakers/", language), language)


@pytest.mark.parametrize("language", ["de", "en"])
def test_last_look_at_a_schema(centers: list[Center], language: str, admin: User, client_of: ClientOf) -> None:
    SchemaWatch.objects.update_or_create(
        center=centers[0],
        defaults={"looked_at": timezone.now(), "error_kind": "unreachable", "error_message": TOLD["en"]},
    )
    assert_told(read(client_of(admin), f"/mappings/{centers[0].center_id}/", language), language)


@pytest.mark.parametrize("language", ["de", "en"])
def test_file_and_command(failed: ExtractionRun, language: str, capsys: pytest.CaptureFixture[str]) -> None:
    with translation.override(language):
        part = failed.center_runs.select_related("center").get(center__center_id="center_02")
        assert summary_of(part, 0).error == TOLD[language]
        with pytest.raises(CommandError):
            call_command("verify", date=failed.date_from)
    assert_told(capsys.readouterr().out, language)


def test_what_is_stored_is_left_as_it_is(failed: ExtractionRun) -> None:
    before = json.dumps(list(CenterRun.objects.order_by("pk").values_list("error_message", flat=True)))
    with translation.override("de"):
        part = CenterRun.objects.get(center__center_id="center_02")
        part.refresh_from_db()
    assert json.dumps(list(CenterRun.objects.order_by("pk").values_list("error_message", flat=True))) == before
