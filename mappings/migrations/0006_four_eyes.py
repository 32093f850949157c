"""Who edited each version, and that nobody approves the own work."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F

_BATCH = 100


def note_editors(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Until now each version knew the last person who had changed it.

    An approval of the own work was possible in a network of one person only, which gave a reason.
    """
    mappings = apps.get_model("mappings", "Mapping").objects
    mappings.exclude(author=None).update(first_author=F("author"))
    own_work = mappings.filter(status="approved", author=F("reviewer"))
    own_work.filter(reason="").update(reason="Approved alone before reasons were demanded.")
    own_work.update(four_eyes_waived=True)
    editors = apps.get_model("mappings", "Mapping").editors.through.objects
    rows = mappings.filter(status__in=["draft", "in_review", "rejected"]).exclude(author=None)
    editors.bulk_create(
        [editors.model(mapping_id=pk, user_id=author) for pk, author in rows.values_list("pk", "author_id")],
        batch_size=_BATCH,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("centers", "0001_initial"),
        ("mappings", "0005_holds_and_watches"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="mapping",
            name="editors",
            field=models.ManyToManyField(
                blank=True, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="editors"
            ),
        ),
        migrations.AddField(
            model_name="mapping",
            name="first_author",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="first author",
            ),
        ),
        migrations.AddField(
            model_name="mapping",
            name="four_eyes_waived",
            field=models.BooleanField(default=False, verbose_name="approved alone"),
        ),
        migrations.RunPython(note_editors, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="mapping",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "approved"), _negated=True),
                    ("four_eyes_waived", True),
                    models.Q(
                        models.Q(("reviewer", models.F("author")), _negated=True),
                        models.Q(("reviewer", models.F("first_author")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="mapping_approved_by_a_second_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="mapping",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("four_eyes_waived", False), models.Q(("reason", ""), _negated=True), _connector="OR"
                ),
                name="mapping_waiver_has_a_reason",
            ),
        ),
    ]
