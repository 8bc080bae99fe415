"""What patients owe: billed every month, paid by mail, by link, by plan, or not at all."""

from contextlib import suppress
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from frontdesk.billing import operations, queries
from frontdesk.billing.models import Agency, HelpRequest, Placement, Statement
from frontdesk.core.actor import Actor
from frontdesk.core.clock import day_bounds
from frontdesk.core.errors import Refused
from frontdesk.core.money import CENT, ZERO
from frontdesk.core.scoping import practice_scope
from frontdesk.demo import living
from frontdesk.demo.year.state import Year
from frontdesk.ledger import operations as ledger
from frontdesk.ledger import queries as books
from frontdesk.ledger.jobs import keeping
from frontdesk.ledger.models import Instalment, Payment, Refund, SavedCard
from frontdesk.ledger.rules.plans import Terms, each_for
from frontdesk.people.models import Patient
from frontdesk.sandbox.habits import chance
from frontdesk.staff.roles import LINK_PERMISSIONS

SOONEST, LATEST = 4, 24  # days after a statement until somebody pays
BY_PLAN, UNPAID, BY_LINK = Decimal("0.08"), Decimal("0.16"), Decimal("0.14")  # else by mail
PLAN_LEAST = Decimal("100.00")
BY_CARD = Decimal("0.6")  # of plans
PAYS_LESS, LESS = Decimal("0.03"), Decimal("2.40")  # of checks by mail; dollars
PAYS_TWICE = Decimal("0.012")  # of checks by mail
NEEDS_HELP, MUCH = Decimal("0.02"), Decimal("75.00")  # of first statements; dollars
INCOMES = (Decimal(24000), Decimal(39000), Decimal(52000), Decimal(95000))  # of three people
PLAN_PAYS = Decimal("0.93")  # of instalments, on their day
BOUNCES = Decimal("0.008")  # of checks by mail
BANK_SAYS = timedelta(days=6)
AGENCY_WORKS, GIVES_UP = timedelta(days=30), timedelta(days=90)
AGENCY_GETS, AGENCY_FEE = Decimal("0.33"), Decimal("0.25")  # of accounts; of what it gets
AGENCY: dict[str, Any] = {
    "name": "Fairfield Recovery", "phone": "+16145550188", "email": "desk@fairfield.example",
    "fee_percent": 25,
}  # fmt: skip
PLANNED = (Instalment.Status.DUE, Instalment.Status.MISSED)


def pay(year: Year, on: date) -> None:
    """Let those pay whose day it is, of statements and of plans."""
    since = date.fromisoformat(year.done[-1]) if year.done else on - timedelta(days=1)
    for statement in _open_statements(year, on):
        drawn = chance(statement.number, "pays on")
        day = statement.made_on + timedelta(days=SOONEST + int(drawn * (LATEST - SOONEST)))
        if since < day <= on:
            with suppress(Refused):
                _answer(year, statement, on)
    _instalments(year, on)
    _returned(year, since, on)


def bill(year: Year, on: date, *, is_first: bool) -> None:
    """Make the month's statements on its first day; hand over and give back in its middle."""
    if is_first:
        operations.start_run(on=on, at=year.at, by=year.biller)
        living.run_jobs()
        _mail(year, on)
        _refunds(year)
        _report(year, on)
    _decide_help(year)
    if year.is_weekly(on):
        _collections(year, on)


def _open_statements(year: Year, on: date) -> list[Statement]:
    with practice_scope(year.practice_id):
        last = on - timedelta(days=LATEST + 5)
        found = Statement.objects.filter(
            made_on__gte=last, status__in=(Statement.Status.MADE, Statement.Status.SENT)
        )
        return list(found.order_by("number"))


