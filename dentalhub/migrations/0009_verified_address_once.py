"""On SQL Server: make again what mssql-django dropped, that a verified e-mail address belongs to one person.

When `account.0004` ends the uniqueness of every address, it drops each unique index of that column, so also the one
that `account.0003` had just made for verified ones.
"""

from django.db import migrations


def make_again(apps, schema_editor):
    connection = schema_editor.connection
    if connection.vendor != "microsoft":
        return
    model = apps.get_model("account", "EmailAddress")
    with connection.cursor() as cursor:
        there = connection.introspection.get_constraints(cursor, model._meta.db_table)
    for constraint in model._meta.constraints:
        if constraint.name not in there:
            schema_editor.add_constraint(model, constraint)


class Migration(migrations.Migration):
    dependencies = [
        ("account", "0009_emailaddress_unique_primary_email"),
        ("dentalhub", "0008_audit_chain"),
    ]

    operations = [migrations.RunPython(make_again, migrations.RunPython.noop)]
