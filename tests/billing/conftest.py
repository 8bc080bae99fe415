"""What billing's tests may ask for."""

import pytest

from tests.billing.office import Office


@pytest.fixture
def office(db, settings):
    """Elm Street, insured and ready to bill."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    return Office()
