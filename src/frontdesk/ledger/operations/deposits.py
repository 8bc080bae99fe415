"""Bring what counted drawers hold to the bank, and hear from the bank that it came."""

from datetime import date, datetime
from decimal import Decimal

from frontdesk.core.actor import Actor
from frontdesk.core.clock import local
from frontdesk.core.errors import Refused
from frontdesk.core.models import Counter
from frontdesk.core.money import ZERO
from frontdesk.core.operation import operation
from frontdesk.ledger import queries
from frontdesk.ledger.models import Deposit, Drawer, Payment, Posting
from frontdesk.ledger.operations.postings import post, reverse
from frontdesk.ledger.rules import Line
from frontdesk.ledger.rules.chart import BANK, CASH, CHECKS, DEPOSITS, OVER_SHORT
from frontdesk.practice.models import Site


@operation("ledger.deposit")
def make_deposit(site: Site, *, at: datetime, by: Actor) -> Deposit:
    """Take what the site's counted drawers hold to the bank, with its checks listed."""
    site = Site.objects.lock(site.pk)  # two people who deposit queue here
    found = queries.to_deposit(site)
    if found.cash < ZERO:
        raise Refused("More was given back than taken: the drawers' floats have to be filled up.")
    if found.total == ZERO:
        raise Refused("No counted drawer has anything for the bank.")
    deposit = Deposit(
        number=Counter.take("deposit"),
        site=site,
        day=local(site, at).date(),
        cash=found.cash,
        checks=found.check_total,
        made_at=at,
        made_by=by.name,
    )
    deposit.save()
    _hand_over(found.drawers, found.checks, deposit)
    parts = ((CASH, deposit.cash), (CHECKS, deposit.checks))
    post(
        "deposit",
        key=f"deposit:{deposit.pk}",
        lines=[
            Line(account, DEPOSITS, amount, "deposit", site_id=site.pk)
            for account, amount in parts
            if amount
        ],
        on=deposit.day,
        memo=f"Deposit {deposit.number}",
        at=at,
        by=by,
    )
    return deposit


@operation("ledger.deposit")
def confirm_deposit(
    deposit: Deposit,
    *,
    on: date,
    credited: Decimal,
    reference: str,
    at: datetime,
    by: Actor,
    because: str = "",
) -> Deposit:
    """Note that the bank has it, as the bank counted it; a difference needs its reason."""
    deposit = Deposit.objects.lock(deposit.pk)
    deposit.status = deposit.lifecycle.move(deposit.status, Deposit.Status.CONFIRMED)
    if on < deposit.day:
        raise Refused("The bank cannot have had it before it was made.")
    if on > local(deposit.site, at).date():
        raise Refused("That day has not come yet.")
    if credited != deposit.total and not because.strip():
        raise Refused(f"The slip says ${deposit.total}: say what explains the difference.")
    deposit.credited_on, deposit.credited = on, credited
    deposit.reference, deposit.because = reference.strip(), because.strip()
    deposit.confirmed_by = by.name
    deposit.save()
    post(
        "deposit",
        key=f"deposit-confirmed:{deposit.pk}",
        lines=_credited(deposit, credited),
        on=on,
        memo=f"Deposit {deposit.number} at the bank",
        at=at,
        by=by,
    )
    return deposit


@operation("ledger.deposit")
def void_deposit(deposit: Deposit, *, because: str, at: datetime, by: Actor) -> Deposit:
    """Take a deposit apart that has not reached the bank: its drawers wait for another one."""
    deposit = Deposit.objects.lock(deposit.pk)
    if not because.strip():
        raise Refused("Say why the deposit is taken apart.")
    deposit.status = deposit.lifecycle.move(deposit.status, Deposit.Status.VOIDED)
    checks = queries.checks_of(deposit)
    if any(check.status == Payment.Status.REVERSED for check in checks):
        raise Refused("A check in it was taken back since: confirm the deposit instead.")
    deposit.because = because.strip()
    deposit.save()
    _hand_over(list(Drawer.objects.filter(deposit=deposit)), checks, None)
    posting = Posting.objects.get(key=f"deposit:{deposit.pk}")
    day = local(deposit.site, at).date()
    reverse(posting, because=deposit.because, at=at, on=day, by=by)
    return deposit


def _hand_over(drawers: list[Drawer], checks: list[Payment], deposit: Deposit | None) -> None:
    for drawer in drawers:
        drawer.deposit = deposit
        drawer.save()
    for check in checks:
        check.deposit = deposit
        check.save()


def _credited(deposit: Deposit, credited: Decimal) -> list[Line]:
    """Everything reaches the bank but what it counted differently."""
    site_id, apart = deposit.site_id, credited - deposit.total
    lines = [Line(DEPOSITS, BANK, min(credited, deposit.total), "deposit", site_id=site_id)]
    if apart > ZERO:
        lines.append(Line(OVER_SHORT, BANK, apart, "overshort", site_id=site_id))
    if apart < ZERO:
        lines.append(Line(DEPOSITS, OVER_SHORT, -apart, "overshort", site_id=site_id))
    return [line for line in lines if line.amount]
