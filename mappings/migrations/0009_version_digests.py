"""A digest of every version beside it, so that lists of hundreds of versions need not read whole documents."""

import django.db.models.deletion
from django.db import migrations, models

from mappings.digest import FORMULA, digest, to_json
from mappings.document import from_document

_BATCH = 100


def make_digests(apps, schema_editor):
    """For all versions there are, by key, some at a time; content that cannot be read stays without one."""
    versions = apps.get_model("mappings", "Mapping").objects.order_by("pk").only("pk", "content", "content_hash")
    digests = apps.get_model("mappings", "VersionDigest").objects
    last = 0
    while found := list(versions.filter(pk__gt=last)[:_BATCH]):
        for mapping in found:
            try:
                rows = to_json(digest(from_document(mapping.content)))
            except (KeyError, TypeError, ValueError):
                continue
            digests.create(mapping_id=mapping.pk, content_hash=mapping.content_hash, formula=FORMULA, rows=rows)
        last = found[-1].pk


class Migration(migrations.Migration):
    dependencies = [("mappings", "0008_field_looks_and_dry_runs")]

    operations = [
        migrations.CreateModel(
            name="VersionDigest",
            fields=[
                (
                    "mapping",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="digest",
                        serialize=False,
                        to="mappings.mapping",
                    ),
                ),
                ("content_hash", models.CharField(max_length=64)),
                ("formula", models.PositiveSmallIntegerField(verbose_name="formula")),
                ("rows", models.JSONField()),
            ],
            options={"verbose_name": "digest of a version", "verbose_name_plural": "digests of versions"},
        ),
        migrations.RunPython(make_digests, migrations.RunPython.noop),
    ]
