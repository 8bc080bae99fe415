"""Where words of codes are looked up: FTS5 on SQLite, a tsvector with GIN on PostgreSQL."""

from django.db import migrations

TABLES = ("coding_diagnosis_search", "coding_procedure_search")
SQLITE = """
    CREATE VIRTUAL TABLE {table} USING fts5(
        words, content='', detail=none, prefix='2 3 4',
        tokenize='unicode61 remove_diacritics 2'
    )
"""
POSTGRESQL = (
    "CREATE TABLE {table} (id bigint PRIMARY KEY, words tsvector NOT NULL)",
    "CREATE INDEX {table}_words ON {table} USING gin (words)",
)
CODES = (  # for codes that start in one way, whatever the collation
    "CREATE INDEX diagnosis_by_start ON coding_diagnosis (code varchar_pattern_ops)",
    "CREATE INDEX procedure_by_start ON coding_procedure (code varchar_pattern_ops)",
)


def make(apps, schema_editor):
    sqlite = schema_editor.connection.vendor == "sqlite"
    for table in TABLES:
        for sql in (SQLITE,) if sqlite else POSTGRESQL:
            schema_editor.execute(sql.format(table=table))
    for sql in () if sqlite else CODES:
        schema_editor.execute(sql)


def drop(apps, schema_editor):
    for table in TABLES:
        schema_editor.execute(f"DROP TABLE {table}")
    for name in ("diagnosis_by_start", "procedure_by_start"):
        schema_editor.execute(f"DROP INDEX IF EXISTS {name}")


class Migration(migrations.Migration):
    dependencies = [("coding", "0001_initial")]
    operations = [migrations.RunPython(make, drop)]
