"""What the clock asks for every hour: plans kept, cards that end, refunds in time."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django_tasks import task

from frontdesk.core.actor import Actor
from frontdesk.core.clock import local, now
from frontdesk.core.scoping import practice_scope
from frontdesk.ledger import operations, queries
from frontdesk.ledger.gateways import card_gateway
from frontdesk.ledger.jobs.cards import settle_card
from frontdesk.ledger.models import SmallBalanceRun
from frontdesk.practice.models import Site
from frontdesk.staff.queries import practice_ids, the_clock

A_MONTH = timedelta(days=28)
IN_A_RUN = 200  # instalments of a practice in one go: the rest comes with the next hour


@task()
def watch_money(practice_id: str) -> dict[str, int]:
    """Announce, charge and miss instalments, warn of cards, watch refunds; return the counts.

    Each is one operation under a lock: a second worker, or the same one after a crash, finds
    what was done and does the rest.
    """
    clock, at = the_clock(UUID(practice_id)), now()
    with practice_scope(clock.practice_id):
        site = Site.objects.order_by("pk").first()
        if site is None:
            return {}
        today = local(site, at).date()
        done = {
            "resumed": _resume(today, at, clock),
            "announced": _announce(today, at, clock),
            "charged": _charge(today, at, clock),
            "missed": _miss(today, at, clock),
        }
        _warn(today, at, clock)
        _give_up_small(today, at, clock)
        return done


@task()
def watch_money_everywhere() -> int:
    """Watch over the plans and refunds of every practice: what the clock asks for every hour."""
    practices = practice_ids()
    for practice_id in practices:
        watch_money.enqueue(str(practice_id))
    return len(practices)


def _resume(today: date, at: datetime, clock: Actor) -> int:
    plans = list(queries.plans.to_resume(today)[:IN_A_RUN])
    for plan in plans:
        notice = timedelta(days=queries.payment_policy().notice_days)
        operations.resume_plan(plan, first_on=today + notice, at=at, by=clock)
    return len(plans)


def _announce(today: date, at: datetime, clock: Actor) -> int:
    found = list(queries.plans.to_announce(today)[:IN_A_RUN])
    for instalment in found:
        operations.give_notice(instalment, at=at, by=clock)
    return len(found)


def _charge(today: date, at: datetime, clock: Actor) -> int:
    """Ask the gateway for what is due; without one nothing is charged and nothing declined."""
    charged = 0
    for instalment in list(queries.plans.to_charge(today)[:IN_A_RUN]) if card_gateway() else []:
        payment = operations.begin_charge(instalment, at=at, by=clock)
        if payment is not None:
            settle_card.func(str(clock.practice_id), str(payment.pk))
            charged += 1
    return charged


def _miss(today: date, at: datetime, clock: Actor) -> int:
    found = list(queries.plans.to_miss(today)[:IN_A_RUN])
    for instalment in found:
        operations.note_missed(instalment, at=at, by=clock)
    return len(found)


def _warn(today: date, at: datetime, clock: Actor) -> None:
    for card in list(queries.cards.needed_cards(today)[:IN_A_RUN]):
        operations.warn_of_card(card, at=at, by=clock)
    for refund in list(queries.crediting.refunds()[:IN_A_RUN]):
        operations.watch_refund(refund, at=at, by=clock)


def _give_up_small(today: date, at: datetime, clock: Actor) -> None:
    """Once a month, where the practice has a rule for it."""
    if not queries.payment_policy().small_most:
        return
    last = SmallBalanceRun.objects.order_by("-at").first()
    is_time = last is None or at - last.at >= A_MONTH
    if is_time and queries.crediting.small_balances(on=today):  # seconds: nobody waits meanwhile
        operations.give_up_small_balances(on=today, at=at, by=clock)
