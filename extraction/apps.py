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

        from centers.bulk_actions import register
        from dentalhub.metrics import registry
        from extraction import checks  # noqa: F401  register themselves
        from extraction.bulk_runs import RUN
        from extraction.heartbeats import beat_before_task
        from extraction.metrics.collector import ExtractionCollector

        pre_execute.connect(beat_before_task, dispatch_uid="extraction.heartbeat")
        register(RUN)
        registry.register(ExtractionCollector())
        post_migrate.connect(ensure_tick, sender=self, dispatch_uid="extraction.tick")
