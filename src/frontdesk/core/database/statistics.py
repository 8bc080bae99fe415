"""What the database's planner knows of the tables."""

from django.db import connection


def refresh_statistics() -> None:
    """Count anew, after many rows came in; without it the planner walks whole practices."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
