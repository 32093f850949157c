"""Pages and command that answer a patient's request."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from centers.models import Center
from centers.scope_models import PersonScope
from dentalhub.models import AuditEvent
from extraction.entry_filter import EntryFilter
from extraction.enums import ErasureReason, ExportState
from extraction.erasure import suppress
from extraction.export_formats import ExportFormat
from extraction.export_jobs import claim, request_export, write
from extraction.models import ChartEntry, Export, SuppressedPatient
from extraction.pseudonyms import code_of
from tests.extraction.builders import FRIDAY, center_with_mapping, entry
from tests.extraction.landed_entries import land_entries

SignIn = Callable[[User], Client]
PATIENT = "0815-4711"
CODE = code_of("center_01", PATIENT)
ASKED = {"center": "center_01", "patient": PATIENT, "reference": "2026-17", "reason": "request"}
PATHS = ("/results/patients/", "/results/patients/erase/", "/results/patients/record/")


@pytest.fixture
def first(db: None) -> Center:
    """A center with three entries, two of them of the patient."""
    found = center_with_mapping(1)
    own = (entry(PATIENT, "Füllung, =1", row="1", codes=("Ä1",)), entry(PATIENT, "Kontrolle", row="2"))
    land_entries(found, FRIDAY, *own, entry("8", row="3"))
    return found


def second_admin() -> User:
    user = User.objects.create_superuser("other")
    PersonScope.objects.filter(user=user).delete()
    return user


@pytest.mark.parametrize("path", [*PATHS, "/results/patients/1/lift/"])
def test_only_admins(client_of: SignIn, analyst: User, reviewer: User, path: str) -> None:
    assert Client().get(path).status_code == 302
    assert [client_of(person).get(path).status_code for person in (analyst, reviewer)] == [403, 403]
    assert client_of(analyst).delete(path).status_code in {403, 405}


@pytest.mark.parametrize("path", PATHS[1:])
def test_person_who_signed_in_long_ago_is_asked(client_of: SignIn, admin: User, path: str) -> None:
    client = client_of(admin)
    session = client.session
    session["confirmed_at"] = 1
    session.save()
    assert client.get(path).headers["Location"].startswith("/accounts/reauthenticate/")


@pytest.mark.parametrize("written", [PATIENT, f"center_01.{CODE}", CODE.lower()])
def test_erasing_in_two_steps(client_of: SignIn, admin: User, first: Center, written: str) -> None:
    client = client_of(admin)
    asked = ASKED | {"patient": written}
    preview = client.post(PATHS[1], asked)
    assert (preview.context["traces"].entries, preview.context["code"]) == (2, CODE)
    assert ChartEntry.objects.count() == 3
    wrong = client.post(PATHS[1], asked | {"confirm": "K7Q2M9XAB3"})
    assert (wrong.status_code, ChartEntry.objects.count()) == (422, 3)
    done = client.post(PATHS[1], asked | {"confirm": CODE}, follow=True)
    assert (done.status_code, ChartEntry.objects.count()) == (200, 1)
    found = SuppressedPatient.objects.get()
    assert (found.entry_count, found.reference, found.suppressed_by) == (2, "2026-17", admin)
    page = client.get(PATHS[0]).content.decode()
    assert "2026-17" in page
    assert PATIENT not in page
    assert PATIENT not in json.dumps(list(AuditEvent.objects.values_list("target", "details")))


def test_erasing_by_htmx_leads_to_the_list_as_a_page(client_of: SignIn, admin: User, first: Center) -> None:
    headers = {"HX-Request": "true", "HX-Target": "main"}
    client = client_of(admin)
    assert 'id="main"' in client.post(PATHS[1], ASKED, headers=headers).content.decode()
    done = client.post(PATHS[1], ASKED | {"confirm": CODE}, headers=headers)
    assert (done.status_code, done.headers["HX-Redirect"]) == (204, PATHS[0])
    assert ChartEntry.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [{"center": "center_99"}, {"patient": "  "}, {"reference": ""}, {"reference": f"of {PATIENT}"}, {"reason": "x"}],
)
def test_bad_input_erases_nothing(client_of: SignIn, admin: User, first: Center, change: dict[str, str]) -> None:
    answer = client_of(admin).post(PATHS[1], ASKED | change | {"confirm": CODE})
    assert (answer.status_code, ChartEntry.objects.count()) == (422, 3)


def test_center_of_another_region_is_no_choice(client_of: SignIn, admin: User, first: Center) -> None:
    PersonScope.objects.filter(user=admin).delete()
    assert client_of(admin).post(PATHS[1], ASKED | {"confirm": CODE}).status_code == 422
    suppress(first, PATIENT, None, ErasureReason.REQUEST)
    assert client_of(admin).get("/results/patients/1/lift/").status_code == 404


def test_lifting_needs_a_reason_and_another_admin(client_of: SignIn, admin: User, first: Center) -> None:
    found = suppress(first, PATIENT, admin, ErasureReason.REQUEST)
    path = f"/results/patients/{found.pk}/lift/"
    assert client_of(admin).get(path).status_code == 200
    assert client_of(admin).post(path, {"reason": "the wrong one"}).status_code == 422
    other = client_of(second_admin())
    assert other.post(path, {"reason": " "}).status_code == 422
    assert other.post(path, {"reason": "the wrong one"}).status_code == 302
    assert not SuppressedPatient.objects.exists()
    event = AuditEvent.objects.get(action="patient.suppression_lifted")
    assert event.details["reason"] == "the wrong one"
    assert other.post(path, {"reason": "again"}).status_code == 404


def test_list_with_one_and_three_rows_asks_the_same(client_of: SignIn, admin: User, first: Center) -> None:
    client = client_of(admin)
    counts = []
    for patients in (["1"], ["2", "3"]):
        for patient in patients:
            suppress(first, patient, admin, ErasureReason.REQUEST)
        client.get(PATHS[0])
        with CaptureQueriesContext(connection) as queries:
            client.get(PATHS[0])
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("form", ["page", "json", "csv"])
def test_record_of_a_patient(client_of: SignIn, admin: User, first: Center, form: str) -> None:
    asked = {name: ASKED[name] for name in ("center", "patient", "reference")}
    answer = client_of(admin).post(PATHS[2], asked | {"form": form})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert ("Füllung, =1" in text, "Kontrolle" in text, "01 Untersuchung" in text) == (True, True, False)
    event = AuditEvent.objects.get(action="patient.exported")
    assert event.details == {
        "pseudonym": f"center_01.{CODE}",
        "entries": 2,
        "format": form,
        "reference": "2026-17",
    }
    if form == "json":
        entries = json.loads(text)["entries"]
        assert [item["service_codes"] for item in entries] == [["Ä1"], ["01"]]


def test_admin_who_may_not_reveal_gets_no_record(client_of: SignIn, admin: User, settings: Any) -> None:
    settings.REVEAL_ROLES = ["analyst"]
    assert client_of(admin).get(PATHS[2]).status_code == 403


@pytest.fixture
def files(first: Center, analyst: User, settings: Any, tmp_path: Path) -> list[Export]:
    """A complete file, one that is being made, and one of another center."""
    settings.EXPORT_STORAGE = str(tmp_path)
    other = center_with_mapping(2)
    land_entries(other, FRIDAY, entry(PATIENT, row="1"))
    wanted = (EntryFilter(), EntryFilter(center_ids=("center_01",)), EntryFilter(center_ids=("center_02",)))
    exports = [request_export(part, ExportFormat.CSV, analyst).export for part in wanted]
    assert (write(exports[0].pk), write(exports[2].pk)) == (True, True)
    assert claim(exports[1].pk)
    return exports


def test_files_are_withdrawn_or_made_again(
    client_of: SignIn, admin: User, analyst: User, files: list[Export], tmp_path: Path
) -> None:
    stored = list(tmp_path.iterdir())
    assert len(stored) == 2
    client_of(admin).post(PATHS[1], ASKED | {"confirm": CODE})
    states = [Export.objects.get(pk=export.pk) for export in files]
    assert [found.state for found in states] == [ExportState.WITHDRAWN, ExportState.QUEUED, ExportState.COMPLETE]
    assert [found.error for found in states] == ["PatientErased", "", ""]
    assert (states[1].lease_token, states[1].attempts) == ("", 0)
    (left,) = tmp_path.iterdir()
    assert left.name == states[2].stored_name
    assert client_of(analyst).get(f"/results/exports/{files[0].pk}/file/").status_code == 404
    page = client_of(analyst).get(f"/results/exports/{files[0].pk}/")
    assert "This file was withdrawn" in page.content.decode()


def test_day_says_how_many_rows_are_suppressed(client_of: SignIn, admin: User, first: Center) -> None:
    client_of(admin).post(PATHS[1], ASKED | {"confirm": CODE})
    page = client_of(admin).get(f"/results/slices/center_01/{FRIDAY}/").content.decode()
    assert "2 rows suppressed" in page


def call(text: str, *arguments: str, monkeypatch: pytest.MonkeyPatch) -> str:
    output = io.StringIO()
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    call_command("erase_patient", *arguments, stdout=output)
    return output.getvalue()


def test_command_takes_the_patient_from_standard_input(first: Center, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = call(f"{PATIENT}\n", "-c", "center_01", "--dry-run", monkeypatch=monkeypatch)
    assert shown == (
        "Entries: 2 on 1 days. Held days: 0. Files: 0. Exports that have left and may hold the patient: 0.\n"
    )
    assert ChartEntry.objects.count() == 3
    assert call(f"{CODE}\n", "-c", "center_01", monkeypatch=monkeypatch) == shown
    assert ChartEntry.objects.count() == 1
    assert call("", "--again", monkeypatch=monkeypatch).startswith("Entries: 0 on 0 days.")


@pytest.mark.parametrize(("text", "center"), [("\n", "center_01"), ("1\n", "center_99")])
def test_command_refuses(first: Center, monkeypatch: pytest.MonkeyPatch, text: str, center: str) -> None:
    with pytest.raises(CommandError) as error:
        call(text, "-c", center, monkeypatch=monkeypatch)
    assert error.value.returncode == 2
