"""The frame: sign-in, roles, audit events and what every page shares."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class DentalhubConfig(AppConfig):
    """Registers the system checks and what follows from a sign-in, and keeps values out of what errors print."""

    name = "dentalhub"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.conf import settings

        from dentalhub.valueless_errors import say_errors_without_texts

        if not settings.DEBUG:
            say_errors_without_texts()
        autodiscover_modules("audit_actions")
        from dentalhub import checks, own_database_checks, start_checks, superuser_changes  # noqa: F401  register themselves
        from dentalhub.sign_in import receivers  # noqa: F401  connect themselves
