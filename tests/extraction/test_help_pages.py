import re
from html import unescape
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.utils.translation import override

from dentalhub.glossary import TERM_OF_SLUG, TERMS
from extraction.error_help import error_codes, error_help
from extraction.error_steps import STEPS

CODES = list(error_codes())


@pytest.fixture
def reader(client: Client, db: None) -> Client:
    """Signed in without any role: help holds nobody's data."""
    client.force_login(User.objects.create_user("reader"))
    return client


@pytest.mark.parametrize("code", CODES)
def test_each_code_says_what_happened_and_what_to_do(code: str) -> None:
    found = error_help(code)
    assert found.code == code
    assert found.label
    assert found.happened.endswith(".")
    assert found.steps
    assert all(step.endswith(".") for step in (*found.steps, *found.done))


def test_no_step_is_of_a_code_that_does_not_exist() -> None:
    assert set(STEPS) == set(CODES)


def test_refused_login_says_that_nothing_is_tried_again() -> None:
    found = error_help("login_failed")
    assert found.numbers == (18452, 18456, 18470, 18486, 18487, 18488)
    assert len(found.done) == 1
    assert found.done[0].startswith("Nothing is tried again")


def test_retried_error_says_whose_breaker_counts_it() -> None:
    assert error_help("deadlock").done == (
        "The center is read again after a short wait, three times in all.",
        "After three failures in a row this center is left alone for a while; others on the server go on.",
    )


@pytest.mark.parametrize("code", ["login_failed", "held"])
def test_page_of_a_code(reader: Client, code: str) -> None:
    text = unescape(reader.get(f"/help/errors/{code}/").content.decode())
    assert error_help(code).happened in text
    assert all(step in text for step in error_help(code).steps)


def test_page_of_an_unknown_code_is_404(reader: Client) -> None:
    assert reader.get("/help/errors/nonsense/").status_code == 404


def test_list_leads_to_each_code(reader: Client) -> None:
    text = reader.get("/help/errors/").content.decode()
    assert re.findall(r'href="/help/errors/(\w+)/"', text) == CODES


def test_glossary_has_each_word_in_the_order_of_the_language(reader: Client) -> None:
    english = reader.get("/help/words/").content.decode()
    assert len(re.findall(r"<dt id=", english)) == len(TERMS)
    reader.cookies[settings.LANGUAGE_COOKIE_NAME] = "de"
    german = [
        unescape(word)
        for word in re.findall(r'<dt id="[\w-]+">(.*?)</dt>', reader.get("/help/words/").content.decode())
    ]
    with override("de"):
        assert german == sorted((str(term.word) for term in TERMS), key=str.casefold)


def test_templates_ask_for_words_that_exist() -> None:
    asked = {
        slug
        for file in (Path(settings.BASE_DIR) / "templates").rglob("*.html")
        for slug in re.findall(r'{% what_is "([\w-]+)" %}', file.read_text(encoding="utf-8"))
    }
    assert {"breaker", "confidence", "drift", "held"} <= asked <= set(TERM_OF_SLUG)


@pytest.mark.parametrize("path", ["/help/words/", "/help/errors/", "/help/errors/dns/"])
def test_help_is_for_people_who_are_signed_in(client: Client, db: None, path: str) -> None:
    assert client.get(path).status_code == 302


@pytest.mark.parametrize("path", ["/help/words/", "/help/errors/", "/help/errors/dns/"])
def test_help_only_reads(reader: Client, path: str) -> None:
    assert reader.post(path).status_code == 405
