"""On SQL Server: compare patient ids exactly, as SQLite does, whatever the collation of the database says.

mssql-django needs a database that takes A for a. There the record of patient A1, and the erasure, would be those of a1
as well. A later migration that alters the column must do this again; tests/sql_server looks at what it ends with.
"""

from django.db import migrations


def compare_exactly(apps, schema_editor):
    if schema_editor.connection.vendor != "microsoft":
        return
    model = apps.get_model("extraction", "ChartEntry")
    field = model._meta.get_field("patient_id")
    table, column = schema_editor.quote_name(model._meta.db_table), schema_editor.quote_name(field.column)
    kind = field.db_type(schema_editor.connection)
    schema_editor.execute(
        f"ALTER TABLE {table} ALTER COLUMN {column} {kind} COLLATE Latin1_General_100_BIN2 NOT NULL", params=None
    )


class Migration(migrations.Migration):
    dependencies = [("extraction", "0017_export_reasons")]

    operations = [migrations.RunPython(compare_exactly, migrations.RunPython.noop)]
