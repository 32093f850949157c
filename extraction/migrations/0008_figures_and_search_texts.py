import django.db.models.deletion
from django.db import migrations, models

from extraction.figure_filling import fill_figures, fill_search_texts


def fill_what_is_there(apps, schema_editor):
    entries = apps.get_model("extraction", "ChartEntry")
    fill_search_texts(entries)
    fill_figures(entries, apps.get_model("extraction", "SliceFigures"))


class Migration(migrations.Migration):
    dependencies = [
        ("centers", "0002_opening_days"),
        ("extraction", "0007_slice_changes"),
    ]

    operations = [
        migrations.AddField(
            model_name="chartentry",
            name="search_text",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AlterField(
            model_name="chartentry",
            name="center",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="chart_entries",
                to="centers.center",
            ),
        ),
        migrations.CreateModel(
            name="SliceFigures",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("business_date", models.DateField(verbose_name="business date")),
                ("gkv_count", models.PositiveIntegerField(verbose_name="GKV")),
                ("pkv_count", models.PositiveIntegerField(verbose_name="PKV")),
                ("self_payer_count", models.PositiveIntegerField(verbose_name="Selbstzahler")),
                ("codes", models.TextField(verbose_name="service codes")),
                (
                    "center",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="slice_figures",
                        to="centers.center",
                    ),
                ),
            ],
            options={
                "verbose_name": "figures of a slice",
                "verbose_name_plural": "figures of slices",
                "indexes": [
                    models.Index(
                        fields=["business_date", "center", "gkv_count", "pkv_count", "self_payer_count"],
                        name="figures_by_date",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("center", "business_date"), name="figures_one_per_day")
                ],
            },
        ),
        migrations.RunPython(fill_what_is_there, migrations.RunPython.noop, elidable=True),
    ]
