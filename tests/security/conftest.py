"""Two practices with a record of every kind each, and somebody signed in."""

import pytest
from django.test import Client

from tests.security.routes import routes
from tests.security.samples import Samples


@pytest.fixture
def ours(clinic):
    """A record of every kind at Elm Street."""
    return Samples(clinic)


@pytest.fixture
def theirs(other):
    """A record of every kind at Oak Avenue."""
    return Samples(other)


@pytest.fixture
def sign_in(clinic):
    """Return a browser in which somebody with these roles is signed in."""

    def sign_in(*roles, name=""):
        browser = Client()
        email = f"{name or '-'.join(roles)}@security.example"
        browser.force_login(clinic.member(*roles, email=email).user)
        return browser

    return sign_in


@pytest.fixture(scope="session")
def every_route():
    """Every URL of the house."""
    return routes()
