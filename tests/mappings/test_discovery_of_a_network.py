"""Discovery and proposals of a whole network over the genuine driver, with broken centers in it."""

import json
import os
from collections.abc import Iterator
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from centers.centers_import import apply_import, read_centers_file
from centers.connection import close_all
from centers.models import Center, DatabaseServer
from dentalhub import processor_pool
from dentalhub.sandbox.network import build_network
from dentalhub.sandbox.options import Fault, FaultKind, NetworkOptions, ServeOptions
from dentalhub.sandbox.process import SandboxProcess
from mappings.learned_names import current_vocabulary
from mappings.models import Mapping, SchemaSnapshot
from mappings.version_content import proposed

CENTERS, SERVERS = 30, 3
MISSING = "center_02"
pytestmark = pytest.mark.skipif("DENTALHUB_TEST_SERVER" in os.environ, reason="only the sandbox counts its logins")


@pytest.fixture
def process(tmp_path: Path, db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[SandboxProcess]:
    """Thirty practices on three servers; one is gone, and one server has another password by now."""
    monkeypatch.setattr(processor_pool, "available_cores", lambda: 2)
    network = build_network(
        tmp_path, NetworkOptions(until=date(2026, 11, 20), centers=CENTERS, servers=SERVERS, days=1)
    )
    options = ServeOptions(faults=(Fault(MISSING, FaultKind.MISSING_DATABASE),))
    with SandboxProcess(network.directory, options) as serving:
        monkeypatch.setenv("IVORIS_PASSWORD", serving.password)
        monkeypatch.setenv("IVORIS_FORMER_PASSWORD", "not the password")
        monkeypatch.setenv("SSL_CERT_FILE", str(serving.ca_file))
        apply_import(read_centers_file(serving.centers_yml.read_text(encoding="utf-8")), None)
        yield serving
        close_all()


def _run(name: str, *options: str) -> tuple[str, int]:
    """What a command printed, and its exit code."""
    output = StringIO()
    try:
        call_command(name, *options, stdout=output)
    except CommandError as error:
        return output.getvalue(), error.returncode
    return output.getvalue(), 0


def test_broken_centers_stop_no_other(process: SandboxProcess) -> None:
    locked = DatabaseServer.objects.exclude(centers__center_id=MISSING).order_by("code").first()
    assert locked is not None
    DatabaseServer.objects.filter(pk=locked.pk).update(credential="env:IVORIS_FORMER_PASSWORD")
    shut_out = set(Center.objects.filter(server=locked).values_list("center_id", flat=True))

    printed, code = _run("discover_raw", "--workers", "20", "--json")
    errors = {found["center_id"] for found in json.loads(printed) if "error" in found}
    assert (errors, code) == (shut_out | {MISSING}, 1)
    assert SchemaSnapshot.objects.count() == CENTERS - len(errors)

    # Every session of the other servers is a login; this one was tried once.
    (attempts,) = (count for name, count in process.logins().items() if locked.code in name)
    assert attempts == 1

    assert _run("generate_mappings")[1] == 1
    assert Mapping.objects.count() == CENTERS - len(errors)
    for mapping in Mapping.objects.select_related("center", "snapshot"):
        snapshot, vocabulary = mapping.snapshot, current_vocabulary(except_for=mapping.center)
        expected = proposed(snapshot.catalog(), snapshot.value_profile(), vocabulary, None)
        assert (mapping.content, mapping.content_hash) == (expected.content, expected.content_hash)
