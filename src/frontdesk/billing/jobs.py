"""What runs later or every few minutes: send files, empty the mailbox, post remittances."""

import logging
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError
from django_tasks import task

from frontdesk.billing import operations, queries
from frontdesk.billing.exchange import letter_pdf, statement_pdf
from frontdesk.billing.exchange.status import UnreadableStatus, status_answer, status_request
from frontdesk.billing.gateways import OTHER, Mailbox, mailbox
from frontdesk.billing.models import (
    Claim,
    Exchange,
    Placement,
    Remittance,
    RemittanceClaim,
    Replay,
    Statement,
    StatementRun,
    StatusQuestion,
)
from frontdesk.billing.operations.judging import TOGETHER
from frontdesk.billing.operations.replaying import replay_some
from frontdesk.billing.operations.unreadable import watch_rules
from frontdesk.billing.signals import (
    batch_queued,
    claims_waiting,
    letter_wanted,
    receipt_wanted,
    remittance_received,
    replay_asked,
    run_started,
    statement_made,
    status_asked,
)
from frontdesk.core.actor import Actor
from frontdesk.core.clock import local, now, today
from frontdesk.core.errors import Refused
from frontdesk.core.scoping import practice_scope
from frontdesk.coverage.gateways import (
    Clearinghouse,
    Declined,
    NoAnswer,
    Waiting,
    clearinghouse,
)
from frontdesk.ledger.exchange import receipt_pdf, spoken
from frontdesk.ledger.models import Payment
from frontdesk.ledger.queries import receipt
from frontdesk.practice.models import Practice, Site
from frontdesk.staff.queries import practice_ids, the_clock
from frontdesk.x12 import Unwritable
from frontdesk.x12.connectivity import STATUS_INQUIRY

log = logging.getLogger(__name__)

LARGEST_CONTROL = 999_999_999
KINDS = frozenset({"TA1", "999", "277CA", "835", OTHER})


@task()
def send_file(practice_id: str, exchange_id: str) -> str:
    """Send one file of claims; a file that was sent is not sent again.

    A crash after the clearinghouse took the file and before we noted it sends the same bytes
    once more, which the clearinghouse answers as received.
    """
    clock = the_clock(UUID(practice_id))
    with practice_scope(clock.practice_id):
        exchange = Exchange.objects.get(pk=exchange_id)
        if exchange.status != Exchange.Status.WAITING:
            return exchange.status
        try:
            line_of(clock).submit(bytes(exchange.content), message_id=str(exchange.pk))
        except NoAnswer as trouble:
            operations.note_not_sent(exchange, because=str(trouble), at=now(), by=clock)
        except Declined as declined:
            operations.refuse_file(exchange, because=str(declined), at=now(), by=clock)
        else:
            operations.note_sent(exchange, at=now(), by=clock)
        return Exchange.objects.get(pk=exchange_id).status


@task()
def read_mailbox(practice_id: str) -> int:
    """Keep, acknowledge and read every file that waits for us; return how many were read.

    Files are kept before they are acknowledged, and read from what was kept: whatever fails in
    between is taken up where it was the next time.
    """
    clock = the_clock(UUID(practice_id))
    with practice_scope(clock.practice_id):
        try:
            fetch_all(line_of(clock), clock)
        except (NoAnswer, Declined) as trouble:
            log.warning("The mailbox of the clearinghouse could not be emptied: %s", trouble)
        files = list(queries.files_to_read())
        for exchange in files:
            _read(exchange, clock)
        return len(files)


@task()
def ask_where_it_stands(practice_id: str, question_id: str) -> str:
    """Ask the payer where a claim stands and keep its answer; return how the question stands.

    An answered question is not asked again. A crash after the answer asks once more.
    """
    clock = the_clock(UUID(practice_id))
    with practice_scope(clock.practice_id):
        question = StatusQuestion.objects.get(pk=question_id)
        if question.status != StatusQuestion.Status.WAITING:
            return question.status
        try:
            payload = _question(question)
            answer = line_to_ask(clock).ask(
                payload, message_id=str(question.pk), payload_type=STATUS_INQUIRY
            )
            said = status_answer(answer, trace=question.pk.hex)
        except (NoAnswer, Declined, Unwritable, UnreadableStatus) as trouble:
            because = str(trouble)
            operations.note_no_status(question, because=because, at=now(), by=clock)
        else:
            operations.note_status(question, said, content=answer, at=now(), by=clock)
        return StatusQuestion.objects.get(pk=question_id).status


@task()
def post_remittance(practice_id: str, remittance_id: str) -> str:
    """Post what was not posted yet of a remittance, batch by batch; return how it stands."""
    clock = the_clock(UUID(practice_id))
    with practice_scope(clock.practice_id):
        remittance = Remittance.objects.get(pk=remittance_id)
        if not remittance.may_be_posted:
            return remittance.status
        while _post_batch(remittance, clock):
            pass
        return operations.close_remittance(remittance, at=now(), by=clock).status


