"""`migrate`, which makes the tables of an empty database at once."""

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from frontdesk.core.database.laying import is_empty, lay_tables
from frontdesk.core.scoping import EVERY_PRACTICE, practice_scope


class Command(migrate.Command):
    """Migrate; see `frontdesk.core.database.laying` for an empty database."""

    def handle(self, *args: Any, **options: Any) -> Any:
        """Lay the tables where there are none, then do what is left."""
        connection = connections[options["database"]]
        wants_all = (
            not options["app_label"] and not options["plan"] and not options["check_unapplied"]
        )
        if wants_all and not options["fake"] and is_empty(connection):
            with practice_scope(EVERY_PRACTICE):  # what moves rows asks for them
                lay_tables(connection)
        return super().handle(*args, **options)
