"""The entries that a person downloads, and those that the network's ground truth expects."""

import csv
import json
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from dentalhub.sandbox.network import Network


def truth_of(network: Network, center_id: str) -> dict[str, Any]:
    """What the generator of the network knows about a center: its mapping, its entries by day."""
    found = next(center for center in network.centers if center.center_id == center_id)
    truth: dict[str, Any] = json.loads(network.truth_file(found).read_text(encoding="utf-8"))
    return truth


def expected_rows(truth: dict[str, Any], first: str, last: str) -> list[tuple[str, ...]]:
    """The rows of the CSV from the day `first` to `last`, both ISO dates."""
    return [
        (
            truth["center_id"],
            truth["name"],
            day,
            entry["patient_id"],
            entry["insurance_status"],
            entry["insurance_name"],
            entry["chart_entry"],
            ",".join(entry["service_codes"]),
        )
        for day, entries in sorted(truth["entries"].items())
        if first <= day <= last
        for entry in entries
    ]


def download_csv(page: Page, folder: Path) -> list[tuple[str, ...]]:
    """The rows, without their head, of the results page that is open, with patient ids for a reason."""
    page.get_by_role("button", name="With patient ids …", exact=True).click()
    page.get_by_label("Why do you need the patient ids?").select_option("quality")
    page.get_by_label("Format").select_option("csv")
    with page.expect_download() as download:
        page.get_by_role("button", name="Export", exact=True).click()
    file = folder / "entries.csv"
    download.value.save_as(file)
    with file.open(encoding="utf-8", newline="") as lines:
        return [tuple(row) for row in csv.reader(lines)][1:]
