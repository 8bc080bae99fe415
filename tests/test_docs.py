"""The reference in the documents is what the code says."""

from pathlib import Path

import pytest

from docs import write


@pytest.mark.parametrize("name", ["operations.md", "roles.md", "lifecycles.md"])
def test_the_reference_is_what_the_code_says(name):
    assert (Path(write.HERE) / name).read_text() == write.pages()[name], "Run: make docs"
