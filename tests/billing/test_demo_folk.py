"""The demo's people are insured as real ones are."""

import random
from datetime import date

from frontdesk.demo.folk import households
from frontdesk.x12.edits.claim_situations import _BENEFICIARY


def test_who_is_with_medicare_has_a_number_that_medicare_gives():
    homes = households(400, today=date(2026, 11, 2), chance=random.Random(7))
    numbers = [
        person.member_id
        for home in homes
        for person in home.people
        if person.payer is not None and person.payer.kind == "Medicare"
    ]

    assert len(numbers) > 10
    assert all(_BENEFICIARY.fullmatch(number) for number in numbers)
