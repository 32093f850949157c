"""App configuration."""

from django.apps import AppConfig


class CentersConfig(AppConfig):
    """See the package docstring for what belongs here."""

    name = "centers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to what identity providers say about people, and register the system checks."""
        # Importing is all: they connect and register themselves.
        from centers import checks, claimed_regions  # noqa: F401
