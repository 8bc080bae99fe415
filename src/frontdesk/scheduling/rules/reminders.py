"""When a patient is reminded of a visit: the steps, and whether one is still worth sending."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
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

    @classmethod
    def read(cls, key: str) -> "Step":
        """Read a key back; whether the confirmed are reminded too is not in it.

        A key that nobody here wrote (from a file that was brought in) is a step of the day itself:
        the history is shown all the same.
        """
        try:
            hours, channel, mode, risk = key.split(":")
            before, at_risk = int(hours.removesuffix("h")), int(risk)
        except ValueError:
            return cls(0, "")
        return cls(
            before,
            "" if channel == "any" else channel,
            "" if mode == "all" else mode,
            at_risk,
        )

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


def step_words(step: Step) -> str:
    """Say a step as the office does: "text, 2 days before"."""
    how = {EMAIL: "e-mail", SMS: "text"}.get(step.channel, "as they prefer")
    return f"{how}, {before_words(step.hours)}"


def before_words(hours: int) -> str:
    """Say how long before: "2 hours before", "1 day before"."""
    count, unit = (hours // 24, "day") if hours >= 24 and hours % 24 == 0 else (hours, "hour")
    return f"{count} {unit}{'' if count == 1 else 's'} before"


def why_not(
    step: Step, *, due_at: datetime, known_since: datetime, is_confirmed: bool, risk: int | None
) -> str:
    """Say why a step that came due is left out, or nothing when it is sent."""
    if known_since > due_at:
        return "Booked after this reminder was due."
    if is_confirmed and not step.even_confirmed:
        return "They said they will come."
    if step.risk and (risk is None or risk < step.risk):
        return "Not likely to be missed."
    return ""


def troubles_of(steps: Sequence[Step]) -> list[str]:
    """Say what contradicts itself in a plan, for the person who makes it."""
    found = []
    if len({step.key for step in steps}) < len(steps):
        found.append("Two of these reminders are the same.")
    when = [(step.hours, step.mode) for step in steps if not step.risk]
    if len(set(when)) < len(when):
        found.append("Two reminders go out at the same time for the same visits.")
    if any(step.risk and step.even_confirmed for step in steps):
        found.append("Somebody who said they will come needs no extra reminder.")
    return found
