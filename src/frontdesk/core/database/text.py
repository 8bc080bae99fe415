"""Texts that start in one way, found by an index on either database."""

from django.db import connection
from django.db.models import Q

_AFTER_ALL = "\uffff"


def starting(field: str, start: str) -> Q:
    """Return the condition that a field starts with the text, exactly as written.

    SQLite uses an index for a range and not for LIKE … ESCAPE; PostgreSQL, whose ranges depend on
    the collation, uses one made with `varchar_pattern_ops` for LIKE.
    """
    if connection.vendor == "sqlite":
        return Q(**{f"{field}__gte": start, f"{field}__lt": start + _AFTER_ALL})
    return Q(**{f"{field}__startswith": start})
