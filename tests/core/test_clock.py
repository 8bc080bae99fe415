"""Times by the clock on a wall are instants: they compare and subtract as such in every night."""

from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace

from frontdesk.core.clock import at_wall, day_bounds

PLACE = SimpleNamespace(time_zone="America/New_York")
HOUR = timedelta(hours=1)


def test_times_of_one_wall_compare_as_instants():
    """One night skips 2 to 3 o'clock, another shows 1 to 2 o'clock twice."""
    spring, autumn = date(2026, 3, 8), date(2026, 11, 1)

    def at(day, hour, minute=0):
        return at_wall(PLACE, day, time(hour, minute))

    assert at(spring, 2, 30) == datetime(2026, 3, 8, 7, 30, tzinfo=UTC) == at(spring, 3, 30)
    assert at(spring, 3) < at(spring, 2, 30)
    assert at(spring, 3) - at(spring, 1) == HOUR
    assert at(autumn, 1, 30) == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert at(autumn, 3) - at(autumn, 1) == 3 * HOUR
    lengths = [closes - opens for opens, closes in (day_bounds(PLACE, d) for d in (spring, autumn))]
    assert lengths == [23 * HOUR, 25 * HOUR]
