"""The language switch: Django's, which keeps a cookie, and what we keep with the person."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.views import i18n

from dentalhub.person_language import choose


@login_not_required
def set_language(request: HttpRequest) -> HttpResponseBase:
    """Change the language, for everybody who can see a page, and go back to it."""
    language = request.POST.get("language", "")
    if request.method == "POST" and language in dict(settings.LANGUAGES):
        choose(request, language)
    return i18n.set_language(request)
