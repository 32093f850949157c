"""App configuration."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from extraction.schedule import ensure_tick


class ExtractionConfig(AppConfig):
    """See the package docstring for what belongs here."""

    name = "extraction"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Not before all models are there.
        from django_q.signals import pre_execute

        from extraction.heartbeats import beat_before_task

        pre_execute.connect(beat_before_task, dispatch_uid="extraction.heartbeat")
        post_migrate.connect(ensure_tick, sender=self, dispatch_uid="extraction.tick")
