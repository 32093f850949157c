"""Finds people by what somebody typed."""

from django.contrib.auth.models import User
from django.db.models import QuerySet

from centers.search_text import fold


def keys_of(people: QuerySet[User], text: str) -> list[int]:
    """Primary keys of those of `people` whose username, name or e-mail has every word of `text`, in their order.

    Names are folded here and not in the database, where Mueller would not find Müller; people are hundreds.
    """
    words = fold(text).split()
    plain = people.select_related(None).prefetch_related(None)
    rows = plain.values_list("pk", "username", "first_name", "last_name", "email")
    return [pk for pk, *texts in rows if _has(words, fold(" ".join(texts)))]


def in_order(people: QuerySet[User], keys: list[int]) -> list[User]:
    """The people of one page of `keys`, in their order."""
    found = {person.pk: person for person in people.filter(pk__in=keys)}
    return [found[pk] for pk in keys if pk in found]


def _has(words: list[str], text: str) -> bool:
    return all(word in text for word in words)
