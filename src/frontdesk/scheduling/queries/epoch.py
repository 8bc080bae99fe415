"""Instants as whole seconds, worked out by the database."""

from typing import Any

from django.db.models import Func, IntegerField


class Epoch(Func):
    """Whole seconds since 1970 of an instant."""

    output_field = IntegerField()
    template = "CAST(EXTRACT(EPOCH FROM %(expressions)s) AS bigint)"

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """Say it in SQLite's words."""
        template = "CAST(strftime('%%%%s', %(expressions)s) AS integer)"
        return self.as_sql(compiler, connection, template=template, **more)
