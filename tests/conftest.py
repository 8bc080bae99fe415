"""What every test may ask for."""

import pytest
from django.core.management.color import no_style
from django.db import connection, transaction
from django.test import TransactionTestCase
from hypothesis import HealthCheck, settings

from frontdesk.core.scoping import guard
from tests.browser import chromium, new_page, page
from tests.clinic import Clinic

__all__ = ["chromium", "new_page", "page"]
FOR_GOOD = {"django_content_type", "auth_permission", "django_migrations"}  # no test writes these

# How long an example takes says how busy the machine is, and nothing of the code.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


def pytest_configure(config):
    """Name the mark that is set below, or by a test whose processes touch the database."""
    config.addinivalue_line("markers", "database: touches it, so runs on PostgreSQL too")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Mark what touches the database: the suite runs that on PostgreSQL too."""
    for item in items:
        asked = {"db", "transactional_db", "live_server"} & set(item.fixturenames)
        if asked or item.get_closest_marker("django_db"):
            item.add_marker("database")


def _emptied(self):
    """Empty the tables after a test that commits, and only those: their kinds are not made anew.

    Django truncates every table and then makes its content types and permissions again, which
    takes longer than many a test.
    """
    names = set(connection.introspection.django_table_names(only_existing=True)) - FOR_GOOD
    if connection.vendor == "sqlite":
        flush = connection.ops.sql_flush(no_style(), sorted(names))
        connection.ops.execute_sql_flush(flush)
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # no keys, no triggers
        emptying = (f'DELETE FROM "{name}"' for name in sorted(names))  # noqa: S608 - our own
        cursor.execute("; ".join(emptying))


TransactionTestCase._fixture_teardown = _emptied


@pytest.fixture(autouse=True)
def _every_query_names_its_practice(request):
    """Fail a test whose SQL reads a practice's table without naming the practice."""
    if "db" not in request.fixturenames and "transactional_db" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("db")
    with connection.execute_wrapper(guard):
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings_xdist_suffix(request):
    """Give each worker a PostgreSQL database of its own; SQLite's are in each worker's memory."""
    worker = getattr(request.config, "workerinput", {}).get("workerid")
    if worker and connection.vendor != "sqlite":
        connection.settings_dict["TEST"]["NAME"] = f"test_frontdesk_{worker}"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Make the databases; before they go, end what a thread of some test may have left open."""
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture
def clinic(db):
    """Elm Street, where most tests happen."""
    return Clinic()


@pytest.fixture
def other(db):
    """Oak Avenue, which must see nothing of Elm Street."""
    return Clinic("Oak Avenue")
