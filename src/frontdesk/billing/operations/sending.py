"""Put claims that are ready into a file, and follow the file until it has arrived."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.conf import settings

from frontdesk.billing import exchange as forms
from frontdesk.billing import queries
from frontdesk.billing.models import Claim, ClaimEvent, Exchange, Transmission
from frontdesk.billing.operations.clocks import run_on
from frontdesk.billing.operations.history import event_of, tell
from frontdesk.billing.operations.judging import facts_judged
from frontdesk.billing.signals import batch_queued
from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.models import Counter
from frontdesk.core.operation import operation
from frontdesk.practice.models import Practice
from frontdesk.practice.queries import office_day
from frontdesk.staff.operations import open_work, settle_work

MOST_CLAIMS = 2000  # in one file; the guide recommends at most 5,000
MOST_ATTEMPTS = 5
FIRST_PAUSE = timedelta(minutes=1)
GOES_AGAIN = "Nothing is lost: it goes again by itself in a few minutes."


@operation("billing.claim")
def queue_batch(
    *, at: datetime, by: Actor, claims: Sequence[Claim] | None = None
) -> Exchange | None:
    """Put the claims that are ready (all, or these) into one file and queue it for sending.

    Each is judged once more first, so that nothing goes out that a check would hold today. The
    file is kept whole before anything is sent; sent twice, it is the same file. Returns nothing
    where no claim is ready.
    """
    judged = facts_judged(_ready(claims), at=at, by=by)
    if not judged:
        return None
    practice = Practice.objects.get(pk=by.practice_id)
    number = Counter.take("interchange")
    envelope = forms.envelope(
        sender=practice.npi,
        receiver=settings.CLEARINGHOUSE_ID,
        control=number,
        at=at,
        is_production=settings.PRODUCTION,
    )
    content = forms.batch(
        [facts for _, facts in judged],
        envelope,
        receiver=settings.CLEARINGHOUSE_ID,
        reference=f"B{number}",
    )
    sent = _kept(content, number, at)
    _hand_over([claim for claim, _ in judged], sent, at, by)
    batch_queued.send(Exchange, exchange=sent, not_before=None)
    return sent


@operation("billing.claim")
def note_sent(exchange: Exchange, *, at: datetime, by: Actor) -> Exchange:
    """Remember that the clearinghouse has the file."""
    exchange = Exchange.objects.lock(exchange.pk)
    if exchange.status != Exchange.Status.WAITING:
        return exchange
    exchange.status = exchange.lifecycle.move(exchange.status, Exchange.Status.SENT)
    exchange.trouble = ""
    exchange.save()
    learned, on = queries.late_days(), office_day(at)
    claims = list(queries.claims_in(exchange))
    for claim in claims:
        claim.sent_at = at
        days = queries.late_after(claim.payer_id, learned)
        claim.late_on = on + timedelta(days=days)
    Claim.objects.update_many(claims, ["sent_at", "late_on"])
    words = f"Sent to the clearinghouse in file {exchange.interchange_control}"
    _tell_all(claims, "sent", words, exchange, at, by)
    settle_work(once=_not_sent(exchange), at=at, by=by)
    return exchange


@operation("billing.claim")
def note_not_sent(exchange: Exchange, *, because: str, at: datetime, by: Actor) -> Exchange:
    """Remember a try that failed: the next one follows by itself, a person hears after five."""
    exchange = Exchange.objects.lock(exchange.pk)
    if exchange.status != Exchange.Status.WAITING:
        return exchange
    exchange.attempts += 1
    again = exchange.attempts < MOST_ATTEMPTS
    exchange.trouble = f"{because} {GOES_AGAIN}"[:500] if again else because[:500]
    exchange.save()
    if not again:
        open_work(
            kind="billing.file_not_sent",
            title=f"File {exchange.interchange_control} could not be sent",
            detail=because,
            how_to_fix="Check the line and the sign-in of the clearinghouse, then send it again "
            "from Billing, Files.",
            pool="biller",
            subject=exchange,
            once=_not_sent(exchange),
            at=at,
            by=by,
        )
    else:
        pause = FIRST_PAUSE * 2**exchange.attempts
        batch_queued.send(Exchange, exchange=exchange, not_before=at + pause)
    return exchange


@operation("billing.claim")
def send_again(exchange: Exchange, *, at: datetime, by: Actor) -> Exchange:
    """Queue a file that could not be sent for another round of tries."""
    exchange = Exchange.objects.lock(exchange.pk)
    if exchange.status != Exchange.Status.WAITING:
        raise Refused("This file was sent already.")
    exchange.attempts = 0
    exchange.save()
    batch_queued.send(Exchange, exchange=exchange, not_before=None)
    return exchange


@operation("billing.claim")
def send_rejected_again(exchange: Exchange, *, at: datetime, by: Actor) -> Exchange | None:
    """Check every claim of a file that was turned away, and send those that pass in a new file.

    What a check holds waits for a person; what was sent or decided meanwhile is left alone. Returns
    nothing where no claim passed.
    """
    exchange = Exchange.objects.lock(exchange.pk)
    if exchange.status != Exchange.Status.REJECTED:
        raise Refused("This file was not turned away.")
    inside = Claim.objects.filter(transmissions__exchange=exchange)
    rejected = list(inside.filter(status=Claim.Status.REJECTED).values_list("pk", flat=True))
    if not rejected:
        raise Refused("None of its claims waits to be sent again.")
    ready = [claim for claim, _ in facts_judged(rejected, at=at, by=by)]
    sent = queue_batch(claims=ready, at=at, by=by) if ready else None
    settle_work(once=f"exchange.rejected:{exchange.pk}", at=at, by=by)
    return sent


@operation("billing.claim")
def refuse_file(exchange: Exchange, *, because: str, at: datetime, by: Actor) -> Exchange:
    """Take back a file that was turned away whole: its claims wait for a person."""
    exchange = Exchange.objects.lock(exchange.pk)
    if exchange.status == Exchange.Status.REJECTED:
        return exchange
    exchange.status = exchange.lifecycle.move(exchange.status, Exchange.Status.REJECTED)
    exchange.trouble = because[:500]
    exchange.save()
    for claim in queries.claims_in(exchange):
        reject_claim(
            claim,
            words="The file it was in was turned away",
            how_to_fix="Correct what the file's answer names, then check and send the claim again.",
            exchange=exchange,
            at=at,
            by=by,
        )
    open_work(
        kind="billing.file_rejected",
        title=f"File {exchange.interchange_control} was turned away",
        detail=because,
        how_to_fix="Open the file: it says what was not accepted. Correct that, then send all of "
        "its claims again with one key.",
        pool="biller",
        subject=exchange,
        once=f"exchange.rejected:{exchange.pk}",
        at=at,
        by=by,
    )
    return exchange


@operation("billing.claim")
def reject_claim(
    claim: Claim,
    *,
    words: str,
    how_to_fix: str,
    at: datetime,
    by: Actor,
    code: str = "",
    exchange: Exchange | None = None,
) -> Claim:
    """Take back a claim that was turned away before the payer looked at it.

    It was never received, as far as time limits go: it is corrected and sent as a first claim.
    """
    claim = Claim.objects.lock(claim.pk)
    if claim.is_decided or not claim.lifecycle.may(claim.status, Claim.Status.REJECTED):
        return claim  # answers come in any order: the payer had it, for it has decided
    was_taken_in = claim.status == Claim.Status.ACCEPTED
    claim.status = Claim.Status.REJECTED
    if was_taken_in:
        run_on(claim, at)  # it was not received after all
    claim.save()
    tell(claim, kind="rejected", words=words, code=code, exchange=exchange, at=at, by=by)
    open_work(
        kind="billing.claim_rejected",
        title=f"Claim {claim.number} was rejected: {words}",
        how_to_fix=how_to_fix,
        pool="biller",
        subject=claim,
        amount=claim.total,
        once=f"claim.rejected:{claim.pk}",
        at=at,
        by=by,
    )
    return claim


def _ready(claims: Sequence[Claim] | None) -> list[UUID]:
    ready = Claim.objects.filter(status=Claim.Status.READY)
    if claims is not None:
        ready = ready.filter(pk__in=[claim.pk for claim in claims])
    return list(ready.order_by("pk").values_list("pk", flat=True)[:MOST_CLAIMS])


def _kept(content: bytes, number: int, at: datetime) -> Exchange:
    sent = Exchange(
        direction=Exchange.Direction.OUT,
        kind="837P",
        name=f"837P-{number:09d}.x12",
        sha256=sha256(content).hexdigest(),
        content=content,
        interchange_control=f"{number:09d}",
        group_control=str(number),
        status=Exchange.Status.WAITING,
        at=at,
    )
    sent.save()
    return sent


def _hand_over(claims: Sequence[Claim], sent: Exchange, at: datetime, by: Actor) -> None:
    for claim in claims:
        claim.status = claim.lifecycle.move(claim.status, Claim.Status.SENT)
    Claim.objects.update_many(claims, ["status"])
    Transmission.objects.create_many(
        [
            Transmission(exchange_id=sent.pk, claim_id=claim.pk, transaction_control="0001")
            for claim in claims
        ]
    )
    _tell_all(claims, "queued", f"Put into file {sent.interchange_control}", sent, at, by)


def _tell_all(
    claims: Sequence[Claim], kind: str, words: str, exchange: Exchange, at: datetime, by: Actor
) -> None:
    told = [
        event_of(claim, kind=kind, words=words, exchange=exchange, at=at, by=by) for claim in claims
    ]
    ClaimEvent.objects.create_many(told)


def _not_sent(exchange: Exchange) -> str:
    return f"exchange.not_sent:{exchange.pk}"
