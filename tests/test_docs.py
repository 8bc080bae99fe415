"""The reference in the documents is what the code says."""

import re
from pathlib import Path

import pytest

from docs import write, x12_pages


@pytest.mark.parametrize("name", ["operations.md", "roles.md", "lifecycles.md", *x12_pages.pages()])
def test_the_reference_is_what_the_code_says(name):
    assert (Path(write.HERE) / name).read_text() == write.pages()[name], "Run: make docs"


def test_every_setting_an_office_may_choose_is_written_down():
    root = Path(write.HERE).parents[1]
    chosen = re.findall(
        r'env\.(?:text|flag|number|secret)\("(\w+)"',
        (root / "src/frontdesk/config/settings.py").read_text(),
    )
    told = (root / "docs/developing.md").read_text().partition("## Settings")[2]
    rows = [set(re.findall(r"`(?:FRONTDESK)?_(\w+)`", row)) for row in told.splitlines()]
    written = {f"{room}{name}" for row in rows for name in row for room in ("", *_prefixes(row))}
    assert len(chosen) > 20
    assert set(chosen) - written == set()


def _prefixes(row):
    """Return what `_TOKEN` may continue: SMS_ for SMS_ACCOUNT."""
    return {f"{name.partition('_')[0]}_" for name in row if "_" in name}
