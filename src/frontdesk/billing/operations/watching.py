"""Look after what was sent: receipts that do not come, payers that are later than usual."""

from datetime import datetime, timedelta

from frontdesk.billing import queries
from frontdesk.billing.models import Claim, Exchange, PayerPace
from frontdesk.billing.operations.clocks import watch_clocks
from frontdesk.billing.operations.standing import ask_status
from frontdesk.billing.rules.pace import pace
from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.coverage.models import Payer
from frontdesk.practice.queries import office_clock, office_day
from frontdesk.staff.operations import open_work, settle_work

NO_999_AFTER = timedelta(hours=1)
NO_277CA_AFTER = 2  # business days
ASK_AGAIN_AFTER = timedelta(days=14)
ASKED_AT_ONCE = 200  # payers asked in one round
MOST_AT_ONCE = 1000
LEARN_AFTER = timedelta(days=1)


@operation("billing.claim")
def watch_claims(*, at: datetime, by: Actor) -> int:
    """Put on the work list what is overdue, each trouble once; return how many alarms.

    A file without its receipt (999) after an hour; claims without the payer's answer (277CA)
    after two business days; claims later than their payer's usual time, which is asked at once;
    and time limits that come near.
    """
    _expect_answers()
    silent = queries.files_without_receipt(at - NO_999_AFTER)
    for exchange in silent:
        _no_receipt(exchange, at, by)
    unanswered = queries.files_without_answer(at, NO_277CA_AFTER)
    for exchange, claims in unanswered:
        _no_answer(exchange, claims, at, by)
    late = list(queries.late_claims(office_day(at), at - ASK_AGAIN_AFTER)[:ASKED_AT_ONCE])
    for claim in late:
        _later_than_usual(claim, at, by)
    return len(silent) + len(unanswered) + len(late) + watch_clocks(at=at, by=by)


@operation("billing.claim")
def learn_paces(*, at: datetime, by: Actor) -> int:
    """Learn how long each payer takes, at most once a day; return of how many it is known."""
    if PayerPace.objects.filter(learned_on__gt=office_day(at - LEARN_AFTER)).exists():
        return 0
    known = {row.payer_id: row for row in PayerPace.objects.all()}
    found, on = 0, office_day(at)
    for payer in Payer.objects.filter(is_active=True).order_by("pk"):
        learned = pace(queries.days_to_decide(payer))
        if learned is None:
            continue
        row = known.get(payer.pk) or PayerPace(payer=payer)
        row.answers, row.median_days, row.late_days = (
            learned.answers,
            learned.median,
            learned.late,
        )
        row.learned_on = on
        row.save()
        found += 1
    return found


def settle_waiting(exchange: Exchange, at: datetime, by: Actor) -> None:
    """Take back the alarms about a file whose answer has come."""
    for trouble in ("no_999", "no_277ca"):
        settle_work(once=f"exchange.{trouble}:{exchange.pk}", at=at, by=by)


def _expect_answers() -> None:
    """Note when an answer is late on claims that came here as sent, from another system say."""
    claims = list(queries.sent_without_expectation()[:MOST_AT_ONCE])
    learned, wall = queries.late_days(), office_clock()
    for claim in claims:
        if claim.sent_at:
            days = queries.late_after(claim.payer_id, learned)
            claim.late_on = wall(claim.sent_at).date() + timedelta(days=days)
    if claims:
        Claim.objects.update_many(claims, ["late_on"])


def _no_receipt(exchange: Exchange, at: datetime, by: Actor) -> None:
    open_work(
        kind="billing.no_receipt",
        title=f"File {exchange.interchange_control}: no receipt (999) within an hour",
        how_to_fix="Press “Ask for answers” on Claims. If nothing comes, ask the clearinghouse "
        "whether it has the file; do not send its claims again before it says no.",
        pool="biller",
        subject=exchange,
        once=f"exchange.no_999:{exchange.pk}",
        at=at,
        by=by,
    )


def _no_answer(exchange: Exchange, claims: list[Claim], at: datetime, by: Actor) -> None:
    many = len(claims)
    open_work(
        kind="billing.no_answer",
        title=f"File {exchange.interchange_control}: {many} claim{'' if many == 1 else 's'} "
        f"without the payer's answer (277CA) after {NO_277CA_AFTER} business days",
        how_to_fix="Ask the clearinghouse where they are. Their filing clocks run until the "
        "payer has taken them in.",
        pool="biller",
        subject=exchange,
        amount=sum((claim.total for claim in claims), start=claims[0].total * 0),
        once=f"exchange.no_277ca:{exchange.pk}",
        at=at,
        by=by,
    )


def _later_than_usual(claim: Claim, at: datetime, by: Actor) -> None:
    days = (at - claim.sent_at).days if claim.sent_at else 0
    try:
        ask_status(claim, at=at, by=by)
    except Refused as refusal:
        asked = f"{refusal} Ask by phone or on its website."
    else:
        asked = "The payer was asked where it stands: read its answer on the claim."
    open_work(
        kind="billing.claim_late",
        title=f"Claim {claim.number}: {claim.payer.name} is later than usual, {days} days",
        how_to_fix=f"{asked} Send the claim again only when the payer does not have it.",
        pool="biller",
        subject=claim,
        amount=claim.total,
        once=f"claim.late:{claim.pk}",
        at=at,
        by=by,
    )
