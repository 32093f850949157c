"""Chain the audit events: a new table, into which the old one's events come in their order, and its triggers."""

import secrets

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import dentalhub.audit_chain
from dentalhub.audit_actions import kind_of
from dentalhub.audit_chain import GENESIS, SALT_BYTES, Content, Link, content_digest, head_seal, link_hash
from dentalhub.audit_keys import current_key
from dentalhub.audit_triggers import create_statements, drop_statements

AT_ONCE = 500


def chain_events(apps, schema_editor):
    old_event, new_event = apps.get_model("dentalhub", "AuditEvent"), apps.get_model("dentalhub", "ChainedEvent")
    key = current_key()
    sequence, previous, last_pk = 0, GENESIS, 0
    while old := list(old_event.objects.filter(pk__gt=last_pk).order_by("pk")[:AT_ONCE]):
        rows = []
        for event in old:
            sequence, salt, kind = sequence + 1, secrets.token_bytes(SALT_BYTES), kind_of(event.action).value
            content = Content(event.actor_id, event.actor_name, event.target, "", event.details)
            digest = content_digest(salt, content)
            link = Link(sequence, event.at, kind, "", event.action, digest, previous, key.name)
            own_hash = link_hash(key.secret, link)
            rows.append(
                new_event(
                    sequence=sequence,
                    at=event.at,
                    kind=kind,
                    action=event.action,
                    actor_id=event.actor_id,
                    actor_name=event.actor_name,
                    target=event.target,
                    details=event.details,
                    salt=salt,
                    digest=digest,
                    key_id=key.name,
                    previous=previous,
                    hash=own_hash,
                )
            )
            previous = own_hash
        new_event.objects.bulk_create(rows, batch_size=100)
        last_pk = old[-1].pk
    seal = head_seal(key.secret, sequence, previous)
    head = apps.get_model("dentalhub", "AuditHead")
    head.objects.create(id=1, sequence=sequence, hash=previous, key_id=key.name, seal=seal)


def create_triggers(apps, schema_editor):
    for statement in create_statements(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


def drop_triggers(apps, schema_editor):
    for statement in drop_statements(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("dentalhub", "0007_cache_entries"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            # At once under its final table name: nothing is renamed in the database.
            name="ChainedEvent",
            fields=[
                ("sequence", models.BigIntegerField(primary_key=True, serialize=False, verbose_name="number")),
                ("at", models.DateTimeField(verbose_name="time")),
                ("kind", models.CharField(max_length=20, verbose_name="kind")),
                ("region", models.CharField(default="", max_length=40, verbose_name="region")),
                ("action", models.CharField(max_length=60, verbose_name="action")),
                ("actor_name", models.CharField(max_length=150, verbose_name="person")),
                ("target", models.CharField(max_length=200, verbose_name="object")),
                ("origin", models.CharField(default="", max_length=60, verbose_name="way")),
                (
                    "details",
                    models.JSONField(
                        default=dict, encoder=dentalhub.audit_chain.CanonicalEncoder, verbose_name="details"
                    ),
                ),
                ("erased", models.BooleanField(default=False, verbose_name="content erased")),
                ("salt", models.BinaryField(max_length=16)),
                ("digest", models.BinaryField(max_length=32)),
                ("key_id", models.CharField(max_length=8)),
                ("previous", models.BinaryField(max_length=32)),
                ("hash", models.BinaryField(max_length=32)),
                (
                    "actor",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "dentalhub_audit_event",
                "ordering": ["-at", "-sequence"],
                "verbose_name": "audit event",
                "verbose_name_plural": "audit events",
                "indexes": [
                    models.Index(fields=["at", "sequence"], name="audit_by_time"),
                    models.Index(fields=["kind", "at", "sequence"], name="audit_by_kind"),
                    models.Index(fields=["action", "at", "sequence"], name="audit_by_action"),
                    models.Index(fields=["actor_name", "at", "sequence"], name="audit_by_person"),
                    models.Index(fields=["target", "at", "sequence"], name="audit_by_target"),
                    models.Index(fields=["region", "at", "sequence"], name="audit_by_region"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditHead",
            fields=[
                ("id", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ("sequence", models.BigIntegerField()),
                ("hash", models.BinaryField(max_length=32)),
                ("key_id", models.CharField(max_length=8)),
                ("seal", models.BinaryField(max_length=32)),
            ],
            options={"db_table": "dentalhub_audit_head"},
        ),
        migrations.CreateModel(
            name="AuditErasure",
            fields=[
                ("kind", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("before", models.DateTimeField()),
                ("done_before", models.DateTimeField(null=True)),
            ],
            options={"db_table": "dentalhub_audit_erasure"},
        ),
        migrations.CreateModel(
            name="AuditCheck",
            fields=[
                ("id", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ("sequence", models.BigIntegerField(default=0)),
                ("hash", models.BinaryField(max_length=32)),
                ("key_id", models.CharField(max_length=8)),
                ("seal", models.BinaryField(max_length=32)),
                ("began_at", models.DateTimeField(null=True)),
                ("verified_to", models.BigIntegerField(null=True)),
                ("verified_at", models.DateTimeField(null=True)),
                ("problem", models.CharField(default="", max_length=20)),
                ("problem_at", models.BigIntegerField(null=True)),
            ],
            options={"db_table": "dentalhub_audit_check"},
        ),
        migrations.RunPython(chain_events),
        migrations.DeleteModel(name="AuditEvent"),
        migrations.RenameModel(old_name="ChainedEvent", new_name="AuditEvent"),
        migrations.RunPython(create_triggers, drop_triggers),
    ]
