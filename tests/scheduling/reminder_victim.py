"""An office whose worker is killed: `python -m tests.scheduling.reminder_victim make|work KILL_AT`.

Works on the database in FRONTDESK_VAR, and sends by SMTP to FRONTDESK_SMTP_HOST at PORT_OF_MAIL.
`work` reminds and sends what waits; the KILL_AT-th operation that ends is killed by SIGKILL just
before its transaction commits. 0 lets everything finish and prints what is kept.
"""

import json
import os
import signal
import sys
from datetime import timedelta

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402

from frontdesk.comms import jobs  # noqa: E402
from frontdesk.comms.models import Message  # noqa: E402
from frontdesk.core.clock import now  # noqa: E402
from frontdesk.core.models import AuditEntry  # noqa: E402
from frontdesk.core.scoping import practice_scope  # noqa: E402
from frontdesk.practice.models import Practice  # noqa: E402
from frontdesk.scheduling.jobs import reminders  # noqa: E402
from frontdesk.scheduling.models import Reminder  # noqa: E402
from tests.clinic import Clinic  # noqa: E402

settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(os.environ.get("PORT_OF_MAIL", "1"))


def make():
    """Lay the office out: six visits whose reminder is due."""
    call_command("migrate", verbosity=0)
    clinic = Clinic()
    for number in range(6):
        patient = clinic.patient("Ann", str(number), email=f"ann{number}@example.com")
        visit = clinic.booked(at=now() + timedelta(hours=40 + number), patient=patient)
        with clinic.writing():
            visit.booked_at = now() - timedelta(days=20)
            visit.save()


def killed_at(number):
    """Die when the audit of that operation was written and nothing is committed yet."""
    write, ended = AuditEntry.append, []

    def append(*args, **kwargs):
        entry = write(*args, **kwargs)
        ended.append(entry)
        if len(ended) == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return entry

    AuditEntry.append = append


def work():
    """Remind, then send, until nothing waits: each message's lease and pause are over at once."""
    practice = Practice.objects.get()
    reminders.remind.func(str(practice.pk))
    for _ in range(4):
        with practice_scope(practice.pk):
            waiting = Message.objects.filter(status="queued").order_by("pk")
            keys = list(waiting.values_list("pk", flat=True))
        for key in keys:
            jobs.deliver.func(str(key), str(practice.pk))


def tell():
    """Print what is kept."""
    practice = Practice.objects.get()
    with practice_scope(practice.pk):
        sent = Message.objects.filter(kind="appointment.reminder")
        told = {
            "reminders": Reminder.objects.filter(status="sent").count(),
            "ids": [str(key) for key in sent.values_list("pk", flat=True)],
            "statuses": sorted(set(sent.values_list("status", flat=True))),
        }
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make()
    else:
        from frontdesk.comms import rules
        from frontdesk.comms.operations import delivery

        delivery.rules.LEASE = rules.LEASE = timedelta(0)  # the dead are found out at once
        killed_at(int(sys.argv[2]))
        work()
        tell()
