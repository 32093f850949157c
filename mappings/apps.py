"""App configuration."""

from django.apps import AppConfig


class MappingsConfig(AppConfig):
    """See the package docstring for what belongs here."""

    name = "mappings"
    default_auto_field = "django.db.models.BigAutoField"
