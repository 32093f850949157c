"""Options that no machine can have end with 2 and a sentence, before anything is started or changed."""

import pytest
from django.core.management import CommandError, call_command


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("serve", ["--port", "80000"]),
        ("serve", ["--port", "-1"]),
        ("serve", ["--threads", "0"]),
        ("demo", ["--oneshot", "--centers", "0"]),
        ("demo", ["--oneshot", "--days", "0"]),
        ("demo", ["--port", "80000"]),
        ("benchmark", ["--centers", "0"]),
        ("benchmark", ["--workers", "50", "0"]),
        ("benchmark", ["--rounds", "0"]),
        ("demo", ["--oneshot", "--sandbox-port", "99999999"]),
    ],
)
def test_command_with_an_impossible_option_ends_with_two(name: str, arguments: list[str]) -> None:
    with pytest.raises(CommandError) as caught:
        call_command(name, *arguments)
    assert caught.value.returncode == 2
    assert " must be " in str(caught.value)
