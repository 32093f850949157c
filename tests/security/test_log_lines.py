"""An error's text, which may quote a patient's value, is in no log line."""

import io
import json
import logging
import logging.config
import sys

import pytest

from dentalhub.log_lines import ValuelessFormatter
from dentalhub.logs import logging_settings

VALUE = "PATIENT-4711"


def failing() -> None:
    """An error behind an error, as drivers and converters raise them."""
    try:
        int(VALUE)
    except ValueError as error:
        raise RuntimeError(f"cannot convert {VALUE}") from error


def line_of(formatter: logging.Formatter) -> str:
    """What is logged of the error."""
    try:
        failing()
    except RuntimeError:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "it failed", None, sys.exc_info())
        return formatter.format(record)
    raise AssertionError


def test_gunicorns_formatter_names_type_and_place_only() -> None:
    line = line_of(ValuelessFormatter("%(message)s"))
    assert VALUE not in line
    assert [part in line for part in ("it failed", "in failing", "builtins.RuntimeError", "builtins.ValueError")] == [
        True
    ] * 4


@pytest.mark.parametrize("form", ["json", "plain"])
def test_our_formatter_does_too(form: str) -> None:
    config = logging_settings(form, "DEBUG")
    handler = logging.StreamHandler(io.StringIO())
    formatter = dict(config["formatters"]["ours"])
    handler.setFormatter(formatter.pop("()")(**formatter))
    line = line_of(handler.formatter or logging.Formatter())
    assert VALUE not in line
    text = json.loads(line)["exception"] if form == "json" else line
    assert [part in text for part in ("in failing", "builtins.RuntimeError", "builtins.ValueError")] == [True] * 3
