"""The demo's waitlist: who wants to come earlier, what came free, who was asked, who said yes."""

import random
from datetime import timedelta
from uuid import UUID

from frontdesk.core.actor import Actor
from frontdesk.core.clock import now
from frontdesk.core.errors import Refused
from frontdesk.core.scoping import practice_scope
from frontdesk.demo.visiting import staff
from frontdesk.people.models import Patient
from frontdesk.scheduling import operations
from frontdesk.scheduling.models import Appointment, FreedTime, Offer, VisitType

WAITING, CANCELLED, FIRST_TIME = 22, 6, 3
RESULTS = ("MRI from Mercy Radiology", "Labs from Quest", "Cardiology note", "Old records")
_SAID = ("Ill", "Has to work", "No ride", "Feels better", "Away that week", "Child is ill")


def live_waitlist(practice_id: UUID, *, chance: random.Random) -> None:
    """Put patients on the waitlist, free some times, and let a few be offered and answered."""
    clock = staff(practice_id, "clock", "Frontdesk")
    desk = staff(practice_id, "scheduler", "Theo Brandt")
    with practice_scope(practice_id):
        operations.save_refill_rule(None, {"mode": "auto"}, by=clock)
        coming = list(
            Appointment.objects.filter(
                status=Appointment.Status.BOOKED, starts_at__gt=now() + timedelta(days=1, hours=12)
            )
            .select_related("patient", "visit_type", "provider", "site")
            .order_by("starts_at")
        )
        half = len(coming) // 2
        soon, later = coming[:half], coming[half:]
        _join(later, chance, desk)
        _note_results(soon, chance, desk)
        _free(soon, chance, desk, clock)


def _join(later: list[Appointment], chance: random.Random, by: Actor) -> None:
    for appointment in chance.sample(later, min(WAITING, len(later))):
        since = now() - timedelta(days=chance.randint(1, 40))
        wait = operations.want_earlier(appointment, at=since, by=by)
        wants = {
            "urgency": chance.choices([1, 2, 3], [14, 4, 1])[0],
            "part": chance.choice(["", "", "", "morning", "afternoon"]),
            "notice_hours": chance.choice([4, 12, 24]),
            "provider_ids": chance.choice([[], [], wait.provider_ids]),
        }
        operations.change_wait(wait, wants, by=by)
    first = VisitType.objects.filter(is_new_patient=True, is_active=True).first()
    if first is None:
        return
    patients = Patient.objects.filter(status="active").order_by("-pk")[:FIRST_TIME]
    for number, patient in enumerate(patients):
        since = now() - timedelta(days=3 + 4 * number)
        operations.join_waitlist(patient, first, at=since, by=by, note="Called for a first visit")


def _note_results(soon: list[Appointment], chance: random.Random, by: Actor) -> None:
    for number, appointment in enumerate(chance.sample(soon, min(5, len(soon)))):
        noted = operations.need_results(
            appointment, what=chance.choice(RESULTS), clear_by=None, at=now(), by=by
        )
        if number == 0:
            operations.receive(noted, at=now(), by=by)


def _free(soon: list[Appointment], chance: random.Random, desk: Actor, clock: Actor) -> None:
    """Cancel a few; offer the first times by hand, leave the last ones to the jobs."""
    for appointment in chance.sample(soon, min(CANCELLED, len(soon))):
        operations.cancel(
            appointment, because=chance.choice(_SAID), whose="patient", at=now(), by=desk
        )
    looking = FreedTime.objects.filter(status=FreedTime.Status.LOOKING).order_by("starts_at")
    answers = ["accepted", "declined", "kept", "", "accepted"]
    for freed, answer in zip(list(looking), answers, strict=False):
        if answer == "kept":
            operations.keep_freed(freed, kept_for="A patient of Dr. Roe, calls back", at=now(),
                                  by=desk)  # fmt: skip
            continue
        try:
            offers = operations.offer_to(freed, [], at=now(), by=clock)
        except Refused:
            continue
        _answer(offers, answer, desk)


def _answer(offers: list[Offer], answer: str, by: Actor) -> None:
    if answer == "declined" and len(offers) > 1:
        operations.decline_offer(offers[0], at=now(), by=by)
    elif answer == "accepted":
        operations.accept_offer(offers[0], at=now(), by=by)
