"""Entries are written by the ten thousand: fewer indexes, and closed days asked for once.

On PostgreSQL the closed days were asked for with each entry; now a statement that writes many
asks once for each day and site in it. What it refuses, and in which words, is the same.
"""

import django.db.models.deletion
from django.db import migrations

import frontdesk.core.keys

INDEXES = {
    "ledger_entry_patient_id_c73bf4ff": ("ledger_entry", "patient_id"),
    "ledger_entry_provider_id_6ff91061": ("ledger_entry", "provider_id"),
    "ledger_entry_site_id_419f413e": ("ledger_entry", "site_id"),
    "ledger_posting_reverses_id_423e3542": ("ledger_posting", "reverses_id"),
}
WORDS = "the books of this day are closed"
POSTGRESQL = (
    "DROP TRIGGER entry_open_day ON ledger_entry",
    f"""CREATE FUNCTION ledger_entries_open_days() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN IF EXISTS (
            SELECT 1 FROM
                (SELECT DISTINCT practice_id, posted_on, site_id FROM entries_made) made
            JOIN ledger_closing c ON c.practice_id = made.practice_id
                AND c.last >= made.posted_on AND c.first <= made.posted_on
                AND c.status <> 'reopened' AND (c.site_id IS NULL OR c.site_id = made.site_id)
        ) THEN RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'check_violation'; END IF;
        RETURN NULL; END $$""",  # noqa: S608 - in our own words
    """CREATE TRIGGER entry_open_day AFTER INSERT ON ledger_entry
        REFERENCING NEW TABLE AS entries_made
        FOR EACH STATEMENT EXECUTE FUNCTION ledger_entries_open_days()""",
)
POSTGRESQL_BACK = (
    "DROP TRIGGER entry_open_day ON ledger_entry",
    "DROP FUNCTION ledger_entries_open_days()",
    """CREATE TRIGGER entry_open_day BEFORE INSERT ON ledger_entry
        FOR EACH ROW EXECUTE FUNCTION ledger_entry_open_day()""",
)


def drop(_apps, schema_editor):
    """Drop what no question needs; SQLite would copy the whole table for Django's own way."""
    for name in INDEXES:
        schema_editor.execute(f"DROP INDEX IF EXISTS {name}")


def make(_apps, schema_editor):
    """Make them again."""
    for name, (table, column) in INDEXES.items():
        schema_editor.execute(f'CREATE INDEX "{name}" ON "{table}" ("{column}")')


def ask_once(_apps, schema_editor):
    """Ask for closed days once a statement, where the database can."""
    if schema_editor.connection.vendor == "postgresql":
        for statement in POSTGRESQL:
            schema_editor.execute(statement)


def ask_each(_apps, schema_editor):
    """Ask for each entry again."""
    if schema_editor.connection.vendor == "postgresql":
        for statement in POSTGRESQL_BACK:
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0010_card_money_at_the_bank"),
        ("people", "0002_search_on_postgresql"),
        ("practice", "0006_rules"),
        ("staff", "0002_skills"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(drop, make)],
            state_operations=[
                migrations.AlterField(
                    model_name="entry",
                    name="patient",
                    field=frontdesk.core.keys.TenantFK(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="people.patient",
                    ),
                ),
                migrations.AlterField(
                    model_name="entry",
                    name="provider",
                    field=frontdesk.core.keys.TenantFK(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="staff.provider",
                    ),
                ),
                migrations.AlterField(
                    model_name="entry",
                    name="site",
                    field=frontdesk.core.keys.TenantFK(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="practice.site",
                    ),
                ),
                migrations.AlterField(
                    model_name="posting",
                    name="reverses",
                    field=frontdesk.core.keys.TenantFK(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversed_by",
                        to="ledger.posting",
                    ),
                ),
            ],
        ),
        migrations.RunPython(ask_once, ask_each),
    ]
