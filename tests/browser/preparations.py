"""What is done on a page to bring it into the state that a screen shows."""

import uuid

from playwright.sync_api import Page

from tests.browser.screen_centers import DELIVERED, FAILED, VOCABULARY


def sign_in_with_nothing(page: Page) -> None:
    page.locator("main button[type=submit]").first.click()
    page.locator(".field__error").first.wait_for()


def open_palette(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.locator("#palette a").first.wait_for()


def open_what_is(page: Page) -> None:
    page.locator(".what-is__button").click()
    page.locator(".what-is__panel a").wait_for()


def send_empty_form(page: Page) -> None:
    page.locator("main button[type=submit]").first.click()
    page.locator(".field__error").first.wait_for()


def reveal(page: Page) -> None:
    page.locator("#reveal-patients").click()
    page.locator("#id_reason").select_option("billing")
    page.locator("details.reveal button[type=submit]").click()
    page.locator("#entry-table .notice--info").wait_for()


def ask_about_nobody(page: Page) -> None:
    page.locator("#id_center").select_option(DELIVERED)
    page.locator("#id_patient").fill("nobody")
    page.locator("#id_reference").fill("2026-17")
    page.locator("form.form-column button[type=submit]").click()
    page.locator("#confirm").wait_for()


def open_details(page: Page) -> None:
    for summary in page.locator("main details:not(.menu) > summary").all():
        summary.click()


def look_at_certificate(page: Page) -> None:
    page.locator('form[action$="/tls/fetch/"] button').click()
    page.locator("#shown-heading").wait_for()


def open_user_menu(page: Page) -> None:
    page.locator("details.menu summary").click()
    page.locator(".menu__panel").wait_for()


def open_views(page: Page) -> None:
    page.locator("#saved-views").click()
    page.locator("#view-name").wait_for()


def save_view(page: Page) -> None:
    open_views(page)
    page.locator("#view-name").fill("Active centers")
    page.locator(".menu__form button").click()
    page.locator("#messages .notice").wait_for()
    page.goto(page.url.split("/centers/")[0] + "/views/")


def try_centers(page: Page) -> None:
    page.locator(f"#tick-{DELIVERED}").check()
    page.locator(f"#tick-{FAILED}").check()
    page.locator("#bulk-test").click()
    page.locator("#batch-progress .notice").wait_for(timeout=60_000)


def press_on_an_old_list(page: Page) -> None:
    page.locator('input[name="expected"]').evaluate("field => { field.value = 99 }")
    page.locator("#which-all").check()
    page.locator("#bulk-pause").click()
    page.get_by_text("Nothing was done yet.").or_(page.get_by_text("Es wurde noch nichts getan.")).wait_for()


def choose_for_a_run(page: Page) -> None:
    page.locator(f"#tick-{DELIVERED}").check()
    page.locator("#bulk-run").click()
    page.locator("#run-plan").wait_for()


def try_wrong_database(page: Page) -> None:
    page.locator("#id_database").fill("DentalDB_wrong")
    page.locator("button[value=test]").click()
    page.locator("#connection-report table").wait_for()


def check_wrong_file(page: Page) -> None:
    page.locator("#id_text").fill("servers: 1\ncenters:\n  - id: center_02\n    colour: red\n")
    page.locator("button[value=check]").click()
    page.locator("#problems-heading").wait_for()


def save_wrong_closing_day(page: Page) -> None:
    page.locator("section details > summary").first.click()
    page.locator("#id_closing_days").fill("2026-12-24..2026-12-31\nsoon")
    page.locator("form:has(#id_closing_days) button[type=submit]").click()
    page.locator(".field__error").first.wait_for()


def save_export(page: Page) -> None:
    page.goto(f"{page.url}new/")
    page.locator("#id_name").fill("Daily")
    page.locator("#id_is_active").check()
    page.locator("#id_reason").select_option("billing")
    page.locator("form.form-column button[type=submit]").click()
    page.locator("table tbody tr").or_(page.locator(".field__error")).first.wait_for()


def check_vocabulary(page: Page) -> None:
    page.locator("#id_text").fill(VOCABULARY.replace("NOTIZ", "FREITEXT"))
    page.locator("button[value=check]").click()
    page.locator("#plan-heading").wait_for()


def make_token(page: Page) -> None:
    # A name of its own: the screen is looked at in each language.
    page.locator("#id_name").fill(f"night report {uuid.uuid4().hex[:8]}")
    page.locator("input[name=scopes]").first.check()
    page.locator("main button[type=submit]").click()
    page.locator("#token").wait_for()


def make_token_and_go_back(page: Page) -> None:
    if page.locator("#token-table table").count() == 0:
        page.locator("a[href='/accounts/tokens/new/']").first.click()
        make_token(page)
        page.locator("main a[href='/accounts/tokens/']").last.click()
    page.locator("#token-table summary").first.click()
    page.locator("#token-table form").first.wait_for()


def make_token_without_scope(page: Page) -> None:
    page.locator("#id_name").fill("night report")
    page.locator("main button[type=submit]").click()
    page.locator(".field__error").first.wait_for()


def add_nobody(page: Page) -> None:
    page.locator("#id_username").fill("Not A Name")
    page.locator("main form button[type=submit]").click()
    page.locator(".field__error").first.wait_for()


def go_to_person(page: Page) -> None:
    page.locator("#person-table").get_by_role("link", name="analyst", exact=True).click()
    page.locator("#actions-heading").wait_for()


def open_person(page: Page) -> None:
    go_to_person(page)
    page.locator("main details.menu > summary").last.click()


def change_person(page: Page) -> None:
    go_to_person(page)
    page.locator("main a[href$='/edit/']").click()
    page.locator("#id_email").wait_for()


def make_link(page: Page) -> None:
    go_to_person(page)
    page.locator("main details.menu > summary").first.click()
    page.locator("form[action$='/link/'] button[type=submit]").click()
    page.locator("#link").wait_for()
