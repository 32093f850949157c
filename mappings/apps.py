"""App configuration."""

from django.apps import AppConfig


class MappingsConfig(AppConfig):
    """See the package docstring for what belongs here."""

    name = "mappings"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the list of centers what it can show of mappings, and that centers can be discovered there."""
        # Not before all models are there.
        from centers import bulk_actions, center_facets
        from mappings.bulk_discovery_views import DISCOVER
        from mappings.center_facet import MAPPING

        center_facets.register(MAPPING)
        bulk_actions.register(DISCOVER)
