"""The day of an admin: three new practices out of a file with mistakes, and a password that is not right any more."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Page, expect

from tests.browser.conftest import Installation, sign_in
from tests.browser.entry_csv import truth_of
from tests.browser.screen_centers import DAY

pytestmark = pytest.mark.browser
# The centers of the file, and the databases of the practice network that they really are.
PRACTICES = {"day_north": "center_07", "day_south": "center_08", "day_west": "center_09"}
WRONG_SERVER, WRONG = "day-south", "day_south"


def test_day_of_an_admin(page: Page, installation: Installation, tmp_path: Path) -> None:
    document = file_of(installation)
    sign_in(page, installation, "admin")
    open_import(page)
    see_all_mistakes(page, with_mistakes(document), tmp_path)
    import_what_is_right(page)
    mend_the_others(page)
    repair_the_password(page, installation)
    for center in PRACTICES:
        discover_and_propose(page, installation, center)
        installation.manage("approve_mapping", center, "--version=1", "--as=reviewer2")
    extract(page, installation)


def file_of(installation: Installation) -> dict[str, Any]:
    """Three centers on a server each, of a region of their own; one server has the password of last year."""
    servers = yaml.safe_load(installation.centers_yml.read_text(encoding="utf-8"))["servers"]
    found = {center.center_id: center for center in installation.network.centers}
    document: dict[str, Any] = {"regions": {"day": {"name": "Day"}}, "servers": {}, "centers": []}
    for center_id, real in PRACTICES.items():
        code = center_id.replace("_", "-")
        password = "env:IVORIS_OLD_PASSWORD" if code == WRONG_SERVER else "env:IVORIS_PASSWORD"
        document["servers"][code] = servers[found[real].server] | {"region": "day", "password": password}
        document["centers"].append(
            {"id": center_id, "name": f"Praxis {center_id}", "server": code, "database": found[real].database}
        )
    return document


def with_mistakes(document: dict[str, Any]) -> str:
    """A server that there is not, a key that there is not beside an id that is taken; the first center is right."""
    lines = yaml.safe_dump(document, sort_keys=False).splitlines()
    lines[lines.index("  name: Praxis day_west")] = "  nmae: Praxis day_west"
    lines[lines.index("  server: day-south")] = "  server: day-soth"
    lines[lines.index("- id: day_west")] = "- id: day_south"
    return "\n".join(lines) + "\n"


def open_import(page: Page) -> None:
    page.get_by_role("link", name="Centers", exact=True).click()
    page.get_by_role("link", name="Import", exact=True).click()


def check(page: Page, text: str, folder: Path) -> None:
    file = folder / "practices.yml"
    file.write_text(text, encoding="utf-8")
    page.get_by_label("File", exact=False).first.set_input_files(file)
    page.get_by_role("button", name="Check the file").click()


def see_all_mistakes(page: Page, text: str, folder: Path) -> None:
    """Each with the line and the column at which an editor finds it."""
    check(page, text, folder)
    expect(page.get_by_role("heading", name="problem")).to_be_focused()
    rows = page.get_by_role("table", name="Problems of the file by line").locator("tbody tr")
    lines = text.splitlines()
    found = [row.locator("td").all_inner_texts() for row in rows.all()]
    places = {(int(line), int(column)) for line, column, _ in found}
    for part in ("nmae: ", "day-soth", "- id: day_south"):
        line = max(number for number, content in enumerate(lines, start=1) if part in content)
        assert line in {number for number, _ in places}, (part, found)
    assert all(1 <= column <= len(lines[line - 1]) + 1 for line, column in places)
    assert "nmae" in " ".join(message for *_, message in found)


def import_what_is_right(page: Page) -> None:
    expect(page.get_by_text("Centers: 1 to create, 0 to change, 0 unchanged.")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download 2 rejected centers").click()
    rejected = yaml.safe_load(download.value.path().read_text(encoding="utf-8"))
    assert len(rejected["centers"]) == 2
    page.get_by_role("button", name="Import 1 center without a mistake").click()
    expect(page.get_by_role("status").first).to_contain_text("1 center was imported")


def mend_the_others(page: Page) -> None:
    """What is left stands in the form, with what is wrong; nothing has to be uploaded again."""
    text = page.get_by_label("or its text", exact=False)
    left = text.input_value().replace("nmae: ", "name: ").replace("day-soth", "day-south")
    first, second = left.split("- id: day_south")[:2], left.split("- id: day_south")[2]
    text.fill("- id: day_south".join(first) + "- id: day_west" + second)
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_text("Centers: 2 to create, 0 to change, 0 unchanged.")).to_be_visible()
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("2")
    page.get_by_role("link", name="Centers", exact=True).click()
    page.get_by_label("Region").select_option(label="Day")
    expect(page.locator("#center-table tbody tr")).to_have_count(3)


def repair_the_password(page: Page, installation: Installation) -> None:
    """The ladder says at which step it stopped and what to do, and leads to the form that repairs it."""
    page.get_by_role("link", name=WRONG).click()
    page.get_by_role("button", name="Test the connection").click()
    report = page.locator("#connection-report")
    expect(report.get_by_role("row", name="Login")).to_contain_text("failed")
    expect(report.get_by_role("row", name="Ivoris tables")).to_contain_text("not reached")
    expect(report).to_contain_text("Check the user and the secret behind the password reference.")
    report.get_by_role("link", name=f"Change the server {WRONG_SERVER}").click()
    page.get_by_label("stored here, encrypted").check()
    page.get_by_label("Stored password").fill(installation.environment["IVORIS_PASSWORD"])
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").first).to_contain_text(WRONG_SERVER)
    page.goto(f"{installation.url}/centers/id/{WRONG}/")
    page.get_by_role("button", name="Test the connection").click()
    expect(report.get_by_text("The connection works.")).to_be_visible()


def discover_and_propose(page: Page, installation: Installation, center: str) -> None:
    page.goto(f"{installation.url}/centers/id/{center}/")
    page.get_by_role("link", name="Mapping", exact=True).click()
    page.get_by_role("button", name="Discover").click()
    expect(page.get_by_role("table", name="Snapshots of the source's schema, the newest first")).to_be_visible()
    page.get_by_role("button", name="Propose").click()
    expect(page.get_by_text("draft").first).to_be_visible()


def extract(page: Page, installation: Installation) -> None:
    """One day of the three; each lands as many entries as its practice really has."""
    page.get_by_role("link", name="Runs", exact=True).click()
    page.get_by_role("link", name="Start a run").first.click()
    page.get_by_label("From", exact=True).fill(DAY)
    page.get_by_label("To", exact=True).fill(DAY)
    page.locator("#id_centers").select_option(value=list(PRACTICES))
    expect(page.locator("#run-plan")).to_contain_text("3 centers × 1 day = 3 slices")
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.locator("#run-progress .badge-state").first).to_have_text("succeeded", timeout=60_000)
    for center, real in PRACTICES.items():
        entries = truth_of(installation.network, real)["entries"].get(DAY, [])
        row = page.get_by_role("row", name=re.compile(rf"^{center}\b"))
        expect(row.locator("[data-side=Entries]")).to_have_text(str(len(entries)))
