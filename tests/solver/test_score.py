"""What makes one start better than another: each fact counts, in its direction."""

from dataclasses import replace

import pytest

from frontdesk.solver.score import Facts, points

PLAIN = Facts(days_away=3, before=12, after=12, shortest=3)


@pytest.mark.parametrize(
    ("change", "is_better"),
    [
        ({"days_away": 1}, True),
        ({"is_last_provider": True}, True),
        ({"is_usual_provider": True}, True),
        ({"is_usual_site": True}, True),
        ({"is_usual_part": True}, True),
        ({"before": 0}, True),  # nothing is left before it
        ({"after": 1}, False),  # a scrap that nobody can use
        ({"waits": 20}, False),
        ({"preference_cost": 10.0}, False),
        ({"risk": 0.3}, False),
        ({"miles": 12.0}, False),
    ],
)
def test_each_fact_counts(change, is_better):
    plain, changed = points(PLAIN)[0], points(replace(PLAIN, **change))[0]
    assert (changed < plain) is is_better
    assert changed != plain


def test_the_last_provider_is_not_counted_twice():
    both = replace(PLAIN, is_last_provider=True, is_usual_provider=True)
    last = replace(PLAIN, is_last_provider=True)
    assert points(both) == points(last)
