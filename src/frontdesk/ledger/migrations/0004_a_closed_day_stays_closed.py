"""The database refuses an entry dated in a closed day or month.

SQLite drops triggers with the table: a later migration that remakes `ledger_entry` has to end
with this `put_up` and that of `0002_an_entry_stands`.
"""

from django.db import migrations

WORDS = "the books of this day are closed"
CLOSED = """EXISTS (SELECT 1 FROM ledger_closing c
    WHERE c.practice_id = NEW.practice_id AND c.last >= NEW.posted_on
      AND c.first <= NEW.posted_on AND c.status <> 'reopened'
      AND (c.site_id IS NULL OR c.site_id = NEW.site_id))"""

POSTGRESQL = (
    f"""CREATE FUNCTION ledger_entry_open_day() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN IF {CLOSED} THEN RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'check_violation'; END IF;
        RETURN NEW; END $$""",
    """CREATE TRIGGER entry_open_day BEFORE INSERT ON ledger_entry
        FOR EACH ROW EXECUTE FUNCTION ledger_entry_open_day()""",
)
POSTGRESQL_BACK = (
    "DROP TRIGGER entry_open_day ON ledger_entry",
    "DROP FUNCTION ledger_entry_open_day()",
)
SQLITE = (
    f"""CREATE TRIGGER entry_open_day BEFORE INSERT ON ledger_entry WHEN {CLOSED} BEGIN
        SELECT RAISE(ABORT, '{WORDS}'); END""",
)
SQLITE_BACK = ("DROP TRIGGER entry_open_day",)


def put_up(_apps, schema_editor):
    """Add the trigger in the words of this database."""
    _run(schema_editor, {"postgresql": POSTGRESQL, "sqlite": SQLITE})


def take_down(_apps, schema_editor):
    """Drop it again."""
    _run(schema_editor, {"postgresql": POSTGRESQL_BACK, "sqlite": SQLITE_BACK})


def _run(schema_editor, statements_of):
    for statement in statements_of[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_drawers_and_closings")]

    operations = [migrations.RunPython(put_up, take_down)]
