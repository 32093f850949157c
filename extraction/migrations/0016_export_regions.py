"""The regions whose entries an export may hold; until now everybody exported from all."""

from django.db import migrations, models


def may_hold_all(apps, schema_editor):
    """Whoever does not see all regions sees no export that was made before."""
    export = apps.get_model("extraction", "Export")
    regions = list(apps.get_model("centers", "Region").objects.order_by("pk").values_list("pk", flat=True))
    through = export.regions.through
    last = 0
    while keys := list(export.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:200]):
        rows = [through(export_id=key, region_id=region) for key in keys for region in regions]
        through.objects.bulk_create(rows, batch_size=500)
        last = keys[-1]


class Migration(migrations.Migration):
    dependencies = [("centers", "0003_person_scopes"), ("extraction", "0015_request_ids")]
    operations = [
        migrations.AddField(
            "export",
            "regions",
            models.ManyToManyField(blank=True, related_name="+", to="centers.region", verbose_name="regions"),
        ),
        migrations.RunPython(may_hold_all, migrations.RunPython.noop),
    ]
