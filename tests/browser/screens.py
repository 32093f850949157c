"""Every screen of dentalhub in its states, and the centers that fill them."""

import json
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml
from playwright.sync_api import Page

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
VOCABULARY = "names:\n  KARTEI.BEMERKUNG:\n    NOTIZ: {confirmed: 3, rejected: 1}\n"


@dataclass(frozen=True, slots=True)
class Screen:
    """A page as `person` sees it (None: before signing in); `prepare` brings the page into the state to look at."""

    name: str
    path: str
    person: str | None = "admin"
    status: int = 200
    prepare: Callable[[Page], None] | None = None


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
    installation.manage("shell", "-c", CHANGE)
    installation.manage("set_schedule", "germany", "--at", "02:30", "--off")
    run: int = json.loads(answer)["run"]
    return f"/runs/{run}/"


def screens(run_path: str) -> tuple[Screen, ...]:
    """What the accessibility tests look at; `run_path` is the run of fill_screens."""
    return (
        Screen("sign-in", "/accounts/login/", person=None),
        Screen("sign-in refused", "/accounts/login/", person=None, prepare=_sign_in_with_nothing),
        Screen("dashboard", "/"),
        Screen("user menu", "/", prepare=_open_user_menu),
        Screen("center list", "/centers/"),
        Screen("center list, nothing found", "/centers/?q=nowhere"),
        Screen("center", f"/centers/id/{DELIVERED}/"),
        Screen("center form", "/centers/new/"),
        Screen("center form, test failed", f"/centers/id/{DELIVERED}/edit/", prepare=_test_wrong_database),
        Screen("server list", "/centers/servers/"),
        Screen("server form", "/centers/servers/new/"),
        Screen("region form", "/centers/regions/new/"),
        Screen("import", "/centers/import/"),
        Screen("import with problems", "/centers/import/", prepare=_check_wrong_file),
        Screen("mapping list", "/mappings/"),
        Screen("waiting for me", "/review/", person="reviewer"),
        Screen("nothing waits", "/review/?state=in_review", person="reviewer"),
        Screen("identical changes", "/review/alike/", person="reviewer"),
        Screen("timeline", f"/timeline/{FAILED}/"),
        Screen("mappings of a center", f"/mappings/{DELIVERED}/"),
        Screen("mappings of a center that drifted", f"/mappings/{FAILED}/", person="reviewer"),
        Screen("drift", f"/mappings/{FAILED}/drift", person="reviewer"),
        Screen("comparison with the snapshot", f"/mappings/{FAILED}/compare?left=approved&right=snapshot"),
        Screen("comparison of two centers", f"/mappings/{DELIVERED}/compare?left=1&right={DRAFT}", person="reviewer"),
        Screen("comparison with nothing", f"/mappings/{DRAFT}/compare?left=1&right=99", status=422),
        Screen("review policy", "/mappings/policy"),
        Screen("review policy, read only", "/mappings/policy", person="reviewer"),
        Screen("mapping, draft", f"/mappings/{DRAFT}/1/", person="reviewer"),
        Screen("mapping, approved", f"/mappings/{DELIVERED}/1/"),
        Screen("vocabulary", "/vocabulary/", person="reviewer"),
        Screen("learned name", "/vocabulary/KARTEI.BEMERKUNG/NOTIZ/", person="reviewer"),
        Screen("import of a vocabulary", "/vocabulary/import", person="reviewer", prepare=_check_vocabulary),
        Screen("run list", "/runs/"),
        Screen("run start", "/runs/start/"),
        Screen("run start, some missing", "/runs/start/?date_from=2026-11-01", prepare=_open_details),
        Screen("run start, wrong", "/runs/start/?date_from=2026-12-31", person="reviewer"),
        Screen("left alone", "/runs/breakers/"),
        Screen("schedules", "/runs/schedules/"),
        Screen("schedule form", "/runs/schedules/germany/"),
        Screen("run", run_path, prepare=_open_details),
        Screen("results", f"/results/?date_from={DAY}&date_to={DAY}&center={DELIVERED}"),
        Screen("new export", f"/results/export/?date_from={DAY}&date_to={DAY}"),
        Screen("exports", "/results/exports/", person="admin"),
        Screen("export", "/results/exports/1/"),
        Screen("results, wrong filter", "/results/?date_from=x"),
        Screen("results of a forgotten search", "/results/?search=x"),
        Screen("results with patient ids", f"/results/?date_from={DAY}&date_to={DAY}", prepare=_reveal),
        Screen("totals", "/results/figures/?all=1"),
        Screen("one entry", f"/results/entries/{DELIVERED}/{DAY}/1/"),
        Screen("SQL of a day", f"/results/slices/{DELIVERED}/{DAY}/sql/"),
        Screen("saved exports", "/results/exports/saved/"),
        Screen("saved exports, one", "/results/exports/saved/", prepare=_save_export),
        Screen("saved export form", "/results/exports/saved/new/"),
        Screen("held days", "/results/held/"),
        Screen("held days that were not accepted", "/results/held/?state=rejected", person="reviewer"),
        Screen("day", f"/days/{DAY}/"),
        Screen("matrix", f"/results/matrix/?date_to={DAY}"),
        Screen("matrix of one region", "/results/matrix/?region=germany&order=center", person="reviewer"),
        Screen("matrix, wrong filter", "/results/matrix/?date_from=2026-01-01&date_to=2026-12-31"),
        Screen("slice, landed", f"/results/slices/{DELIVERED}/{DAY}/"),
        Screen("slice, failed", f"/results/slices/{FAILED}/{DAY}/", person="reviewer"),
        Screen("slice, never read", f"/results/slices/{DELIVERED}/2026-01-01/", person="reviewer"),
        Screen("closing days, wrong line", f"/centers/id/{DELIVERED}/", prepare=_save_wrong_closing_day),
        Screen("API tokens", "/accounts/tokens/", prepare=_make_token_and_go_back),
        Screen("API tokens, none yet", "/accounts/tokens/", person="reviewer"),
        Screen("new API token", "/accounts/tokens/new/", prepare=_make_token_without_scope),
        Screen("API token, shown once", "/accounts/tokens/new/", prepare=_make_token),
        Screen("API reference", "/api/docs/"),
        Screen("not allowed", "/results/", person="reviewer", status=403),
        Screen("not found", "/centers/id/nowhere/", status=404),
    )


