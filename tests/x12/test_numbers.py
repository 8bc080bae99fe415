"""Control numbers met: the same answers as a set gives, in the memory of a few spans."""

from hypothesis import given
from hypothesis import strategies as st

from frontdesk.x12.numbers import MOST_SPANS, Numbers

WRITTEN = st.one_of(
    st.integers(0, 30).map(lambda n: f"{n:04}"),
    st.integers(0, 120).map(str),
    st.sampled_from(["", "A1", "A2", "9998", "9999", "10000", "٣", "9" * 5000]),
)


@given(st.lists(WRITTEN, max_size=200))
def test_a_number_is_new_once(controls):
    numbers, known = Numbers(), set()
    for control in controls:
        assert numbers.take(control) is (control not in known)
        known.add(control)


def test_numbers_in_pairs_are_known_however_many():
    numbers = Numbers()
    pairs = [f"{n + step:06}" for n in range(0, 40 * MOST_SPANS, 4) for step in (0, 1)]

    assert all(numbers.take(control) for control in pairs)
    assert not any(numbers.take(control) for control in pairs)


def test_a_count_of_many_takes_no_more_than_one_span():
    numbers = Numbers()
    assert all(numbers.take(f"{n:09}") for n in range(1, 5000))
    assert len(numbers._spans) == 1
    assert not numbers._single
