"""What runs later: asking the payer, outside of any transaction."""

from uuid import UUID

from django_tasks import task

from frontdesk.core.clock import now
from frontdesk.core.scoping import practice_scope
from frontdesk.coverage import operations
from frontdesk.coverage.exchange import Unreadable
from frontdesk.coverage.gateways import Declined, NoAnswer, clearinghouse
from frontdesk.coverage.models import EligibilityCheck
from frontdesk.practice.models import Practice
from frontdesk.staff.queries import the_clock


@task()
def ask_payer(practice_id: str, check_id: str) -> str:
    """Send one question and read its answer; return how the check stands after it.

    Doing it again is harmless: an answered check is not asked, and the trace is the same.
    """
    clock = the_clock(UUID(practice_id))
    with practice_scope(clock.practice_id):
        check = EligibilityCheck.objects.get(pk=check_id)
        if check.status != EligibilityCheck.Status.QUEUED:
            return check.status
        sender = Practice.objects.get(pk=practice_id).npi
    check = operations.count_attempt(check, by=clock)
    answer = b""
    try:
        line = clearinghouse(sender)
        answer = line.ask(check.request.encode("latin-1"), message_id=str(check.pk))
        check = operations.record_answer(check, response=answer, at=now(), by=clock)
    except Declined as declined:
        check = operations.note_declined(check, because=str(declined), at=now(), by=clock)
    except (NoAnswer, Unreadable) as trouble:
        check = operations.note_no_answer(
            check, because=str(trouble), response=answer, at=now(), by=clock
        )
    return check.status
