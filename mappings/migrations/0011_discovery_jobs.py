"""Discoveries in the background: what somebody asked for, and what became of each center."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('centers', '0008_read_only_intent'),
        ('mappings', '0010_who_imported_names'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DiscoveryJob',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('requested_at', models.DateTimeField(auto_now_add=True, verbose_name='requested')),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('request_key', models.CharField(editable=False, max_length=80, unique=True)),
                ('requested_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'discovery',
                'verbose_name_plural': 'discoveries',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='DiscoveryItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('queued', 'queued'), ('succeeded', 'discovered'), ('failed', 'failed'), ('skipped', 'skipped')], default='queued', max_length=10, verbose_name='state')),
                ('table_count', models.PositiveIntegerField(default=0, verbose_name='tables')),
                ('column_count', models.PositiveIntegerField(default=0, verbose_name='columns')),
                ('restarts', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('error_kind', models.CharField(blank=True, default='', max_length=40, verbose_name='cause')),
                ('error_message', models.CharField(blank=True, default='', max_length=500, verbose_name='what happened')),
                ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='finished')),
                ('center', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='discovery_items', to='centers.center')),
                ('mapping', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='mappings.mapping')),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='mappings.discoveryjob')),
            ],
            options={
                'verbose_name': 'center of a discovery',
                'verbose_name_plural': 'centers of a discovery',
                'ordering': ['center__center_id'],
                'indexes': [models.Index(fields=['state', 'center'], name='discovery_item_by_state')],
                'constraints': [models.UniqueConstraint(fields=('job', 'center'), name='discovery_item_once')],
            },
        ),
    ]
