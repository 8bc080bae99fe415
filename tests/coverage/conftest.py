"""An office with Ann Lee's policy, and a sandbox payer on a real socket."""

import pytest

from frontdesk.coverage import gateways
from tests.sandbox.office import running


@pytest.fixture
def sandbox(tmp_path, settings):
    """A running sandbox that this office is set to ask."""
    with running(tmp_path / "sandbox") as server:
        settings.CLEARINGHOUSE_URL = server.url
        yield server


@pytest.fixture
def policy(clinic):
    """Ann Lee's own policy with Demo Blue PPO."""
    return clinic.policy(clinic.patient())


@pytest.fixture
def quick(monkeypatch):
    """A payer is waited for only half a second."""
    monkeypatch.setattr(gateways, "TIMEOUT_SECONDS", 0.5)
