"""Letters that a page gives out work there."""

import re
from pathlib import Path

import frontdesk

TEMPLATES = sorted(Path(frontdesk.__file__).parent.rglob("templates/**/*.html"))
GOES_TO = "g"  # then a second letter: it leads to a page, on every page


def test_no_page_gives_out_the_letter_that_leads_to_others():
    given = {
        (path.name, key)
        for path in TEMPLATES
        for key in re.findall(r'(?:data-key|\bkey)="([^"{]+)"', path.read_text())
    }
    assert len(given) > 50
    assert {found for found in given if found[1] == GOES_TO} == set()
