import copy
import json
import logging
import pickle
import traceback
from collections.abc import Callable
from typing import Any

import pytest
from django.core import signing
from django_q.signing import SignedPackage

from centers.connection_string import build
from centers.secret import Secret
from tests.centers.makers import SPEC

VALUE = "canary-5f1c"
WRITERS = [pickle.dumps, json.dumps, copy.copy, copy.deepcopy, SignedPackage.dumps, signing.dumps]
SECRETS = [Secret(VALUE), build(SPEC, Secret(VALUE), "10.1.2.3")]


@pytest.mark.parametrize("secret", SECRETS)
def test_secret_shows_itself_nowhere(secret: Secret) -> None:
    shown = [repr(secret), str(secret), f"{secret}", f"{secret:>10}", "{}".format(secret), "%s %r" % (secret, secret)]  # noqa: UP031, UP032
    assert [VALUE in text for text in shown] == [False] * 6
    assert repr({"password": [secret]}) == "{'password': [***]}"


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("write", WRITERS)
def test_secret_goes_into_no_message(secret: Secret, write: Callable[[Any], object]) -> None:
    with pytest.raises(TypeError):
        write(secret)


def test_secret_is_in_no_log_and_in_no_traceback_with_its_variables(caplog: pytest.LogCaptureFixture) -> None:
    secret = SECRETS[1]
    try:
        raise ValueError(secret)
    except ValueError as error:
        logging.getLogger("test").exception("failed with %s", secret)
        lines = traceback.TracebackException.from_exception(error, capture_locals=True).format()
    text = "".join(lines) + caplog.text
    assert ("failed with ***" in text, VALUE in text) == (True, False)


def test_secrets_are_equal_when_they_reveal_the_same() -> None:
    assert (Secret("a") == Secret("a"), Secret("a") == Secret("b"), Secret("a") == "a") == (True, False, False)
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2
    assert (bool(Secret("")), bool(Secret("a"))) == (False, True)
    assert Secret("ä\ud800").reveal() == "ä\ud800"