@task()
def print_statement(practice_id: str, statement_id: str) -> str:
    """Print a statement, file it in the chart, and send it where the patient agreed."""
    clock = the_clock(UUID(practice_id))
    with practice_scope(clock.practice_id):
        statement = Statement.objects.select_related("practice", "patient").get(pk=statement_id)
        address = operations.print_pay_link(statement, at=now(), by=clock)
        printed = statement_pdf(statement, queries.family_on(statement), address)
        return operations.file_statement(statement, printed, at=now(), by=clock).status


@task()
def replay_rule(practice_id: str, replay_id: str) -> int:
    """Try a rule on the claims there were, some at a time; return how many it would touch."""
    clock = the_clock(UUID(practice_id))
    with practice_scope(clock.practice_id):
        replay = Replay.objects.get(pk=replay_id)
        while replay_some(replay, at=now(), by=clock):
            pass
        return Replay.objects.get(pk=replay_id).touched


@task()
def make_run(practice_id: str, run_id: str) -> int:
    """Bill family by family; killed, it goes on where it was. Returns how many were billed."""
    clock = the_clock(UUID(practice_id))
    with practice_scope(clock.practice_id):
        run = StatementRun.objects.get(pk=run_id)
        cycles = queries.statement_policy().cycles
        for head in queries.heads_owing(run.cycle, cycles, after=run.reached):
            operations.bill_next(run, head, at=now(), by=clock)
        return operations.end_run(run, at=now(), by=clock).made


@task()
def print_letter(practice_id: str, placement_id: str) -> str:
    """Print the last letter before a balance goes to an agency, and file it in the chart."""
    clock = the_clock(UUID(practice_id))
    with practice_scope(clock.practice_id):
        found = Placement.objects.select_related("practice", "patient").get(pk=placement_id)
        family = queries.family_billed(found.patient)
        printed = letter_pdf(found, family, spoken(found.patient.language))
        return operations.file_letter(found, printed, at=now(), by=clock).status


@task()
def mail_receipt(practice_id: str, payment_id: str) -> bool:
    """Send the receipt of a bill that was paid by link."""
    clock = the_clock(UUID(practice_id))
    with practice_scope(clock.practice_id):
        found = Payment.objects.select_related("practice", "patient", "site").get(pk=payment_id)
        printed = receipt_pdf(receipt(found))
        return operations.send_receipt(found, printed, at=now(), by=clock)


@task()
def keep_bills(practice_id: str) -> int:
    """Give help where it is due, end what is over, list what may go to an agency; once a day."""
    clock = the_clock(UUID(practice_id))
    with practice_scope(clock.practice_id):
        site = Site.objects.order_by("pk").first()
        if site is None:
            return 0
        on = today(site)
        operations.give_all_help(at=now(), by=clock)
        operations.end_expired(on=on, at=now(), by=clock)
        return len(operations.propose(on=on, at=now(), by=clock))


@task()
def judge_waiting(practice_id: str, payer_id: str = "") -> int:
    """Check the claims that wait here again: what held them may be mended; return the ready."""
    clock = the_clock(UUID(practice_id))
    with practice_scope(clock.practice_id):
        keys = queries.waiting_here(UUID(payer_id) if payer_id else None)
    parts = [keys[first : first + TOGETHER] for first in range(0, len(keys), TOGETHER)]
    return sum(operations.judge_claims(part, at=now(), by=clock) for part in parts)


@task()
def send_ready(practice_id: str) -> int:
    """Send every claim that is ready, file after file; return how many files."""
    clock = the_clock(UUID(practice_id))
    return sum(1 for _ in iter(lambda: operations.queue_batch(at=now(), by=clock), None))


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
def read_mailboxes() -> int:
    """Empty the mailbox of every practice: what the clock asks for every few minutes."""
    practices = practice_ids()
    for practice_id in practices:
        read_mailbox.enqueue(str(practice_id))
    return len(practices)


@task()
def watch_everywhere() -> int:
    """Watch over the claims of every practice: what the clock asks for every hour."""
    practices = practice_ids()
    for practice_id in practices:
        watch.enqueue(str(practice_id))
    return len(practices)


def send_soon(sender: object, *, exchange: Exchange, not_before: datetime | None, **_: Any) -> None:
    """Queue the sending of a file beside the file itself."""
    later = send_file.using(run_after=not_before) if not_before else send_file
    later.enqueue(str(exchange.practice_id), str(exchange.pk))


def ask_soon(sender: object, *, question: StatusQuestion, **_: Any) -> None:
    """Queue the asking beside the question itself."""
    ask_where_it_stands.enqueue(str(question.practice_id), str(question.pk))


def post_soon(sender: object, *, remittance: Remittance, **_: Any) -> None:
    """Queue the posting of a remittance beside the remittance itself."""
    post_remittance.enqueue(str(remittance.practice_id), str(remittance.pk))


def print_soon(sender: object, *, statement: Statement, **_: Any) -> None:
    """Queue the printing of a statement beside the statement itself."""
    print_statement.enqueue(str(statement.practice_id), str(statement.pk))


