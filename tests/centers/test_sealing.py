import base64
import json

import pytest
from cryptography.fernet import Fernet

from centers.exceptions import CredentialError
from centers.sealing import Keyring, Purpose, is_key, key_id, key_id_of, place_of
from centers.secret import Secret

OLD, NEW = (base64.urlsafe_b64encode(bytes([number]) * 32).decode() for number in (1, 2))
PURPOSE = Purpose("svc", frozenset({"berlin:1433", "bonn:1433"}))


def reason(ring: Keyring, sealed: str, user: str = "svc", place: str = "berlin:1433") -> str:
    with pytest.raises(CredentialError) as caught:
        ring.open(sealed, user, place)
    return str(caught.value)


@pytest.mark.parametrize("value", ["geheim", "ä€🦷", "x" * 128, '"}{'])
def test_sealed_secret_opens_for_each_of_its_places(value: str) -> None:
    ring = Keyring([OLD])
    sealed = ring.seal(Secret(value), PURPOSE)
    assert [ring.open(sealed, "svc", place) for place in sorted(PURPOSE.places)] == [Secret(value)] * 2
    assert sealed.startswith(f"v1:{key_id(OLD)}:")
    assert (value in sealed, key_id_of(sealed)) == (False, key_id(OLD))


@pytest.mark.parametrize(
    ("user", "place"), [("sa", "berlin:1433"), ("svc", "evil.example:1433"), ("svc", "berlin:1434"), ("svc", "berlin")]
)
def test_sealed_secret_opens_for_no_other_login(user: str, place: str) -> None:
    ring = Keyring([OLD])
    assert reason(ring, ring.seal(Secret("geheim"), PURPOSE), user, place) == (
        "The stored password is for another host, port or user. Type it again in the form it came from."
    )


def test_place_is_the_same_in_any_case() -> None:
    assert place_of("DB.Example", 1433) == "db.example:1433"


def test_first_key_seals_and_every_key_opens() -> None:
    sealed = Keyring([OLD]).seal(Secret("geheim"), PURPOSE)
    both = Keyring([NEW, OLD])
    assert both.open(sealed, "svc", "bonn:1433") == Secret("geheim")
    anew = both.reseal(sealed)
    assert (key_id_of(sealed), key_id_of(anew)) == (key_id(OLD), key_id(NEW))
    assert Keyring([NEW]).open(anew, "svc", "bonn:1433") == Secret("geheim")
    assert reason(Keyring([NEW]), sealed) == (
        f"The stored password was encrypted with the key {key_id(OLD)}, which DENTALHUB_SECRET_KEYS lacks."
    )


def test_resealed_secret_is_for_the_same_login_only() -> None:
    both = Keyring([NEW, OLD])
    anew = both.reseal(Keyring([OLD]).seal(Secret("geheim"), PURPOSE))
    assert reason(both, anew, place="evil.example:1433").startswith("The stored password is for another host")


@pytest.mark.parametrize("end", ["", "x", "A=", "=="])
def test_changed_token_does_not_open(end: str) -> None:
    ring = Keyring([OLD])
    sealed = ring.seal(Secret("geheim"), PURPOSE)[:-4] + end
    assert reason(ring, sealed) == "The stored password cannot be decrypted: somebody changed its row."
    with pytest.raises(CredentialError, match="cannot be decrypted"):
        ring.reseal(sealed)


def test_token_under_the_name_of_another_key_does_not_open() -> None:
    ring = Keyring([NEW, OLD])
    sealed = ring.seal(Secret("geheim"), PURPOSE).replace(key_id(NEW), key_id(OLD))
    assert reason(ring, sealed) == "The stored password cannot be decrypted: somebody changed its row."


@pytest.mark.parametrize("sealed", ["", "geheim", "v2:abc:def", "v1::"])
def test_what_is_not_sealed_does_not_open(sealed: str) -> None:
    assert "DENTALHUB_SECRET_KEYS lacks" in reason(Keyring([OLD]), sealed)


def test_purpose_stands_inside_of_the_encryption() -> None:
    sealed = Keyring([OLD]).seal(Secret("geheim"), PURPOSE)
    document = json.loads(Fernet(OLD).decrypt(sealed.rpartition(":")[2]))
    assert document == {"secret": "geheim", "user": "svc", "places": ["berlin:1433", "bonn:1433"]}


@pytest.mark.parametrize(("keys", "message"), [([], "is empty"), ([OLD, "geheim"], "has a key that is none")])
def test_keyring_of_what_are_no_keys_is_refused_without_showing_them(keys: list[str], message: str) -> None:
    with pytest.raises(CredentialError, match=message) as caught:
        Keyring(keys)
    assert "geheim" not in str(caught.value)


def test_key_is_told_from_other_text() -> None:
    assert [is_key(text) for text in (OLD, Fernet.generate_key().decode(), "", "x" * 44, OLD[:-2], "ä" * 44)] == [
        *(True, True),
        *(False, False, False, False),
    ]
    assert (len(key_id(OLD)), key_id(OLD) == key_id(NEW), key_id(OLD) in OLD) == (8, False, False)
