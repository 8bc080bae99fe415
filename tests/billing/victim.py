"""A process that is killed in the middle: `python -m tests.billing.victim WHAT KILL_AT [WHEN]`.

It pays or posts on the office's database in FRONTDESK_VAR, or on the one at FRONTDESK_DATABASE_URL.
The KILL_AT-th operation that ends in one of its threads is killed by SIGKILL just `before` its
transaction commits, or just `after`; 0 lets everything finish. At the end it prints how the books
stand.
"""

import json
import os
import signal
import sys
from threading import local

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django

django.setup()

from datetime import UTC, datetime  # noqa: E402
from decimal import Decimal  # noqa: E402

from django.db import transaction  # noqa: E402

from frontdesk.billing import jobs  # noqa: E402
from frontdesk.billing.models import Remittance  # noqa: E402
from frontdesk.core.models import AuditEntry  # noqa: E402
from frontdesk.core.scoping import practice_scope  # noqa: E402
from frontdesk.ledger import operations, queries  # noqa: E402
from frontdesk.ledger.models import Payment  # noqa: E402
from frontdesk.people.models import Patient  # noqa: E402
from frontdesk.practice.models import Practice, Site  # noqa: E402
from frontdesk.staff.queries import the_clock  # noqa: E402


def killed_at(number, when):
    """Die when the audit of that operation was written: nothing of it, or all, is committed."""
    write, mine = AuditEntry.append, local()

    def append(*args, **kwargs):
        entry = write(*args, **kwargs)
        mine.ended = getattr(mine, "ended", 0) + 1
        if mine.ended == number:
            die() if when == "before" else transaction.on_commit(die)
        return entry

    AuditEntry.append = append


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def pay(practice):
    with practice_scope(practice.pk):
        patient, site = Patient.objects.order_by("pk").first(), Site.objects.first()
    operations.take_payment(
        patient,
        amount=Decimal("25.00"),
        method="cash",
        kind="copay",
        site=site,
        key="the same press",
        at=datetime(2026, 11, 20, 15, tzinfo=UTC),
        by=the_clock(practice.pk),
    )


def post(practice):
    with practice_scope(practice.pk):
        remittance = Remittance.objects.get()
    jobs.post_remittance.func(str(practice.pk), str(remittance.pk))


def main():
    practice = Practice.objects.get()
    killed_at(int(sys.argv[2]), (sys.argv[3:] or ["before"])[0])
    {"pay": pay, "post": post}[sys.argv[1]](practice)
    with practice_scope(practice.pk):
        told = {
            "books": {one.code: str(one.balance) for one in queries.trial_balance()},
            "receipts": list(Payment.objects.values_list("number", flat=True)),
            "remittances": list(Remittance.objects.values_list("status", flat=True)),
        }
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
