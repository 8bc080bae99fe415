"""The office in which a time is looked for: 115 calendars, a year, 500,000 reservations."""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

PROVIDERS, ROOMS, ASSISTANTS, DEVICES = 50, 30, 25, 10
DAYS, CELLS = 365, 144  # five-minute cells from 8 in the morning to 8 in the evening
RESERVATIONS = 500_000
GAPS = (0, 0, 0, 0, 0, 1, 2, 3, 10)  # free cells between two reservations: nearly full
NAMES = [
    *(("provider", n) for n in range(PROVIDERS)),
    *(("room", n) for n in range(ROOMS)),
    *(("assistant", n) for n in range(ASSISTANTS)),
    *(("device", n) for n in range(DEVICES)),
]


@dataclass(frozen=True)
class Made:
    """Each reservation as resource, day, first cell and length in cells."""

    first: date
    rows: list[tuple[tuple[str, int], int, int, int]]

    def opens(self, day: int) -> datetime:
        """Return when a day begins: the made office has no clocks that change."""
        start = self.first + timedelta(days=day)
        return datetime(start.year, start.month, start.day, 13, tzinfo=UTC)


def made(first: date, seed: int = 7) -> Made:
    """Cut each day of each calendar into reservations with small gaps, none over another."""
    chance = random.Random(seed)
    rows = []
    share = RESERVATIONS / (len(NAMES) * DAYS)
    for name in NAMES:
        for day in range(DAYS):
            count = int(share) + (chance.random() < share % 1)
            cuts = [0, *sorted(chance.sample(range(1, CELLS), count - 1)), CELLS]
            for cell, end in pairwise(cuts):
                gap = min(chance.choice(GAPS), end - cell - 1)
                rows.append((name, day, cell + gap, end - cell - gap))
    return Made(first, rows)
