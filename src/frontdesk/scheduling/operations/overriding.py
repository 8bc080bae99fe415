"""What is booked against a rule on purpose: every rule that is gone against, and why."""

from collections.abc import Sequence
from datetime import datetime

from frontdesk.core.actor import Actor
from frontdesk.scheduling.models import Appointment, Override
from frontdesk.scheduling.queries import conflicts, preferences
from frontdesk.scheduling.queries.calendars import Stretch
from frontdesk.scheduling.queries.conflicts import Obstacle, Wish


def against(wish: Wish, held: Stretch) -> list[Obstacle]:
    """Return every rule that stands in the way of a wish, of calendars and of preference."""
    found = conflicts.obstacles(wish, held)
    if words := preferences.hard_words(wish, held):
        found.append(Obstacle(Override.Kind.PREFERENCE, words))
    return found


def remember_overrides(
    appointment: Appointment, against: Sequence[Obstacle], because: str, at: datetime, by: Actor
) -> None:
    """Keep each rule that an appointment went against, with its reason."""
    Override.objects.bulk_create(
        Override(
            appointment=appointment,
            kind=one.kind,
            words=one.words[:200],
            because=because,
            by_name=by.name,
            at=at,
        )
        for one in against
    )
