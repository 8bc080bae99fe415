"""What tests of the office ask for."""

import pytest

from tests.office.house import House


@pytest.fixture
def house(clinic):
    """Elm Street's office with the people who enter, approve and pay."""
    return House(clinic)
