"""What the clock asks for: take up what was left, keep claims, bills and help in order."""

from uuid import UUID

from django_tasks import task

from frontdesk.billing import operations, queries
from frontdesk.billing.jobs.claims import judge_waiting
from frontdesk.billing.jobs.files import send_file
from frontdesk.billing.jobs.remittances import post_remittance
from frontdesk.billing.operations.denials_found import find_denials
from frontdesk.billing.operations.unreadable import watch_rules
from frontdesk.core.clock import now, today
from frontdesk.core.scoping import practice_scope
from frontdesk.practice.models import Site
from frontdesk.staff.queries import practice_ids, the_clock


@task()
def keep_bills(practice_id: str) -> int:
    """Give help, end what is over, list what may go to an agency, find denials; once a day."""
    clock = the_clock(UUID(practice_id))
    with practice_scope(clock.practice_id):
        site = Site.objects.order_by("pk").first()
        if site is None:
            return 0
        on = today(site)
        operations.give_all_help(at=now(), by=clock)
        operations.end_expired(on=on, at=now(), by=clock)
        find_denials(at=now(), by=clock)
        return len(operations.propose(on=on, at=now(), by=clock))


@task()
def keep_bills_everywhere() -> int:
    """Look after bills and waiting claims of every practice: what the clock asks for every day."""
    practices = practice_ids()
    for practice_id in practices:
        keep_bills.enqueue(str(practice_id))
        judge_waiting.enqueue(str(practice_id))
    return len(practices)


@task()
def watch(practice_id: str) -> int:
    """Take up what a crash left behind, and ask about answers that are overdue."""
    clock = the_clock(UUID(practice_id))
    with practice_scope(clock.practice_id):
        for exchange in queries.files_to_send():
            send_file.func(practice_id, str(exchange.pk))
        for remittance in queries.remittances_to_post():
            post_remittance.func(practice_id, str(remittance.pk))
        operations.match_bank_lines(at=now(), by=clock)
        operations.watch_deposits(at=now(), by=clock)
    operations.compare_estimates(at=now(), by=clock)
    operations.learn_paces(at=now(), by=clock)
    watch_rules(at=now(), by=clock)
    return operations.watch_claims(at=now(), by=clock)


@task()
def watch_everywhere() -> int:
    """Watch over the claims of every practice: what the clock asks for every hour."""
    practices = practice_ids()
    for practice_id in practices:
        watch.enqueue(str(practice_id))
    return len(practices)
