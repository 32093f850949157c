"""Which regions a person sees; the people who are there see all."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def see_all_regions(apps, schema_editor):
    """Whoever was there before saw everything, and goes on to."""
    scope = apps.get_model("centers", "PersonScope")
    people = apps.get_model("auth", "User").objects.order_by("pk").values_list("pk", flat=True)
    scope.objects.bulk_create([scope(user_id=pk, all_regions=True) for pk in people], batch_size=500)


class Migration(migrations.Migration):

    dependencies = [
        ('centers', '0002_opening_days'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PersonScope',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('all_regions', models.BooleanField(default=False, verbose_name='all regions')),
                ('regions', models.ManyToManyField(blank=True, related_name='+', to='centers.region', verbose_name='regions')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='person_scope', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'regions of a person',
                'verbose_name_plural': 'regions of people',
            },
        ),
        migrations.RunPython(see_all_regions, migrations.RunPython.noop),
    ]
