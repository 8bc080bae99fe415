"""Keep every file that comes in, whole and once, and read what it says of our claims."""

from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from frontdesk import x12
from frontdesk.billing import queries
from frontdesk.billing.models import Claim, Exchange
from frontdesk.billing.operations.clocks import stop_clocks
from frontdesk.billing.operations.history import tell
from frontdesk.billing.operations.judging import judge_claim
from frontdesk.billing.operations.remittances import record_remittance
from frontdesk.billing.operations.sending import note_sent, refuse_file, reject_claim
from frontdesk.billing.operations.watching import settle_waiting
from frontdesk.billing.queries.clocks import OWN_KINDS
from frontdesk.billing.rules.words import is_only_receipt, status_fix, status_words
from frontdesk.billing.signals import file_brought
from frontdesk.core import audit
from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.garbage import seldom_collected
from frontdesk.core.operation import operation
from frontdesk.practice.queries import office_day
from frontdesk.staff.operations import open_work
from frontdesk.x12.kinds import OTHER, kind_of

ANSWERS = ("835", "999", "277CA", "TA1")  # what may be brought in by hand
NO_ANSWER = {
    OTHER: "This is no file of a payer or clearinghouse (X12). A PDF or a picture of one is typed "
    "in as a paper EOB.",
    "837": "These are claims, not an answer to them: claims go out from Claims.",
}
HEAD = 4096  # bytes that tell what a file is
PAYS_ANOTHER = "it pays another practice"
STRAYED = (
    "It holds other people’s patients: do not pass it on. Tell the clearinghouse or payer that it "
    "came to the wrong office, and ask for yours if it is missing."
)
NOT_READ = "nothing here reads its kind from a file"
BY_HAND = (
    "Open the file under Billing, Files, and note what it says by hand: answers about coverage, "
    "a claim’s standing or an authorization are read when they are asked for one at a time. Ask "
    "the clearinghouse not to put them into the folder."
)
CUT_SHORT = (
    "Open the file under Billing, Files. Ask the clearinghouse to send it again if it is cut "
    "short; what could be read was taken in."
)
READ_HERE = (
    x12.InterchangeAcknowledgement,
    x12.FunctionalAcknowledgement,
    x12.ClaimAcknowledgement,
    x12.Remittance,
)
MOST_DEFECTS = 5
BALANCING = 3  # WEDI SNIP type 3: a remittance that does not balance is set aside as one


@operation("billing.claim")
def keep_file(*, kind: str, name: str, content: bytes, at: datetime, by: Actor) -> Exchange:
    """Keep a file as it came, before anybody reads it; the same content is kept once."""
    digest = sha256(content).hexdigest()
    known = Exchange.objects.filter(direction=Exchange.Direction.IN, sha256=digest).first()
    if known is not None:
        return known
    kept = Exchange(
        direction=Exchange.Direction.IN,
        kind=kind,
        name=name[:120],
        sha256=digest,
        content=content,
        status=Exchange.Status.RECEIVED,
        at=at,
    )
    kept.save()
    return kept


@operation("billing.claim")
def bring_in(content: bytes, *, name: str, at: datetime, by: Actor) -> Exchange:
    """Take in an answer that a person got elsewhere, a payer's website say; it is read next.

    What came before, by whichever way, is not taken in again; what is no answer is refused.
    """
    kind = kind_of(content[:HEAD])
    if kind not in ANSWERS:
        raise Refused(NO_ANSWER.get(kind, f"This is a {kind}: only {', '.join(ANSWERS)} come in."))
    digest = sha256(content).hexdigest()
    if known := Exchange.objects.filter(sha256=digest).first():
        way = "came in" if known.direction == Exchange.Direction.IN else "was sent from here"
        day = office_day(known.at)
        raise Refused(f"This file {way} on {day:%m/%d/%Y}. Nothing is taken in twice.")
    kept = keep_file(kind=kind, name=name, content=content, at=at, by=by)
    file_brought.send(Exchange, exchange=kept)
    return kept


@operation("billing.view")
def open_file(exchange: Exchange, *, by: Actor) -> bytes:
    """Return a file's content, and remember who looked."""
    audit.note_look(exchange, f"file: {exchange.kind}")
    return bytes(exchange.content)


