"""Another secret key with the former one beside it: nobody is signed out, nothing is lost; then the old one goes."""

import os
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from centers.models import Center
from dentalhub.audit import record
from dentalhub.audit_verification import verify
from dentalhub.sign_in import stored_secrets
from extraction.checks import suppressions_can_be_checked, suppressions_have_a_key_of_their_own
from extraction.enums import ErasureReason
from extraction.erasure import suppress
from extraction.suppressions import missing_keys
from tests.extraction.builders import center
from tests.secret_key import SECRET_KEY

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
ROOT = Path(__file__).resolve().parents[2]
NEW = "another key for tests, which hide nothing: 9876543210 zyxwvutsrqponmlkjihgfedcba"


@pytest.fixture
def changed(settings: Any) -> Callable[..., None]:
    """Put another key in force, and keep the former one or not."""
    former = settings.SECRET_KEY

    def change(*, keep: bool) -> None:
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [former] if keep else []

    return change


@pytest.fixture
def erased(db: None) -> Center:
    """A center one of whose patients was erased under the secret key."""
    found = center(1)
    suppress(found, "4711", None, ErasureReason.REQUEST, "2026-17")
    return found


def with_factors(user: User) -> None:
    """An app and recovery codes, as allauth stores them."""
    Authenticator.objects.create(user=user, type="totp", data={"secret": stored_secrets.encrypt("ABC")})
    codes = {"seed": stored_secrets.encrypt("seed"), "used_mask": 5}
    Authenticator.objects.create(user=user, type="recovery_codes", data=codes)


def rotated(**options: bool) -> str:
    out = StringIO()
    call_command("rotate_secret_key", stdout=out, **options)
    return out.getvalue().strip()


@pytest.mark.parametrize(("keep", "status"), [(True, 200), (False, 302)])
def test_session_goes_on_while_the_former_key_counts(
    keep: bool, status: int, changed: Callable[..., None], analyst: User, client_of: SignIn
) -> None:
    browser = client_of(analyst)
    changed(keep=keep)
    assert browser.get("/accounts/").status_code == status


def test_second_factors_are_encrypted_anew(changed: Callable[..., None], analyst: User) -> None:
    with_factors(analyst)
    changed(keep=True)
    assert rotated(dry_run=True) == "Under a former key: 2"
    assert rotated() == "Encrypted anew: 2"
    assert rotated() == "Encrypted anew: 0"
    changed(keep=False)
    app, codes = Authenticator.objects.order_by("type").values_list("data", flat=True)[::-1]
    assert (stored_secrets.decrypt(app["secret"]), stored_secrets.decrypt(codes["seed"])) == ("ABC", "seed")
    assert codes["used_mask"] == 5


def test_second_factor_that_no_key_opens_is_said(changed: Callable[..., None], analyst: User) -> None:
    with_factors(analyst)
    changed(keep=False)
    with pytest.raises(CommandError, match="No key opens the second factors of: analyst") as error:
        rotated()
    assert error.value.returncode == 1


def test_audit_trail_verifies_while_the_former_key_counts(changed: Callable[..., None], analyst: User) -> None:
    record(analyst, "person.signed_in", analyst)
    changed(keep=True)
    record(analyst, "person.signed_out", analyst)
    found = verify()
    assert (found.finding, found.is_end) == (None, True)


def test_erased_patients_are_recognised_while_the_former_key_counts(
    changed: Callable[..., None], erased: Center, settings: Any
) -> None:
    former = settings.SECRET_KEY
    changed(keep=True)
    assert (missing_keys(), suppressions_can_be_checked(databases=["default"])) == ([], [])
    changed(keep=False)
    (warning,) = suppressions_can_be_checked(databases=["default"])
    assert (warning.id, "1 centers land nothing: center_01." in warning.msg) == ("extraction.W002", True)
    assert suppressions_can_be_checked(databases=None) == []
    settings.SUPPRESSION_KEYS = ["a key of its own", former]
    assert suppressions_can_be_checked(databases=["default"]) == []


@pytest.mark.parametrize(
    ("keys", "pseudonyms", "expected"), [([], "", ["extraction.W001"]), (["a"], "", []), ([], "b", [])]
)
def test_missing_key_of_suppressions_is_said_where_it_is_deployed(
    keys: list[str], pseudonyms: str, expected: list[str], settings: Any
) -> None:
    settings.SUPPRESSION_KEYS, settings.PSEUDONYM_KEY = keys, pseudonyms
    assert [warning.id for warning in suppressions_have_a_key_of_their_own()] == expected


def test_former_keys_come_from_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "former"
    file.write_text("first,second\nthird\n")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DENTALHUB_")}
    environment = kept | {
        "DENTALHUB_ENV_FILE": os.devnull,
        "DENTALHUB_DATA_DIR": str(tmp_path),
        "DENTALHUB_SECRET_KEY": SECRET_KEY,
        "DENTALHUB_SECRET_KEY_FALLBACKS_FILE": str(file),
        "DJANGO_SETTINGS_MODULE": "dentalhub.settings",
    }
    script = "from django.conf import settings; print(settings.SECRET_KEY_FALLBACKS)"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "['first', 'second', 'third']", done.stderr
