"""Dates on screen."""

import datetime as dt

import pytest
from django.template import Context, Template
from django.utils import translation

MOMENT = dt.datetime(2026, 11, 20, 17, 5, tzinfo=dt.UTC)


@pytest.mark.parametrize("language", ["en", "de"])
def test_dates_look_the_same_in_both_languages(language: str) -> None:
    template = Template('{{ at|date }} {{ at|date:"SHORT_DATE_FORMAT" }} {{ at|date:"SHORT_DATETIME_FORMAT" }}')
    with translation.override(language):
        # Berlin is an hour ahead of UTC in November.
        assert template.render(Context({"at": MOMENT})) == "20.11.2026 20.11.2026 20.11.2026 18:05"