def replay_soon(sender: object, *, replay: Replay, **_: Any) -> None:
    """Queue the trial of a rule beside the trial itself."""
    replay_rule.enqueue(str(replay.practice_id), str(replay.pk))


def run_soon(sender: object, *, run: StatementRun, **_: Any) -> None:
    """Queue a run of statements beside the run itself."""
    make_run.enqueue(str(run.practice_id), str(run.pk))


def letter_soon(sender: object, *, placement: Placement, **_: Any) -> None:
    """Queue the printing of a last letter beside its approval."""
    print_letter.enqueue(str(placement.practice_id), str(placement.pk))


def receipt_soon(sender: object, *, payment: Payment, **_: Any) -> None:
    """Queue the receipt beside the payment."""
    mail_receipt.enqueue(str(payment.practice_id), str(payment.pk))


def judge_soon(sender: object, *, practice_id: UUID, payer: UUID, **_: Any) -> None:
    """Queue the check of a payer's waiting claims beside what changed."""
    judge_waiting.enqueue(str(practice_id), str(payer))


def listen() -> None:
    """Hear of files to send, remittances to post and statements to print."""
    statement_made.connect(print_soon, dispatch_uid="billing.print")
    run_started.connect(run_soon, dispatch_uid="billing.run")
    letter_wanted.connect(letter_soon, dispatch_uid="billing.letter")
    receipt_wanted.connect(receipt_soon, dispatch_uid="billing.receipt")
    claims_waiting.connect(judge_soon, dispatch_uid="billing.judge")
    status_asked.connect(ask_soon, dispatch_uid="billing.ask_status")
    batch_queued.connect(send_soon, dispatch_uid="billing.send")
    remittance_received.connect(post_soon, dispatch_uid="billing.post")
    replay_asked.connect(replay_soon, dispatch_uid="billing.replay")


def _question(question: StatusQuestion) -> bytes:
    """Return the 276 of a question: the same but for the moment, asked however often."""
    claim = queries.with_all(Claim.objects.filter(pk=question.claim_id)).get()
    facts = queries.facts_of(claim, local(claim.visit.site, now()).date())
    number = question.pk.int % LARGEST_CONTROL + 1
    envelope = replace(queries.trial_envelope(claim.practice, now()), control=number)
    return status_request(
        facts, envelope, trace=question.pk.hex, payer_control=claim.payer_control_number
    )


def line_to_ask(clock: Actor) -> Clearinghouse:
    """Return the line on which payers answer at once, for the practice under its own id."""
    return clearinghouse(Practice.objects.get(pk=clock.practice_id).npi)


def line_of(clock: Actor) -> Mailbox:
    """Return the mailbox at the clearinghouse, for the practice under its own id."""
    return mailbox(Practice.objects.get(pk=clock.practice_id).npi)


def fetch_all(line: Mailbox, clock: Actor) -> None:
    """Keep every file of the mailbox, then tell the clearinghouse that it may forget it."""
    for file in line.waiting():
        if file.kind in KINDS:
            _fetch(line, file, clock)


def _fetch(line: Mailbox, file: Waiting, clock: Actor) -> None:
    content = line.fetch(file)
    operations.keep_file(kind=file.kind, name=file.name, content=content, at=now(), by=clock)
    line.take(file)


def _post_batch(remittance: Remittance, clock: Actor) -> int:
    """Post the next batch; one that breaks is posted claim by claim, so that the rest goes on."""
    try:
        return operations.post_remittance_claims(remittance, at=now(), by=clock)
    except DatabaseError:
        raise
    except Exception as trouble:  # a decision nobody foresaw must not keep the others waiting
        if not Remittance.objects.get(pk=remittance.pk).may_be_posted:
            raise  # somebody found it out of balance meanwhile
        log.error("Remittance %s: a batch broke (%s)", remittance.pk, type(trouble).__name__)
    rows = list(queries.rows_to_post(remittance)[: settings.POSTED_TOGETHER])
    for row in rows:
        _post_one(row, clock)
    return len(rows)


def _post_one(row: RemittanceClaim, clock: Actor) -> None:
    try:
        operations.post_remittance_claim(row, at=now(), by=clock)
    except Refused as refusal:
        operations.leave_to_a_person(row, because=str(refusal)[:200], at=now(), by=clock)
    except Exception as trouble:  # its words may name a patient
        because = f"Posting it failed ({type(trouble).__name__})."
        operations.leave_to_a_person(row, because=because, at=now(), by=clock)


def _read(exchange: Exchange, clock: Actor) -> None:
    """Read one file; whatever it does to the reader, the next one is read."""
    try:
        operations.read_file(exchange, at=now(), by=clock)
    except Exception as trouble:  # a file nobody foresaw must not keep the others waiting
        because = f"Reading it failed ({type(trouble).__name__})."  # its words may name a patient
        log.error("File %s: %s", exchange.pk, because)
        operations.set_file_aside(exchange, because=because, at=now(), by=clock)
