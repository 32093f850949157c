from pytest_django import Settings

from dentalhub.checks import sandbox_is_off


def test_sandbox_that_is_on_is_warned_of(settings: Settings) -> None:
    settings.SANDBOX = True
    assert [message.id for message in sandbox_is_off()] == ["dentalhub.W020"]
    settings.SANDBOX = False
    assert sandbox_is_off() == []
