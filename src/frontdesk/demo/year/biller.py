"""The biller's day: send, read answers, and work what the lists put on top."""

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from frontdesk.billing import jobs, operations, queries
from frontdesk.billing.models import (
    Appeal,
    Claim,
    Denial,
    RemittanceClaim,
    Underpayment,
)
from frontdesk.core.errors import Refused
from frontdesk.core.scoping import practice_scope
from frontdesk.coverage import operations as coverage
from frontdesk.coverage.models import Authorization, Policy
from frontdesk.coverage.queries import policies_of
from frontdesk.demo import living
from frontdesk.demo.denials import LETTER
from frontdesk.demo.year import payers
from frontdesk.demo.year.state import Year
from frontdesk.ledger import operations as ledger
from frontdesk.ledger import queries as books
from frontdesk.ledger.jobs import cards, watching
from frontdesk.ledger.rules.chart import INSURANCE
from frontdesk.visits import operations as visits

ROUNDS = 3  # of sending and reading in an evening
A_DAY = 12  # denials and held claims worked in one
SMALL = Decimal("20.00")  # less is worth less than the work
AGAIN = Decimal("90.00")  # an appeal that was lost goes on to the next level above it
LETTER_COMES = timedelta(days=35)  # the answer of a payer that keeps to its decision
PATIENCE = timedelta(days=12)  # with a claim that a check holds
NEW_PLAN = 0.6  # of patients whose coverage has ended have another
RETRO = timedelta(days=30)
CANDIDATES = 40  # looked at for a decision that names no claim
WITH_PAYER = (Claim.Status.SENT, Claim.Status.RECEIVED, Claim.Status.ACCEPTED)
UNSENT = (Claim.Status.HELD, Claim.Status.REJECTED)
BUNDLED = "97"
MEDICARE = frozenset({"MB", "MA"})
WITH_PROOF = frozenset({"29", "18"})


def send_and_read(year: Year) -> None:
    """Send what is ready and read what came, until nothing waits."""
    for _ in range(ROUNDS):
        with practice_scope(year.practice_id):
            is_ready = Claim.objects.filter(status=Claim.Status.READY).exists()
        if is_ready:
            operations.queue_batch(at=year.at, by=year.biller)
        living.run_jobs()
        if not jobs.read_mailbox.func(str(year.practice_id)) and not is_ready:
            return
        living.run_jobs()


def work(year: Year, on: date) -> None:
    """Work held and rejected claims, denials, lost appeals, and what could not be posted."""
    _unsent(year, on)
    _denials(year)
    _lost(year)
    _letters(year, on)
    _unposted(year)
    _underpaid(year)
    _agree(year)


def watch(year: Year) -> None:
    """Let the house look after itself, as its clock asks it to at night."""
    practice = str(year.practice_id)
    jobs.watch.func(practice)
    jobs.keep_bills.func(practice)
    watching.watch_money.func(practice)
    _announce(year)
    cards.settle_cards.func()
    living.run_jobs()


def _announce(year: Year) -> None:
    """Write to those whom no message reaches that an instalment comes due."""
    with practice_scope(year.practice_id):
        waiting = list(books.plans.to_announce(year.at.date()).order_by("due_on", "pk"))
    for one in waiting:
        ledger.note_notice(one, how="letter", at=year.at, by=year.biller)


def _unsent(year: Year, on: date) -> None:
    with practice_scope(year.practice_id):
        found = Claim.objects.filter(status__in=UNSENT).select_related("visit__site", "payer")
        claims = list(found.order_by("urgent_on", "-total", "pk")[:A_DAY])
    for claim in claims:
        with suppress(Refused):
            _mend(year, claim, on)


def _mend(year: Year, claim: Claim, on: date) -> None:
    rules = {one["rule"] for one in claim.findings if one["severity"] == "hold"}
    told: dict[str, Any] = {"at": year.at, "by": year.biller}
    if claim.status == Claim.Status.REJECTED or not rules:
        operations.judge_claim(claim, **told)
    elif "coverage.not_found" in rules:
        _compare_with_card(year, claim)
    elif any(rule.startswith("coverage.") for rule in rules):
        _other_coverage(year, claim)
    elif "authorization.missing" in rules:
        _ask_after(year, claim)
    elif claim.on < on - PATIENCE:
        operations.write_off_claim(claim, because="It cannot be billed as it is", **told)
    else:
        operations.judge_claim(claim, **told)


