"""What is booked against a rule on purpose: every rule that is gone against, and why."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from frontdesk.core.actor import Actor
from frontdesk.core.clock import local
from frontdesk.scheduling.models import Appointment, Override
from frontdesk.scheduling.queries import conflicts, overtime, preferences
from frontdesk.scheduling.queries.calendars import Stretch
from frontdesk.scheduling.queries.conflicts import Obstacle, Wish


def against(wish: Wish, held: Stretch) -> list[Obstacle]:
    """Return every rule that stands in the way of a wish: the patient's other visit, of
    calendars and of preference.
    """
    found = conflicts.elsewhere(wish, wish.ends_at) + conflicts.obstacles(wish, held)
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


def staying_late(wish: Wish) -> Wish:
    """Return a wish that may end after the provider's hours, as far as they agreed to it."""
    return replace(wish, over=overtime.may_stay(wish.provider, wish.site, wish.starts_at))


def note_staying(appointment: Appointment, wish: Wish, at: datetime, by: Actor) -> None:
    """Write down that the provider stays for a visit, where they do."""
    if not wish.over:
        return
    on = local(wish.site, wish.starts_at).date()
    closes_at = overtime.hours_end(wish.provider, wish.site, on)
    minutes = overtime.minutes_after(appointment.ends_at, closes_at)
    if not minutes:
        return
    words = f"{wish.provider} stays {minutes} minutes after their hours."
    because = f"The day broke; {wish.over} minutes are agreed."
    appointment.override_reason = because
    appointment.save()
    against = [Obstacle(Override.Kind.HOURS, words)]
    remember_overrides(appointment, against, because, at, by)
