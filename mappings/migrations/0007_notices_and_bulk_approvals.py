"""What reviewers are told once, and what they approve for several centers at once."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mappings", "0006_four_eyes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BulkApproval",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("approved_at", models.DateTimeField(auto_now_add=True, verbose_name="approved at")),
                (
                    "reviewer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "approval of several centers",
                "verbose_name_plural": "approvals of several centers",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="BulkApprovalItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("refusal", models.CharField(blank=True, default="", max_length=500, verbose_name="why not")),
                (
                    "undo_refusal",
                    models.CharField(blank=True, default="", max_length=500, verbose_name="why it was not undone"),
                ),
                (
                    "bulk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="items", to="mappings.bulkapproval"
                    ),
                ),
                (
                    "former",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="mappings.mapping",
                    ),
                ),
                (
                    "mapping",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="mappings.mapping"
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="mappings.mapping",
                    ),
                ),
            ],
            options={
                "verbose_name": "center of an approval",
                "verbose_name_plural": "centers of an approval",
                "ordering": ["mapping__center__center_id"],
                "constraints": [models.UniqueConstraint(fields=("bulk", "mapping"), name="bulk_item_once")],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "event",
                    models.CharField(
                        choices=[
                            ("waiting", "waits for a review"),
                            ("submitted", "submitted for review"),
                            ("approved", "approved"),
                            ("rejected", "rejected"),
                            ("drifted", "the source drifted"),
                            ("broken", "the source drifted, and the version no longer reads it"),
                        ],
                        max_length=12,
                        verbose_name="event",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("claimed_at", models.DateTimeField(blank=True, db_index=True, null=True, verbose_name="sent at")),
                ("error", models.CharField(blank=True, default="", max_length=200, verbose_name="what happened")),
                (
                    "mapping",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="notices", to="mappings.mapping"
                    ),
                ),
            ],
            options={
                "verbose_name": "notice",
                "verbose_name_plural": "notices",
                "ordering": ["pk"],
                "constraints": [models.UniqueConstraint(fields=("mapping", "event"), name="notice_once_per_event")],
            },
        ),
    ]
