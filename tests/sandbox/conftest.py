"""A sandbox on a free port, with nothing remembered."""

import pytest

from tests.sandbox.office import running


@pytest.fixture
def sandbox(tmp_path):
    """A running sandbox."""
    with running(tmp_path / "sandbox") as server:
        yield server