def _compare_with_card(year: Year, claim: Claim) -> None:
    """Correct a mistyped member ID, and ask the payer again; the next day judges anew."""
    with practice_scope(year.practice_id):
        policy = Policy.objects.select_related("subscription").get(pk=claim.policy_id)
    right = payers.on_the_card(policy)
    if right != policy.subscription.member_id:
        coverage.change_policy(
            policy, member_id=right, starts_on=policy.starts_on, ends_on=policy.ends_on,
            by=year.desk,
        )  # fmt: skip
        coverage.verify(policy, service_on=claim.on, at=year.at, by=year.desk)
        living.run_jobs()
        operations.judge_claim(claim, at=year.at, by=year.biller)
    else:
        _nobody_pays(year, claim, "The payer does not know the patient")


def _other_coverage(year: Year, claim: Claim) -> None:
    """The plan had ended: some patients have another one, the others pay themselves."""
    told: dict[str, Any] = {"at": year.at, "by": year.biller}
    with practice_scope(year.practice_id):
        policy = Policy.objects.select_related("patient").get(pk=claim.policy_id)
    if policy.is_active:
        last = claim.on - timedelta(days=1)
        coverage.end_policy(policy, on=max(last, policy.starts_on or last), by=year.desk)
        if year.chance.random() < NEW_PLAN:
            payers.bring_another(year, policy, claim.on)
    with practice_scope(year.practice_id):
        held = policies_of(policy.patient, claim.on).exclude(pk=policy.pk).first()
    if held is not None:
        operations.choose_policy(claim, held, **told)
    else:
        _nobody_pays(year, claim, "The coverage had ended")


def _nobody_pays(year: Year, claim: Claim, because: str) -> None:
    """Bill the patient; what a payer put on the practice before is given up instead."""
    try:
        operations.bill_patient(claim, because=because, at=year.at, by=year.biller)
    except Refused:
        operations.write_off_claim(claim, because=because, at=year.at, by=year.manager)


def _ask_after(year: Year, claim: Claim) -> None:
    """Ask for an approval of what was done already; without one it goes out as it is."""
    with practice_scope(year.practice_id):
        found = Authorization.objects.filter(policy=claim.policy_id, status__in=Authorization.OPEN)
        asked = found.order_by("-pk").first()
        given = Authorization.objects.filter(
            policy=claim.policy_id, status__in=Authorization.ALLOWS
        ).exclude(number="")
        approved = given.order_by("-pk").first()
    if approved is not None:
        operations.authorize_claim(claim, approved.number, at=year.at, by=year.biller)
    elif asked is not None and asked.status == Authorization.Status.NEEDED:
        coverage.request_authorization(
            asked, way="278", retro_because="Found at the visit", at=year.at, by=year.biller
        )
    elif year.at.date() - claim.on > RETRO:
        operations.write_off_claim(
            claim, because="Not approved, and not in time", at=year.at, by=year.manager
        )


def _denials(year: Year) -> None:
    with practice_scope(year.practice_id):
        today = year.at.date()
        near = list(queries.denial_list(show="limit", number=1, today=today).page)
        rows = list(queries.denial_list(show="work", number=1, today=today).page)
        wanted = list(dict.fromkeys([*near, *rows]))[:A_DAY]
    for denial in wanted:
        with suppress(Refused):
            _denial(year, denial)


def _denial(year: Year, denial: Denial) -> None:
    with practice_scope(year.practice_id):
        denial = queries.denials().get(pk=denial.pk)
    if denial.status not in Denial.TO_WORK or denial.asked_by:
        return
    told: dict[str, Any] = {"at": year.at, "by": year.biller}
    operations.take_denial(denial, **told)
    if denial.stake < SMALL:
        operations.write_off_denial(denial, because="Worth less than the work", **told)
    elif denial.reason == BUNDLED:
        _stand_apart(year, denial)
    elif denial.known_cause.is_soft and _may_be_corrected(denial):
        operations.replace_claim(denial.claim, **told)
    else:
        _appeal(year, denial)


def _may_be_corrected(denial: Denial) -> bool:
    """Say whether a corrected claim may follow: once, and never to Medicare, which takes none."""
    return denial.claim.frequency == "1" and denial.payer.filing_indicator not in MEDICARE


def _stand_apart(year: Year, denial: Denial) -> None:
    """Say by a modifier that the service stood apart: a corrected claim follows by itself."""
    with practice_scope(year.practice_id):
        superbill = denial.claim.visit.superbill
        line = superbill.lines.filter(code=denial.code, is_active=True).first()
    if line is None or not _may_be_corrected(denial):
        because = "The payer counts it as part of the visit"
        operations.write_off_denial(denial, because=because, at=year.at, by=year.biller)
        return
    by = year.crews[year.site.pk].clinician
    because = "The blood draw stood apart"
    visits.reopen_superbill(superbill, because=because, at=year.at, by=by)
    with practice_scope(year.practice_id):
        superbill = type(superbill).objects.get(pk=superbill.pk)
        line = superbill.lines.get(pk=line.pk)
    visits.add_modifier(line, "59", by=by)
    visits.sign_superbill(superbill, at=year.at, by=by)