def _sign_in_with_nothing(page: Page) -> None:
    page.locator("main button[type=submit]").click()
    page.locator(".field__error").first.wait_for()


def _reveal(page: Page) -> None:
    page.locator("#reveal-patients").click()
    page.locator("#entry-table .notice--info").wait_for()


def _open_details(page: Page) -> None:
    for summary in page.locator("main details:not(.menu) > summary").all():
        summary.click()


def _open_user_menu(page: Page) -> None:
    page.locator("details.menu summary").click()
    page.locator(".menu__panel").wait_for()


def _test_wrong_database(page: Page) -> None:
    page.locator("#id_database").fill("DentalDB_wrong")
    page.locator("button[value=test]").click()
    page.locator("#connection-report table").wait_for()


def _check_wrong_file(page: Page) -> None:
    page.locator("#id_text").fill("servers: 1\ncenters:\n  - id: center_02\n    colour: red\n")
    page.locator("button[value=check]").click()
    page.locator("#problems-heading").wait_for()


def _save_wrong_closing_day(page: Page) -> None:
    page.locator("section details > summary").first.click()
    page.locator("#id_closing_days").fill("2026-12-24..2026-12-31\nsoon")
    page.locator("form:has(#id_closing_days) button[type=submit]").click()
    page.locator(".field__error").first.wait_for()


def _save_export(page: Page) -> None:
    page.goto(f"{page.url}new/")
    page.locator("#id_name").fill("Daily")
    page.locator("#id_is_active").check()
    page.locator("form.form-column button[type=submit]").click()
    page.locator("table tbody tr").or_(page.locator(".field__error")).first.wait_for()


def _check_vocabulary(page: Page) -> None:
    page.locator("#id_text").fill(VOCABULARY.replace("NOTIZ", "FREITEXT"))
    page.locator("button[value=check]").click()
    page.locator("#plan-heading").wait_for()


def _make_token(page: Page) -> None:
    # A name of its own: the screen is looked at in each language.
    page.locator("#id_name").fill(f"night report {uuid.uuid4().hex[:8]}")
    page.locator("input[name=scopes]").first.check()
    page.locator("main button[type=submit]").click()
    page.locator("#token").wait_for()


def _make_token_and_go_back(page: Page) -> None:
    if page.locator("#token-table table").count() == 0:
        page.locator("a[href='/accounts/tokens/new/']").first.click()
        _make_token(page)
        page.locator("main a[href='/accounts/tokens/']").last.click()
    page.locator("#token-table summary").first.click()
    page.locator("#token-table form").first.wait_for()


def _make_token_without_scope(page: Page) -> None:
    page.locator("#id_name").fill("night report")
    page.locator("main button[type=submit]").click()
    page.locator(".field__error").first.wait_for()
