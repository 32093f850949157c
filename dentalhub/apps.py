"""The frame: sign-in, roles, audit events and what every page shares."""

from django.apps import AppConfig


class DentalhubConfig(AppConfig):
    """Registers the system checks."""

    name = "dentalhub"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from dentalhub import checks  # noqa: F401  registers itself