def _appeal(year: Year, denial: Denial) -> None:
    told: dict[str, Any] = {"at": year.at, "by": year.biller}
    appeal = operations.draft_appeal(denial, **told)
    operations.save_appeal(
        appeal, argument=LETTER, to=appeal.to, enclosed=[], with_remittance=True,
        with_proof=denial.reason in WITH_PROOF, by=year.biller,
    )  # fmt: skip
    reference = f"FX{appeal.number}"
    appeal = operations.send_appeal(appeal, how=Appeal.How.FAX, reference=reference, **told)
    if year.payer is not None:
        year.payer.appeal(
            year.world.practice.npi, control=denial.claim.payer_control_number,
            reason=denial.reason, level=appeal.level,
        )  # fmt: skip


def _lost(year: Year) -> None:
    """Take what was lost to the next level where it is worth it, and give up the rest."""
    with practice_scope(year.practice_id):
        lost = Denial.objects.filter(status=Denial.Status.LOST, asked_by="").order_by("-worth")
        found = list(queries.denials().filter(pk__in=lost.values("pk")).order_by("-stake"))
        owed = [one for one in found if _is_owed(one)][:A_DAY]
    for denial in owed:
        with suppress(Refused):
            level = denial.appeal.level if denial.appeal else 0
            is_in_time = denial.appeal_by >= year.at.date()
            if denial.stake >= AGAIN and level == 1 and is_in_time:
                _appeal(year, denial)
            elif denial.may_bill_patient:
                because = "The plan does not pay it"
                operations.bill_denial_to_patient(
                    denial, because=because, at=year.at, by=year.biller
                )
            else:
                because = "Appealed and lost" if level else "A corrected claim was refused too"
                operations.write_off_denial(denial, because=because, at=year.at, by=year.biller)


def _is_owed(denial: Denial) -> bool:
    return queries.open_on(denial.claim, INSURANCE).get(denial.line.charge_id, 0) > 0


def _letters(year: Year, on: date) -> None:
    """Read the letters of payers that keep to their decision; the others answer with money."""
    with practice_scope(year.practice_id):
        sent = Appeal.objects.filter(status=Appeal.Status.SENT, sent_on__lte=on - LETTER_COMES)
        found = list(sent.order_by("pk"))
    for appeal in found:
        operations.note_answer(
            appeal, outcome="lost", won=Decimal(0), words="We keep to our decision.",
            at=year.at, by=year.biller,
        )  # fmt: skip


def _unposted(year: Year) -> None:
    """Find the claims of decisions that named none of ours."""
    with practice_scope(year.practice_id):
        waiting = RemittanceClaim.objects.filter(status=RemittanceClaim.Status.NEEDS_PERSON)
        rows = list(waiting.select_related("remittance", "claim").order_by("-paid", "pk")[:A_DAY])
    for row in rows:
        with practice_scope(year.practice_id):
            claim = _meant(row) or row.claim
        with suppress(Refused):
            if claim is None:
                because = "Not a claim of ours"
                operations.set_row_aside(row, because=because, at=year.at, by=year.biller)
            else:
                operations.match_claim(row, claim, at=year.at, by=year.biller)


def _meant(row: RemittanceClaim) -> Claim | None:
    """Return the claim that a decision means: it waits for one; patient, dollars, payer agree."""
    waiting = [one for one in queries.candidates(row, CANDIDATES) if one.status in WITH_PAYER]
    for claim in waiting:
        patient = claim.patient
        name = f"{patient.first_name} {patient.last_name}".upper()
        if claim.total == abs(row.charged) and row.patient_name.upper() == name:
            return claim
    return None


def _underpaid(year: Year) -> None:
    with practice_scope(year.practice_id):
        found = list(Underpayment.objects.filter(status="open").order_by("-missing")[:A_DAY])
    for one in found:
        if one.missing >= SMALL / 4:
            because = "Called: it is priced again"
            operations.claim_back(one, because=because, at=year.at, by=year.biller)
        else:
            because = "Less than the work"
            operations.accept_underpayment(one, because=because, at=year.at, by=year.biller)


def _agree(year: Year) -> None:
    """The manager looks at what the biller asks to write off."""
    with practice_scope(year.practice_id):
        asked = list(Denial.objects.exclude(asked_by="").order_by("pk"))
    for denial in asked:
        with suppress(Refused):
            operations.agree_to_write_off(denial, at=year.at, by=year.manager)
