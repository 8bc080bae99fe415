"""What every test may ask for."""

import pytest
from django.db import connection

from frontdesk.core.scoping import guard
from tests.browser import chromium, new_page, page
from tests.clinic import Clinic

__all__ = ["chromium", "new_page", "page"]


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
