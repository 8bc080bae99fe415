"""How many wrong passwords are borne, and how long one waits after them."""

from datetime import timedelta

TRIES = 5
LONGEST_PAUSE = 60  # minutes


def pause_after(misses: int) -> timedelta | None:
    """Return how long sign-in pauses after this many wrong passwords in a row.

    Nothing for the first four; then 1, 2, 4 … minutes, never more than an hour.
    """
    if misses < TRIES:
        return None
    return timedelta(minutes=min(2 ** min(misses - TRIES, 6), LONGEST_PAUSE))
