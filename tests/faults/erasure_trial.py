"""`python -m tests.faults.erasure_trial FOLDER COUNT [SEED]`: erases random patients and looks for them everywhere.

A network of its own is served, and the text of every chart row in it is a token that occurs nowhere else. All is
extracted over the driver, exported and held; then COUNT patients are erased while an extraction runs, and everything
is extracted twice more. Prints what was found as JSON.
"""

import json
import random
import sys
import threading
from collections import defaultdict
from pathlib import Path
from typing import Any

from dentalhub.sandbox.network import Network, build_network
from dentalhub.sandbox.options import NetworkOptions, ServeOptions
from dentalhub.sandbox.process import SandboxProcess
from tests.benchmarks.own_data import DAY, set_up_django

Patient = tuple[str, str]


def main() -> None:
    """Do the trial and print what was found."""
    folder, count, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 7
    set_up_django(folder / "data")
    network = build_network(folder / "network", NetworkOptions(until=DAY, rows_per_day=12))
    _mark_rows(network)
    with SandboxProcess(network.directory, ServeOptions()) as process:
        import os

        os.environ["IVORIS_PASSWORD"], os.environ["SSL_CERT_FILE"] = process.password, str(process.ca_file)
        json.dump(_trial(network, process.centers_yml, folder, count, random.Random(seed)), sys.stdout)


def _mark_rows(network: Network) -> None:
    from tests.extraction.changed_practices import Practice
    from tests.extraction.practice_network import truth_of

    for number, center in enumerate(network.centers):
        practice = Practice(network.database_file(center), truth_of(network, center.center_id))
        schema, table, column = practice.names("KARTEI.BEMERKUNG")
        row_id = practice.names("KARTEI.ID")[2]
        text = f"'token<{number}.' || \"{row_id}\" || '>'"
        practice.run((f'UPDATE "{schema}.{table}" SET "{column}" = {text}', ()))  # noqa: S608


def _trial(network: Network, centers_yml: Path, folder: Path, count: int, chance: random.Random) -> dict[str, Any]:
    from extraction.models import ChartEntry, HeldSlice, Slice
    from tests.extraction.practice_network import import_centers, map_by_truth

    for center in import_centers(centers_yml):
        map_by_truth(center, network)
    _extract()
    _export()
    tokens = _tokens_by_patient()
    chosen = chance.sample(sorted(tokens), min(count, len(tokens)))
    wanted = {token for patient in chosen for token in tokens[patient]}
    left = {token for patient in tokens.keys() - set(chosen) for token in tokens[patient]}
    _hold_everything()
    before = len(_found(folder / "data", wanted))
    others = threading.Thread(target=_extract)
    others.start()
    erased = _erase(chosen)
    others.join()
    after_erasing = _found(folder / "data", wanted)
    _extract()
    _extract()
    again = ChartEntry.objects.values_list("center__center_id", "patient_id")
    return {
        "patients": len(chosen),
        "tokens": len(wanted),
        "seen_before": before,
        "seen_in_files": sorted(after_erasing | _found(folder / "data", wanted)),
        "landed_again": sorted(set(chosen) & set(again)),
        "others_left": len(_found(folder / "data", left)) == len(left),
        "held": HeldSlice.objects.count(),
        "suppressed_rows": sum(Slice.objects.values_list("suppressed_count", flat=True)),
        "erased": erased,
    }


def _extract() -> None:
    """Read everything; rows that went to another token or process are read by that one."""
    import datetime as dt

    from django.db import connection

    from extraction.leases import claim_run
    from extraction.run_requests import request_run
    from extraction.runner import execute

    try:
        execute(claim_run(request_run(None, DAY - dt.timedelta(days=4), DAY, workers=10).run.pk))
    finally:
        connection.close()


def _export() -> None:
    from django.contrib.auth.models import Group, User

    from extraction.entry_filter import EntryFilter
    from extraction.export_formats import ExportFormat
    from extraction.export_jobs import request_export, write

    person = User.objects.create_user("analyst")
    person.groups.add(Group.objects.get_or_create(name="analyst")[0])
    for form in (ExportFormat.CSV, ExportFormat.JSON):
        assert write(request_export(EntryFilter(date_to=DAY), form, person).export.pk)


def _hold_everything() -> None:
    """Hold what has landed, beside it, as a run does with slices that shrank."""
    from django.db import transaction

    from extraction.erased_slices import stored_rows
    from extraction.held_slices import hold
    from extraction.models import Slice
    from extraction.pieces import Piece

    with transaction.atomic():
        for manifest in Slice.objects.filter(entry_count__gt=0):
            rows = stored_rows(manifest.center_id, manifest.business_date)
            origin = (manifest.mapping_id, manifest.run_id, manifest.extracted_at)
            hold([Piece(manifest.center_id, rows, manifest.checksum, *origin)])


def _tokens_by_patient() -> dict[Patient, set[str]]:
    from extraction.models import ChartEntry

    found: defaultdict[Patient, set[str]] = defaultdict(set)
    for center_id, patient, text in ChartEntry.objects.values_list("center__center_id", "patient_id", "chart_entry"):
        found[center_id, patient].add(text)
    return dict(found)


def _erase(patients: list[Patient]) -> dict[str, int]:
    from centers.models import Center
    from extraction.enums import ErasureReason
    from extraction.erasure import erase, suppress

    entries = held = files = 0
    for center_id, patient in patients:
        center = Center.objects.get(center_id=center_id)
        traces = erase(suppress(center, patient, None, ErasureReason.REQUEST))
        entries, held, files = entries + traces.entries, held + traces.held_days, files + traces.files
    return {"entries": entries, "held_days": held, "files": files}


def _found(folder: Path, tokens: set[str]) -> set[str]:
    """Those of `tokens` that are in a table or, byte by byte, in a file of dentalhub's data."""
    from django.db import connection

    connection.ensure_connection()
    text = "\n".join(connection.connection.iterdump())
    # What is deleted may still be in free pages.
    text += "".join(path.read_bytes().decode("latin-1") for path in folder.rglob("*") if path.is_file())
    return {token for token in tokens if token in text}


if __name__ == "__main__":
    main()
