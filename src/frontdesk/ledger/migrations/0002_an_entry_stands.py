"""The database refuses to change an entry of the books: a correction reverses it.

SQLite drops triggers with the table: a later migration that remakes `ledger_entry` has to end
with `put_up` again.
"""

from django.db import migrations

WORDS = "an entry is never edited"

POSTGRESQL = (
    f"""CREATE FUNCTION ledger_entry_stands() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'check_violation'; END $$""",
    """CREATE TRIGGER entry_stands BEFORE UPDATE ON ledger_entry
        FOR EACH ROW EXECUTE FUNCTION ledger_entry_stands()""",
)
POSTGRESQL_BACK = (
    "DROP TRIGGER entry_stands ON ledger_entry",
    "DROP FUNCTION ledger_entry_stands()",
)
SQLITE = (
    f"""CREATE TRIGGER entry_stands BEFORE UPDATE ON ledger_entry BEGIN
        SELECT RAISE(ABORT, '{WORDS}'); END""",
)
SQLITE_BACK = ("DROP TRIGGER entry_stands",)


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
    dependencies = [("ledger", "0001_initial")]

    operations = [migrations.RunPython(put_up, take_down)]