def _answer(year: Year, statement: Statement, on: date) -> None:
    """Pay a statement by the way its family is given to, or not at all."""
    drawn = chance(statement.number, "how")
    by_plan, unpaid = year.pace.share(BY_PLAN), year.pace.share(UNPAID)
    with practice_scope(year.practice_id):
        parts = list(queries.family_bill(queries.family_on(statement)).parts)
    owing = [(patient, one.balance) for patient, one in parts if one.balance > ZERO]
    for patient, owed in owing:
        if _asks_for_help(year, statement, patient, owed):
            continue
        if drawn < by_plan and owed >= PLAN_LEAST:
            _by_plan(year, statement, patient, on)
        elif by_plan < drawn < by_plan + unpaid:
            continue
        elif drawn > 1 - BY_LINK:
            by = _themselves(year, patient)
            operations.pay_bill(statement, patient, amount=owed, at=year.at, by=by)
        else:
            _mails(year, statement, patient, owed)


def _by_plan(year: Year, statement: Statement, patient: Patient, on: date) -> None:
    """Agree on four instalments; most let us charge a card on their days."""
    with practice_scope(year.practice_id):
        total = books.balance_of(patient).to_pay
    each = each_for(total, 4)
    first = on + timedelta(days=14)
    by_card = chance(statement.number, "card") < BY_CARD
    card = _keep_card(year, patient, each) if by_card else None
    ledger.start_plan(
        patient, Terms(total, each, "month", first), site=year.site, agreed_how="by phone",
        card=card, at=year.at, by=year.biller,
    )  # fmt: skip


def _keep_card(year: Year, patient: Patient, most: Decimal) -> SavedCard | None:
    with practice_scope(year.practice_id):
        if most > books.payment_policy().card_most:
            return None
        card = ledger.ask_for_card(
            patient, most=most, until=None, site=year.site, at=year.at, by=year.biller
        )
        keeping.ask_card(card)
        return keeping.keep_card_now(SavedCard.objects.get(pk=card.pk))


def _mails(year: Year, statement: Statement, patient: Patient, owed: Decimal) -> None:
    """Send a check: as billed, a little less, or by mistake twice."""
    key = f"mail:{statement.pk}:{patient.pk}"
    drawn = chance(statement.number, "mails")
    pays_less = drawn < year.pace.share(PAYS_LESS) and owed > LESS * 4
    _by_mail(year, patient, owed - LESS if pays_less else owed, key)
    if drawn > 1 - year.pace.share(PAYS_TWICE):
        _by_mail(year, patient, owed, f"{key}:again")


def _asks_for_help(year: Year, statement: Statement, patient: Patient, owed: Decimal) -> bool:
    """Ask for financial help instead of paying, where the bill is more than one can pay."""
    share = year.pace.share(NEEDS_HELP)
    if owed < MUCH or statement.step > 1 or chance(statement.number, "help") >= share:
        return False
    income = INCOMES[statement.number % len(INCOMES)]
    operations.ask_for_help(
        patient, household=3, income=income, words="My hours were cut.", at=year.at, by=year.desk
    )
    return True


def _decide_help(year: Year) -> None:
    """The manager looks at the papers and gives what the scale says."""
    with practice_scope(year.practice_id):
        asked = list(queries.help_requests(HelpRequest.Status.ASKED).order_by("number"))
    for request in asked:
        operations.decide_help(
            request, off=request.proposed, because="Two pay slips and the tax return",
            at=year.at, by=year.manager,
        )  # fmt: skip


def _by_mail(year: Year, patient: Patient, owed: Decimal, key: str) -> None:
    ledger.take_payment(
        patient, amount=owed, method="check", kind="balance", reference="2077", site=year.site,
        key=key, at=year.at, by=year.desk,
    )  # fmt: skip


def _themselves(year: Year, patient: Patient) -> Actor:
    """The patient behind the link of a bill."""
    return Actor(
        name=f"{patient.name} (by link)", practice_id=year.practice_id,
        permissions=LINK_PERMISSIONS["pay"], role="Patient",
    )  # fmt: skip


def _instalments(year: Year, on: date) -> None:
    with practice_scope(year.practice_id):
        due = Instalment.objects.filter(status__in=PLANNED, due_on__lte=on, plan__card=None)
        named = due.select_related("plan__patient", "plan__site")
        found = list(named.order_by("due_on", "pk"))
    for one in found:
        drawn = chance(one.plan.number, one.place, "instalment")
        if one.due_on < on - timedelta(days=9) or drawn >= PLAN_PAYS:
            continue
        with suppress(Refused):
            ledger.take_payment(
                one.plan.patient, amount=one.amount, method="check", kind="plan",
                reference="3120", site=year.site, key=f"instalment:{one.pk}", at=year.at,
                by=year.desk,
            )  # fmt: skip


