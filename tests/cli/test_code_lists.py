"""The lists that come with the house: what they know, and of what they say nothing."""

from datetime import date

import pytest

from frontdesk.cli.code_lists import shipped

TODAY = date(2026, 11, 2)


@pytest.mark.parametrize(
    ("system", "code", "on", "known"),
    [
        ("diagnosis", "J069", TODAY, True),
        ("diagnosis", "R05", TODAY, False),  # heads R05.1 to R05.9 since October 2021
        ("diagnosis", "R05", date(2020, 3, 2), None),  # it was one then: our list begins later
        ("diagnosis", "QQQ99", TODAY, False),
        ("diagnosis", "QQQ99", date(2020, 3, 2), False),  # of no category there ever was
        ("procedure", "G0439", TODAY, True),
        ("procedure", "G9999X", TODAY, False),
        ("procedure", "99213", TODAY, None),  # CPT is licensed
        ("procedure", "Z9213", TODAY, None),  # HCPCS has no Z: a payer's own
        ("modifier", "GT", TODAY, True),
        ("modifier", "0Q", TODAY, False),
        ("modifier", "99", TODAY, None),
        ("modifier", "RH", TODAY, None),  # from a home to a hospital
        ("place", "11", TODAY, True),
        ("diagnosis", "", None, False),  # that the system is known at all
        ("taxonomy", "", None, None),
    ],
)
def test_a_code_is_known_is_not_or_cannot_be_told(system, code, on, known):
    assert shipped().knows(system, code, on) is known
