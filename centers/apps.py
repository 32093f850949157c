"""App configuration."""

from django.apps import AppConfig


class CentersConfig(AppConfig):
    """See the package docstring for what belongs here."""

    name = "centers"
    default_auto_field = "django.db.models.BigAutoField"
