"""When a patient is reminded of a visit: the steps, and whether one is still worth sending."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NamedTuple

PREFERRED, EMAIL, SMS = "", "email", "sms"
ANY_MODE, IN_PERSON, REMOTE = "", "in_person", "remote"
LATEST = timedelta(minutes=30)  # before the visit; a reminder after that helps nobody


class Step(NamedTuple):
    """One reminder: how long before the visit, how, and for which visits."""

    hours: int  # before the visit begins
    channel: str = PREFERRED  # as the patient prefers, or one of the two
    mode: str = ANY_MODE  # every visit, those in the office, or those by telephone and video
    risk: int = 0  # percent: only visits at least as likely to be missed
    even_confirmed: bool = False  # also to somebody who said they will come

    @property
    def key(self) -> str:
        """What tells this step from every other, in whichever policy it stands."""
        return f"{self.hours}h:{self.channel or 'any'}:{self.mode or 'all'}:{self.risk}"

    @property
    def before(self) -> timedelta:
        """How long before the visit."""
        return timedelta(hours=self.hours)

    def as_json(self) -> dict[str, Any]:
        """As a policy keeps it."""
        return dict(self._asdict())

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Step":
        """Read what a policy keeps."""
        return cls(**{name: kept[name] for name in cls._fields if name in kept})


# What happens until somebody sets it otherwise: a week ahead, two days ahead, and on the day where
# nobody comes through the door; one more for those who are likely to be missed.
DEFAULT_STEPS = (
    Step(168, EMAIL),
    Step(48, SMS),
    Step(24, SMS, risk=25),
    Step(2, PREFERRED, REMOTE, even_confirmed=True),
)
