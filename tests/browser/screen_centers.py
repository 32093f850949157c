"""The centers that fill the screens, and how they come to be as they are."""

import json
from collections.abc import Iterable
from pathlib import Path

import yaml

from tests.browser.conftest import Installation
from tests.conftest import LAST_DAY

# None of them is a center of test_main_job, which needs center_01 without a mapping and center_11 not yet there.
DELIVERED, DRAFT, FAILED, BY_FORM = "center_02", "center_03", "center_04", "center_05"
OTHER_DATABASE = "DentalDB_06"
DAY = LAST_DAY.isoformat()
# As if the practice had gone on working: the sandbox's rows never change.
CHANGE = f"""
from extraction.models import Slice, SliceChange
found = Slice.objects.get(center__center_id="{DELIVERED}", business_date="{DAY}")
SliceChange.objects.create(
    center=found.center, business_date=found.business_date, run=found.run, read_at=found.extracted_at,
    count_before=20, count_after=found.entry_count, added=3, removed=1, changed=2, is_remapped=True,
)
"""
# As a worker leaves it, and nobody is asked to look again.
DISCOVERY = f"""
from centers.models import Center
from django.contrib.auth.models import User
from mappings.models import DiscoveryItem, DiscoveryJob, Mapping
job = DiscoveryJob.objects.create(pk=9000, requested_by=User.objects.get(username="admin"), request_key="screens")
draft = Mapping.objects.get(center__center_id="{DRAFT}")
failed = Center.objects.get(center_id="{FAILED}")
DiscoveryItem.objects.create(
    job=job, center=draft.center, state="succeeded", mapping=draft, table_count=21, column_count=130
)
DiscoveryItem.objects.create(
    job=job, center=failed, state="failed", error_kind="refused", error_message="The server refuses the connection."
)
"""
VOCABULARY = "names:\n  KARTEI.BEMERKUNG:\n    NOTIZ: {confirmed: 3, rejected: 1}\n"


def centers_file(installation: Installation, file: Path, ids: Iterable[str], database: str = "") -> str:
    """Write an importable file of the centers with `ids`; `database` names another one than theirs."""
    document = yaml.safe_load(installation.centers_yml.read_text(encoding="utf-8"))
    chosen = [center for center in document["centers"] if center["id"] in ids]
    document["centers"] = [center | {"database": database} for center in chosen] if database else chosen
    file.write_text(yaml.safe_dump(document), encoding="utf-8")
    return str(file)


def fill_screens(installation: Installation, folder: Path) -> str:
    """Centers with an approved mapping, a draft, drift and a wrong database, and a run over them; gives its path."""
    ids = (DELIVERED, DRAFT, FAILED)
    right = centers_file(installation, folder / "right.yml", ids)
    other = centers_file(installation, folder / "other.yml", [FAILED], database=OTHER_DATABASE)
    wrong = centers_file(installation, folder / "wrong.yml", [FAILED], database="DentalDB_wrong")
    vocabulary = folder / "vocabulary.yml"
    vocabulary.write_text(VOCABULARY, encoding="utf-8")
    chosen = [f"--center={center}" for center in ids]
    installation.manage_all(
        ("import_centers", right),
        ("discover_raw", *chosen),
        ("generate_mappings", *chosen),
        ("approve_mapping", DELIVERED, "--version=1", "--as=reviewer"),
        ("approve_mapping", FAILED, "--version=1", "--as=reviewer"),
        # Another practice's schema under an approved mapping: every name got another affix.
        ("import_centers", other),
        ("discover_raw", f"--center={FAILED}"),
        ("import_centers", wrong),
        ("import_vocabulary", str(vocabulary)),
    )
    # Its file is the first export in the ledger.
    answer = installation.manage("extract", "--date", DAY, *chosen, "--json", "--format=csv", code=1)
    installation.manage("import_centers", right)
    installation.manage("shell", "-c", CHANGE + DISCOVERY)
    installation.manage("set_schedule", "germany", "--at", "02:30", "--off")
    run: int = json.loads(answer)["run"]
    return f"/runs/{run}/"
