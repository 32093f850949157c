"""Which language a person reads: kept with the account, so that it is there after any sign-in and on any device.

While somebody is signed in the session has it, so that no page asks the database.
"""

from collections.abc import Callable, Iterable

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation

from dentalhub.language_models import PersonLanguage

SESSION_KEY = "language"


def language_of(person: User) -> str:
    """What e-mails to `person` are written in."""
    return languages_of([person])[person.pk]


def languages_of(people: Iterable[User]) -> dict[int, str]:
    """The same for several people, with one query."""
    wanted = [person.pk for person in people]
    known = dict(PersonLanguage.objects.filter(user__in=wanted).values_list("user_id", "language"))
    return {pk: known.get(pk, settings.LANGUAGE_CODE) for pk in wanted}


def choose(request: HttpRequest, language: str) -> None:
    """Keep what was chosen with the switch: for the person, or for whoever signs in next in this session."""
    request.session[SESSION_KEY] = language
    if isinstance(request.user, User):
        _keep(request.user, language, is_chosen=True)


def begin(request: HttpRequest, person: User) -> None:
    """At a sign-in: what was chosen just before it counts, else what the person chose once."""
    chosen = request.session.get(SESSION_KEY)
    known = PersonLanguage.objects.filter(user=person).first()
    if chosen:
        _keep(person, chosen, is_chosen=True)
    elif known is not None and known.is_chosen:
        request.session[SESSION_KEY] = known.language
    else:
        _keep(person, translation.get_language() or settings.LANGUAGE_CODE, is_chosen=False)


class PersonLanguageMiddleware:
    """Shows pages in the language that the signed-in person chose; stands behind what says who it is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        chosen = request.session.get(SESSION_KEY) if request.user.is_authenticated else None
        if chosen:
            translation.activate(chosen)
            request.LANGUAGE_CODE = chosen
        return self.get_response(request)


def _keep(person: User, language: str, *, is_chosen: bool) -> None:
    row, is_new = PersonLanguage.objects.get_or_create(
        user=person, defaults={"language": language, "is_chosen": is_chosen}
    )
    if not is_new and (row.language, row.is_chosen) != (language, is_chosen):
        row.language, row.is_chosen = language, is_chosen
        row.save(update_fields=["language", "is_chosen"])
