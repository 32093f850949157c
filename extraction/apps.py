"""App configuration."""

from django.apps import AppConfig


class ExtractionConfig(AppConfig):
    """See the package docstring for what belongs here."""

    name = "extraction"
    default_auto_field = "django.db.models.BigAutoField"
