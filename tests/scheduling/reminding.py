"""What tests of reminders share: a Monday, a line for texts, and how to look at what went out."""

from datetime import UTC, datetime, timedelta

from frontdesk.comms import jobs as comms_jobs
from frontdesk.comms import operations as comms
from frontdesk.comms.models import Message
from frontdesk.core.clock import now
from frontdesk.scheduling import operations
from frontdesk.scheduling.jobs import reminders as reminding
from frontdesk.scheduling.models import Appointment, Reminder

MONDAY = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # 10 in the morning in New York
TWO_DAYS = timedelta(days=2)
OURS, ANNS = "+16145550100", "+16145550147"


def visit(clinic, patient, in_hours, **more):
    made = clinic.booked(at=now() + timedelta(hours=in_hours), patient=patient)
    with clinic.writing():
        made.booked_at = now() - timedelta(days=30)
        for name, value in more.items():
            setattr(made, name, value)
        made.save()
    return made


def run(clinic):
    return reminding.remind.func(str(clinic.practice.pk))


def noted(clinic):
    with clinic.reading():
        rows = Reminder.objects.order_by("done_at", "-due_at", "pk")
        return [(one.step, one.status, one.because) for one in rows]


def sent(clinic):
    with clinic.reading():
        return list(Message.objects.filter(kind__startswith="appointment.").order_by("pk"))


def again(clinic, found):
    with clinic.reading():
        return Appointment.objects.get(pk=found.pk)


def policy(clinic, *steps, visit_type=None, is_on=True, notice_hours=2):
    return operations.save_reminder_policy(
        visit_type, steps=steps, is_on=is_on, notice_hours=notice_hours, by=clinic.anybody()
    )


def asked(clinic):
    """Remind, and note that the carrier took it."""
    run(clinic)
    for message in sent(clinic):
        if message.status == "queued":
            comms.note_sent(message, at=now(), by=clinic.anybody())


def answer(clinic, body, sid="SM1", sender=ANNS):
    message = comms.hear(sender=sender, body=body, gateway_id=sid, at=now(), by=clinic.anybody())
    comms_jobs.understand.func(str(message.pk), str(clinic.practice.pk))
    with clinic.reading():
        message.refresh_from_db()
        last = Message.objects.filter(kind__startswith="reply.").order_by("-pk").first()
    return message, last


def reminders_of(clinic):
    with clinic.reading():
        return list(Reminder.objects.order_by("done_at", "pk"))