def _returned(year: Year, since: date, on: date) -> None:
    """The bank gives a few checks back."""
    with practice_scope(year.practice_id):
        checks = Payment.objects.filter(method="check", kind="balance", status="posted")
        first, _ = day_bounds(year.site, since - BANK_SAYS)
        end, _ = day_bounds(year.site, on - BANK_SAYS)
        taken = list(checks.filter(taken_at__gte=first, taken_at__lt=end).order_by("pk"))
    for payment in taken:
        if chance(payment.number, "bounces") < year.pace.share(BOUNCES):
            with suppress(Refused):
                ledger.return_payment(
                    payment, on=on, because="Not sufficient funds", fee=Decimal(25), at=year.at,
                    by=year.biller,
                )  # fmt: skip


def _mail(year: Year, on: date) -> None:
    """Mail the statements that nobody agreed to get otherwise."""
    with practice_scope(year.practice_id):
        found = list(Statement.objects.filter(status=Statement.Status.MADE).order_by("number"))
    for one in found:
        operations.note_mailed(one, on=on, by=year.biller)


def _refunds(year: Year) -> None:
    """Give back what patients paid too much: one proposes, another approves and pays."""
    on = year.at.date()
    with practice_scope(year.practice_id):
        listed = [row for row in books.crediting.credit_rows(on=on) if row.proposal == "refund"]
        rows = [(row, books.crediting.free_credit(row.patient)) for row in listed]
    for row, free in rows:
        with suppress(Refused):
            refund = ledger.propose_refund(
                row.patient, ledger.Wish(free, "Paid more than was owed"), site=year.site,
                key=f"credit:{row.patient.pk}:{on}", at=year.at, by=year.biller,
            )  # fmt: skip
            if refund.status == Refund.Status.PROPOSED:
                refund = ledger.approve_refund(refund, at=year.at, by=year.manager)
            ledger.pay_refund(
                refund, reference=f"C{refund.number}", on=on, at=year.at, by=year.manager
            )


def _collections(year: Year, on: date) -> None:
    """Look at what the policy would hand over, and hand over what was warned long enough."""
    with practice_scope(year.practice_id):
        proposed = list(Placement.objects.filter(status=Placement.Status.PROPOSED).order_by("pk"))
        over = Placement.objects.filter(status=Placement.Status.LETTER, letter_until__lt=on)
        ready = list(over.order_by("pk"))
        agency = Agency.objects.first()
    for one in proposed:
        with suppress(Refused):
            operations.approve(one, on=on, at=year.at, by=year.manager)
    if proposed:
        living.run_jobs()
    if ready:
        agency = agency or operations.save_agency(None, by=year.manager, **AGENCY)
        with suppress(Refused):
            operations.hand_over(ready, agency, on=on, at=year.at, by=year.manager)


def _report(year: Year, on: date) -> None:
    """Read what the agency reports for the month: a third pays it, some it gives up."""
    placed_before = on - AGENCY_WORKS
    with practice_scope(year.practice_id):
        agency = Agency.objects.first()
        placed = Placement.objects.filter(
            status=Placement.Status.PLACED, placed_on__lt=placed_before
        ).select_related("patient")
        owed = [
            (one, sum((part.amount for part in queries.with_agency(one.patient)), ZERO))
            for one in placed.order_by("number")
        ]
    lines = ["account,date,kind,amount,fee"]
    for one, amount in owed:
        pays = chance(one.number, "agency") < AGENCY_GETS
        if pays and amount > ZERO:
            lines.append(f"{one.number},{on},payment,{amount},{_cents(amount * AGENCY_FEE)}")
        elif one.placed_on and one.placed_on < on - GIVES_UP:
            lines.append(f"{one.number},{on},returned,0,0")
    if agency is not None and len(lines) > 1:
        operations.read_agency_report(
            agency, name=f"report-{on}.csv", content="\n".join(lines).encode(), on=on,
            at=year.at, by=year.manager,
        )  # fmt: skip


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)
