"""Passwords of words that everybody here thinks of first."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from pytest_django import Settings

WORD = "password_of_known_words"


def codes_of(password: str) -> list[str | None]:
    try:
        validate_password(password)
    except ValidationError as error:
        return [one.code for one in error.error_list]
    return []


@pytest.mark.parametrize(
    "password",
    [
        "Zahnarztpraxis2026!",
        "dentalhub-admin-1",
        "Z4hnarztpr4xis!!",
        "Willkommen-Praxis-99",
        "zähnezähnezähne",
        "sommer sommer 2026",
    ],
)
def test_known_words_with_digits_and_signs_are_refused(password: str) -> None:
    assert codes_of(password) == [WORD]


@pytest.mark.parametrize(
    "password",
    ["a quiet brook in winter", "correct horse battery staple", "praxis mit blauem fahrrad", "Übergangsjacke"],
)
def test_known_words_among_others_are_no_harm(password: str) -> None:
    assert codes_of(password) == []


def test_names_of_the_installation_are_known_words(settings: Settings) -> None:
    assert codes_of("Meiernetz-Meiernetz") == []
    settings.PUBLIC_URL = "https://hub.meiernetz.example"
    assert codes_of("Meiernetz-Meiernetz") == [WORD]
    settings.PUBLIC_URL, settings.ALLOWED_HOSTS = "", ["meiernetz.de"]
    assert codes_of("Meiernetz-Meiernetz") == [WORD]
