"""Passwords that are made of what everybody here thinks of first. *Pure* but for the settings."""

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# docs/sign_in.md names them.
WORDS = (
    *("dentalhub", "dental", "ivoris", "praxis", "zahnarzt", "zaehne", "zahn", "kartei", "patient", "kasse"),
    *("passwort", "password", "kennwort", "netzwerk", "network", "admin", "willkommen", "welcome", "geheim", "secret"),
    *("fruehling", "sommer", "herbst", "winter", "spring", "summer", "autumn", "qwertz", "qwerty", "asdfgh"),
)
# So many letters must be left when these words are taken out.
FEWEST_LETTERS = 6
_SPELLINGS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "0": "o", "1": "i", "3": "e", "4": "a", "@": "a"}
)


class WordsValidator:
    """Refuses a password that is hardly more than words of the trade, of this installation's names, and signs."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Raise ValidationError."""
        if len(_rest(password)) < FEWEST_LETTERS:
            raise ValidationError(self.get_help_text(), code="password_of_known_words")

    def get_help_text(self) -> str:
        """What to do instead."""
        return _("The password must not consist of words such as “praxis” or “dentalhub”, with digits and signs alone.")


def _rest(password: str) -> str:
    """The letters that are no known word; a digit may stand for the letter that it looks like."""
    plain = password.lower()
    rests = [re.sub(_pattern(), " ", text) for text in (plain, plain.translate(_SPELLINGS))]
    return min(("".join(letter for letter in rest if letter.isalpha()) for rest in rests), key=len)


def _pattern() -> str:
    names = {part for host in _hosts() for part in re.split(r"[^a-z]+", host.lower()) if len(part) > 3}
    return "|".join(re.escape(word) for word in sorted({*WORDS, *names}, key=len, reverse=True))


def _hosts() -> list[str]:
    return [urlsplit(settings.PUBLIC_URL).hostname or "", *settings.ALLOWED_HOSTS]
