"""Why a center is on hold, and when its schema was last looked at."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Max


def watch_discovered_centers(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """One watch for each center that was discovered before there were watches."""
    watches = apps.get_model("mappings", "SchemaWatch")
    seen = apps.get_model("mappings", "SchemaSnapshot").objects.order_by().values("center").annotate(at=Max("seen_at"))
    watches.objects.bulk_create([watches(center_id=row["center"], looked_at=row["at"]) for row in seen], batch_size=100)


class Migration(migrations.Migration):
    dependencies = [
        ("centers", "0001_initial"),
        ("mappings", "0004_vocabulary"),
    ]

    operations = [
        migrations.AddField(
            model_name="mapping",
            name="hold",
            field=models.CharField(blank=True, default="", editable=False, max_length=200, verbose_name="on hold"),
        ),
        migrations.CreateModel(
            name="SchemaWatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("looked_at", models.DateTimeField(verbose_name="last looked at")),
                ("wanted", models.BooleanField(default=False, verbose_name="asked for")),
                ("claim_token", models.CharField(blank=True, default="", editable=False, max_length=32)),
                ("claimed_until", models.DateTimeField(blank=True, editable=False, null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                ("error_kind", models.CharField(blank=True, default="", max_length=40, verbose_name="cause")),
                (
                    "error_message",
                    models.CharField(blank=True, default="", max_length=500, verbose_name="what happened"),
                ),
                (
                    "center",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="schema_watch",
                        to="centers.center",
                    ),
                ),
            ],
            options={
                "verbose_name": "schema watch",
                "verbose_name_plural": "schema watches",
                "ordering": ["center"],
                "indexes": [models.Index(fields=["looked_at"], name="schema_watch_by_look")],
            },
        ),
        migrations.RunPython(watch_discovered_centers, migrations.RunPython.noop),
    ]
