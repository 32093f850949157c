"""App configuration."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from extraction.schedule import ensure_tick


class ExtractionConfig(AppConfig):
    """See the package docstring for what belongs here."""

    name = "extraction"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        post_migrate.connect(ensure_tick, sender=self, dispatch_uid="extraction.tick")