@operation("billing.claim")
@seldom_collected()
def read_file(exchange: Exchange, *, at: datetime, by: Actor) -> Exchange:
    """Read a kept file into what it is about; read before, nothing happens again.

    What cannot be read goes to a person, and the rest of the file is read all the same.
    """
    exchange = Exchange.objects.lock(exchange.pk)
    if exchange.status != Exchange.Status.RECEIVED:
        return exchange
    trouble = _read(exchange, at, by)
    if trouble:
        return _unreadable(exchange, trouble, at, by)
    exchange.status = exchange.lifecycle.move(exchange.status, Exchange.Status.READ)
    exchange.save()
    return exchange


@operation("billing.claim")
def set_file_aside(exchange: Exchange, *, because: str, at: datetime, by: Actor) -> Exchange:
    """Give a file that broke the reader to a person, so that the next ones are read."""
    exchange = Exchange.objects.lock(exchange.pk)
    return _unreadable(exchange, [because], at, by)


def _unreadable(exchange: Exchange, trouble: Sequence[str], at: datetime, by: Actor) -> Exchange:
    exchange.status = exchange.lifecycle.move(exchange.status, Exchange.Status.UNREADABLE)
    exchange.trouble = "\n".join(trouble)
    exchange.save()
    open_work(
        kind="billing.file_unreadable",
        title=_title(exchange, trouble),
        detail=exchange.trouble,
        how_to_fix=_way_out(trouble),
        pool="biller",
        subject=exchange,
        once=f"exchange.unreadable:{exchange.pk}",
        at=at,
        by=by,
    )
    return exchange


def _title(exchange: Exchange, trouble: Sequence[str]) -> str:
    if all(PAYS_ANOTHER in line for line in trouble):
        return f"A file from the clearinghouse ({exchange.kind}) is for another practice"
    return f"A file from the clearinghouse ({exchange.kind}) cannot be read whole"


def _way_out(trouble: Sequence[str]) -> str:
    said = "\n".join(trouble)
    if PAYS_ANOTHER in said:
        return STRAYED
    return BY_HAND if NOT_READ in said else CUT_SHORT


def _read(exchange: Exchange, at: datetime, by: Actor) -> list[str]:
    """Take in every transaction of the file; return what could not be read, without values."""
    try:
        transactions = list(x12.read(bytes(exchange.content)))
    except x12.NotX12:
        return ["This is not an X12 file."]
    trouble = [] if transactions else ["There is no transaction in the file."]
    for transaction in transactions:
        trouble += [
            f"{transaction.set} {transaction.control}: {_place(defect)}: {defect.message}"
            for defect in [one for one in transaction.errors if one.snip < BALANCING][:MOST_DEFECTS]
        ]
        for body in transaction.bodies:
            if isinstance(body, x12.Remittance) and not queries.pays_us(body):
                trouble.append(
                    f"{transaction.set} {transaction.control}: {PAYS_ANOTHER}, NPI "
                    f"{body.payee.identifier or 'not given'}. Nothing of it was taken in."
                )
                continue
            _take(exchange, transaction, body, at, by)
        if not transaction.bodies:
            trouble.append(f"{transaction.set} {transaction.control}: nothing could be read.")
        elif not isinstance(transaction.body, READ_HERE):
            trouble.append(f"{transaction.set} {transaction.control}: {NOT_READ}.")
    return trouble


def _place(defect: x12.Defect) -> str:
    """Say where in the file something is wrong: "CLP 03 in loop 2100"."""
    place = f"{defect.id} {defect.element}".strip()
    return f"{place} in loop {defect.loop}" if defect.loop else place


def _take(
    exchange: Exchange, transaction: x12.Transaction, body: x12.Body, at: datetime, by: Actor
) -> None:
    readers: dict[type[Any], Callable[..., None]] = {
        x12.InterchangeAcknowledgement: _take_ta1,
        x12.FunctionalAcknowledgement: _take_999,
        x12.ClaimAcknowledgement: _take_277ca,
    }
    if isinstance(body, x12.Remittance):
        record_remittance(body, exchange=exchange, control=transaction.control, at=at, by=by)
    elif reader := readers.get(type(body)):
        reader(exchange, body, at, by)


def _take_ta1(
    exchange: Exchange, body: x12.InterchangeAcknowledgement, at: datetime, by: Actor
) -> None:
    sent = queries.sent_file(interchange=body.control)
    if sent is None:
        _unknown_file(exchange, f"TA1 for envelope {body.control}", at, by)
        return
    sent = note_sent(sent, at=at, by=by)
    _answers(exchange, sent)
    settle_waiting(sent, at, by)
    if not body.is_accepted:
        because = f"The envelope was not understood (TA1 {body.status}, note {body.note})."
        refuse_file(sent, because=because, at=at, by=by)


