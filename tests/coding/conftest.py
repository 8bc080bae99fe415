"""The code sets as shipped, loaded once: they belong to no practice and never change in a test."""

import pytest

from frontdesk.coding import operations


@pytest.fixture(scope="session")
def _code_sets_loaded(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        operations.load_code_sets()


@pytest.fixture
def codes(_code_sets_loaded, db):
    """Every ICD-10-CM and HCPCS code."""
