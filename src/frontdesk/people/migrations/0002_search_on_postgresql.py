"""Search keys that start in one way are found by an index on PostgreSQL, whatever its collation."""

from django.db import migrations

INDEXES = {
    "search_key_start": "people_searchkey (practice_id, kind, value varchar_pattern_ops, patient_id)",
    "patient_chart_start": "people_patient (practice_id, chart_number varchar_pattern_ops)",
}


def make(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name, on in INDEXES.items():
            schema_editor.execute(f"CREATE INDEX {name} ON {on}")


def drop(apps, schema_editor):
    for name in INDEXES:
        schema_editor.execute(f"DROP INDEX IF EXISTS {name}")


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [migrations.RunPython(make, drop)]
