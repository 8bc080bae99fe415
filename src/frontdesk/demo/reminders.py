"""The demo's texts and reminders: what went out, and what patients answered."""

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.test.utils import override_settings

from frontdesk.comms import operations as comms
from frontdesk.core.actor import Actor
from frontdesk.core.clock import now
from frontdesk.core.operation import operation
from frontdesk.core.scoping import practice_scope
from frontdesk.demo.visiting import staff
from frontdesk.people.models import Patient
from frontdesk.sandbox.grounds import ACCOUNT, TOKEN
from frontdesk.sandbox.phones import Phones
from frontdesk.scheduling import operations
from frontdesk.scheduling.models import Appointment, Reminder
from frontdesk.scheduling.queries import reminders as queries
from frontdesk.scheduling.rules.reminders import Step

NUMBER = "+16145550100"
PAST_DAYS, MOST_DUE = 60, 30
_ANSWERS = ("confirmed",) * 6 + ("moved",) + ("cancelled",) + ("",) * 4
_STEPS = (Step(168, "email"), Step(48, "sms"))
_SAID = (
    "Yes, but can my daughter come along?",
    "Running 10 min late, sorry!",
    "Do I need to fast before?",
)


def live_reminders(practice_id: UUID, *, chance: random.Random) -> None:
    """Set texts up, tell the past's answers, remind some of the coming, and let a few answer."""
    by = staff(practice_id, "clock", "Frontdesk")
    comms.set_line({"number": NUMBER, "is_on": True}, by=by)
    with practice_scope(practice_id):
        told_before(chance, by=by)
        with phones():
            _remind(chance, by)


@contextmanager
def phones() -> Iterator[Phones]:
    """Let the sandbox's phones ring while the demo is made; they remember it when it is open."""
    server = Phones(0, settings.VAR / "sandbox")
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    with override_settings(SMS_URL=server.url, SMS_ACCOUNT=ACCOUNT, SMS_TOKEN=TOKEN, SMS_SPOOL=""):
        try:
            yield server
        finally:
            server.shutdown()
            server.server_close()


@operation("comms.send")
def told_before(chance: random.Random, *, by: Actor) -> int:
    """Note what the reminders of the last weeks were answered, as the office's would be."""
    at = now()
    gone = Appointment.objects.filter(
        starts_at__lt=at - timedelta(days=1), starts_at__gte=at - timedelta(days=PAST_DAYS)
    ).values_list("pk", "starts_at", "sequence")
    rows = [
        _noted(pk, starts_at - step.before, sequence, step, chance)
        for pk, starts_at, sequence in gone
        for step in _STEPS
    ]
    Reminder.objects.bulk_create(rows, batch_size=500)
    return len(rows)


def _noted(
    pk: UUID, due_at: datetime, sequence: int, step: Step, chance: random.Random
) -> Reminder:
    is_left_out = chance.random() < 0.25
    told: dict[str, Any] = {"status": Reminder.Status.SENT}
    if is_left_out:
        told = {
            "status": Reminder.Status.SKIPPED,
            "because": "Booked after this reminder was due.",
        }
    elif answer := chance.choice(_ANSWERS):
        via = Reminder.Via.TEXT if step.channel == "sms" else Reminder.Via.LINK
        told |= {"answer": answer, "answered_via": via}
        told["answered_at"] = due_at + timedelta(minutes=chance.randint(2, 900))
    return Reminder(
        appointment_id=pk, sequence=sequence, step=step.key, due_at=due_at, done_at=due_at, **told
    )


def _remind(chance: random.Random, by: Actor) -> None:
    """Remind of some of the nearest visits, and let patients answer as they do."""
    at = now()
    noted = [
        one for due in queries.due(at)[:MOST_DUE] for one in operations.remind(due, at=at, by=by)
    ]
    for reminder in noted:
        if reminder.message is not None and chance.random() < 0.5:
            via = chance.choice(Reminder.Via.values)
            operations.confirm_by_patient(reminder.appointment, via=via, at=at, by=by)
    writers = Patient.objects.exclude(mobile_phone="").order_by("pk")[: len(_SAID)]
    numbers = [*(one.mobile_phone for one in writers), "+13305550142"]
    for number, (sender, body) in enumerate(
        zip(numbers, (*_SAID, "Is this the doctor's office?"), strict=False)
    ):
        comms.hear(sender=sender, body=body, gateway_id=f"SMdemo{number}", at=at, by=by)
