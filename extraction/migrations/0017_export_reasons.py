"""Why patient ids leave. What was kept before goes on with patient ids and an empty reason."""

from django.db import migrations, models

REASONS = [
    ("practice", "a question of the practice about an entry"),
    ("billing", "checking a bill"),
    ("patient", "a patient's request"),
    ("quality", "checking the extraction against the source"),
    ("other", "another reason, as noted"),
    ("operation", "operation on the command line"),
]


def _reason():
    return models.CharField(blank=True, choices=REASONS, default="", max_length=12, verbose_name="reason")


def _note():
    return models.CharField(blank=True, default="", max_length=200, verbose_name="note")


class Migration(migrations.Migration):
    dependencies = [("extraction", "0016_export_regions")]
    operations = [
        migrations.AddField("export", "reason", _reason()),
        migrations.AddField("export", "note", _note()),
        migrations.AddField("savedexport", "reason", _reason()),
        migrations.AddField("savedexport", "note", _note()),
        # Until now every one had patient ids where its owner might see them.
        migrations.AddField(
            "savedexport", "shows_patients", models.BooleanField(default=True, verbose_name="with patient ids")
        ),
        migrations.AlterField(
            "savedexport", "shows_patients", models.BooleanField(default=False, verbose_name="with patient ids")
        ),
    ]
