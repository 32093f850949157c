"""How passwords are kept."""

import pytest
from django.contrib.auth.hashers import identify_hasher
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client
from django.test.utils import override_settings

from dentalhub import settings as real_settings
from tests.conftest import PASSWORD


@pytest.mark.django_db
@override_settings(PASSWORD_HASHERS=real_settings.PASSWORD_HASHERS)
def test_a_sign_in_changes_an_older_hash_to_argon2(client: Client) -> None:
    cache.clear()
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.PBKDF2PasswordHasher"]):
        user = User.objects.create_user("anna", password=PASSWORD)
    assert identify_hasher(user.password).algorithm == "pbkdf2_sha256"
    assert client.post("/accounts/login/", {"login": "anna", "password": PASSWORD}).status_code == 302
    assert identify_hasher(User.objects.get().password).algorithm == "argon2"