def _take_999(
    exchange: Exchange, body: x12.FunctionalAcknowledgement, at: datetime, by: Actor
) -> None:
    sent = queries.sent_file(group=body.control)
    if sent is None:
        _unknown_file(exchange, f"999 for group {body.control}", at, by)
        return
    sent = note_sent(sent, at=at, by=by)  # it is there, though the line broke before it said so
    _answers(exchange, sent)
    settle_waiting(sent, at, by)
    if not body.is_accepted and not any(note.is_accepted for note in body.transactions):
        refuse_file(sent, because=_form_trouble(body), at=at, by=by)
        return
    if sent.status == Exchange.Status.SENT:
        sent.status = sent.lifecycle.move(sent.status, Exchange.Status.ACKNOWLEDGED)
        sent.save()
    status = next((note.status for note in body.transactions), body.status)
    words = "Its form was accepted" + (", with remarks" if status == "E" else "")
    for claim in queries.claims_in(sent):
        _advance(claim, Claim.Status.RECEIVED)
        tell(claim, kind="999", words=words, code=status, exchange=exchange, at=at, by=by)


def _take_277ca(
    exchange: Exchange, body: x12.ClaimAcknowledgement, at: datetime, by: Actor
) -> None:
    numbers = [said.number for said in body.claims]
    for unsure in queries.files_not_noted(numbers):
        note_sent(unsure, at=at, by=by)
    found = queries.claims_numbered(numbers)
    for said in body.claims:
        claim = found.get(said.number)
        if claim is None:
            _unknown_claim(exchange, at, by)
        else:
            _take_status(exchange, claim, said, at, by)


def _take_status(
    exchange: Exchange, claim: Claim, said: x12.AcknowledgedClaim, at: datetime, by: Actor
) -> None:
    status = next((one for one in said.statuses if one.is_rejected), None)
    if status is not None:
        reject_claim(
            claim,
            words=status_words(status.category, status.code),
            how_to_fix=status_fix(status.code),
            code=f"{status.category}:{status.code}",
            exchange=exchange,
            at=at,
            by=by,
        )
        return
    newest = said.statuses[0] if said.statuses else x12.Status(category="A1", code="")
    claim.payer_control_number = said.payer_control or claim.payer_control_number
    only_receipt = is_only_receipt(newest.category)
    _advance(claim, Claim.Status.RECEIVED if only_receipt else Claim.Status.ACCEPTED)
    if not only_receipt:
        stop_clocks(
            [claim], OWN_KINDS, why=f"Taken in by the payer ({newest.category})", at=at, by=by
        )
    tell(
        claim,
        kind="277CA",
        words=status_words(newest.category, ""),
        code=f"{newest.category}:{newest.code}",
        exchange=exchange,
        at=at,
        by=by,
    )
    for waiting in queries.held_replacements(claim):  # they needed the payer's number
        judge_claim(waiting, at=at, by=by)


def _advance(claim: Claim, status: Claim.Status) -> None:
    """Move the claim on where it has not gone further already: answers come in any order."""
    is_further = claim.is_decided or claim.status == status
    if not is_further and claim.lifecycle.may(claim.status, status):
        claim.status = status
    claim.save()


def _answers(exchange: Exchange, sent: Exchange) -> None:
    exchange.answers = sent


def _form_trouble(body: x12.FunctionalAcknowledgement) -> str:
    notes: Sequence[x12.TransactionNote] = body.transactions
    places = [
        f"segment {note.position} ({note.id}{', loop ' + note.loop if note.loop else ''})"
        for transaction in notes
        for note in transaction.segments[:MOST_DEFECTS]
    ]
    return "The form was not accepted (999): " + ("; ".join(places) or f"status {body.status}")


def _unknown_file(exchange: Exchange, said: str, at: datetime, by: Actor) -> None:
    open_work(
        kind="billing.unknown_file",
        title=f"A receipt came for a file that we did not send ({said})",
        how_to_fix="Ask the clearinghouse whose it is. If another program of the office sends "
        "claims too, the receipt belongs there: take this off the list.",
        pool="biller",
        subject=exchange,
        once=f"exchange.unknown_file:{exchange.pk}",
        at=at,
        by=by,
    )


def _unknown_claim(exchange: Exchange, at: datetime, by: Actor) -> None:
    open_work(
        kind="billing.unknown_claim",
        title="A payer answered for a claim that is not ours",
        how_to_fix="Open the file under Billing, Files, and look for the patient named there.",
        pool="biller",
        subject=exchange,
        once=f"exchange.unknown:{exchange.pk}",
        at=at,
        by=by,
    )
