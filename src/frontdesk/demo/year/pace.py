"""How a year is lived: every working day at a practice's usual rates, or in a sketch of it."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from frontdesk.demo import making

MOST = Decimal("0.25")  # of anything that is rare, however often it is to happen


@dataclass(frozen=True, slots=True)
class Pace:
    """Which working days are lived, and how many times as often the rare happens."""

    every: int = 1
    often: Decimal = Decimal(1)

    def share(self, usual: Decimal) -> Decimal:
        """Return the share of what is rare."""
        return min(usual * self.often, max(usual, MOST))

    def shares(self, usual: dict[str, str]) -> dict[str, str]:
        """Return the shares of several kinds of what is rare."""
        return {name: str(self.share(Decimal(share))) for name, share in usual.items()}

    def days(self, count: int, *, until: date, done: list[str]) -> list[date]:
        """Return so many days before `until`, or those from the day on which it once began."""
        span = count * self.every * 2 + 30
        if not done:
            found = making.working_days(until, span)[::-1][:: self.every]
            return found[:count][::-1]
        begun = date.fromisoformat(done[0])
        found = making.working_days(begun + timedelta(days=span), span)
        return found[:: self.every][:count]


WHOLE = Pace()
SKETCH = Pace(every=21, often=Decimal(16))  # a year in twelve days; every weekday comes
