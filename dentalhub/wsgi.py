"""The entry point for gunicorn: `gunicorn dentalhub.wsgi`."""

import os
from typing import Any

import django
from django.core.exceptions import SuspiciousOperation
from django.core.handlers.wsgi import WSGIHandler

from dentalhub.response_headers import HEADERS

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dentalhub.settings")


class Application(WSGIHandler):
    """Answers 400 also where a request cannot even be made of what came, before any middleware: Django would not."""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        try:
            return super().__call__(environ, start_response)
        except SuspiciousOperation:
            headers = {**HEADERS, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
            start_response("400 Bad Request", [("Content-Type", "text/plain; charset=utf-8"), *headers.items()])
            return [b"Bad request\n"]


django.setup(set_prefix=False)
application = Application()

from dentalhub.start_checks import refuse_unsafe_start  # noqa: E402 # needs Django

refuse_unsafe_start()

from django.urls import reverse  # noqa: E402 # needs Django

# Loads every page with its view: before a process takes visitors, the first of whom would wait a second or more.
reverse("login")
