"""The database refuses two active occupancies of one resource and lane that overlap.

PostgreSQL holds it by an exclusion constraint, SQLite by triggers of the same meaning. SQLite
drops triggers with the table: a later migration that remakes `scheduling_occupancy` has to end
with `put_up` again. An occupancy lasts a day at most, so that the trigger looks at a day and
not at the whole past.
"""

from django.db import migrations

TABLE = "scheduling_occupancy"
OVERLAP, TOO_LONG = "occupancy_no_overlap", "occupancy_within_a_day"

POSTGRESQL = (
    "CREATE EXTENSION IF NOT EXISTS btree_gist",
    f"""ALTER TABLE {TABLE} ADD CONSTRAINT {OVERLAP} EXCLUDE USING gist (
        practice_id WITH =, resource_id WITH =, lane WITH =, tstzrange(starts_at, ends_at) WITH &&
    ) WHERE (is_active)""",
    f"""ALTER TABLE {TABLE} ADD CONSTRAINT {TOO_LONG}
        CHECK (ends_at <= starts_at + interval '1 day')""",
)
POSTGRESQL_BACK = (
    f"ALTER TABLE {TABLE} DROP CONSTRAINT {TOO_LONG}",
    f"ALTER TABLE {TABLE} DROP CONSTRAINT {OVERLAP}",
)

_SQLITE = """CREATE TRIGGER {name}_{verb} BEFORE {when} ON {table} WHEN NEW.is_active BEGIN
    SELECT RAISE(ABORT, '{too_long}') WHERE NEW.ends_at > datetime(NEW.starts_at, '+1 day');
    SELECT RAISE(ABORT, '{name}') WHERE EXISTS (
        SELECT 1 FROM {table} AS other
        WHERE other.practice_id = NEW.practice_id AND other.resource_id = NEW.resource_id
          AND other.starts_at < NEW.ends_at
          AND other.starts_at >= datetime(NEW.starts_at, '-1 day')
          AND other.is_active AND other.ends_at > NEW.starts_at
          AND other.lane = NEW.lane AND other.id <> NEW.id);
END"""


def _sqlite(verb: str, when: str) -> str:
    return _SQLITE.format(name=OVERLAP, too_long=TOO_LONG, table=TABLE, verb=verb, when=when)


SQLITE = (
    _sqlite("insert", "INSERT"),
    _sqlite("update", "UPDATE OF practice_id, resource_id, lane, starts_at, ends_at, is_active"),
)
SQLITE_BACK = (f"DROP TRIGGER {OVERLAP}_insert", f"DROP TRIGGER {OVERLAP}_update")


def put_up(_apps, schema_editor):
    """Add the constraint in the words of this database."""
    _run(schema_editor, {"postgresql": POSTGRESQL, "sqlite": SQLITE})


def take_down(_apps, schema_editor):
    """Drop it again."""
    _run(schema_editor, {"postgresql": POSTGRESQL_BACK, "sqlite": SQLITE_BACK})


def _run(schema_editor, statements_of):
    for statement in statements_of[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0001_initial")]

    operations = [migrations.RunPython(put_up, take_down)]
