"""Hear what payers refuse: a denial is born, said again, or comes to its end with the money.

A denial never leads to a write-off: the dollars stay with the payer until somebody decides.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from frontdesk.billing import queries
from frontdesk.billing.models import (
    Claim,
    ClaimLine,
    ClockKind,
    Denial,
    DenialStep,
    RemittanceClaim,
)
from frontdesk.billing.operations.clocks import start_clock, start_clocks, stop_clocks
from frontdesk.billing.operations.history import step_of
from frontdesk.billing.rules import denials as rules
from frontdesk.billing.rules.balancing import AdjustmentRead
from frontdesk.billing.rules.deciding import LineSaid
from frontdesk.billing.rules.levels import OUTSIDE, next_level
from frontdesk.core.actor import Actor
from frontdesk.core.money import ZERO
from frontdesk.core.operation import operation
from frontdesk.coverage.models import Payer
from frontdesk.practice.queries import office_day
from frontdesk.staff.operations import settle_work

Status = Denial.Status
_FOLLOWED = [
    "status", "times", "amount", "decision_id", "denied_on", "appeal_by", "remarks", "recovered",
    "ended_on", "working_by", "asked_by",
]  # fmt: skip
_WEIGHED = ["chance", "seen", "minutes", "expected", "worth"]
_KEPT_TO = "The payer kept to its decision"
NO_APPEAL = "Appealed, or nothing is left to appeal"  # why clocks of a refusal stopped
NO_CORRECTION = "Nothing is left to correct"


@dataclass(frozen=True, slots=True)
class Heard:
    """What a decision says of one line of a claim; `decided_on` is the day it was paid."""

    decision: RemittanceClaim
    claim: Claim
    line: ClaimLine
    said: LineSaid
    code: str
    on: date
    decided_on: date
    open: Decimal  # what insurance still owes on the charge: more cannot be won
    is_reversal: bool = False


@dataclass(slots=True)
class _Ear:
    """What was heard comes to, before anything of it is written."""

    at: datetime
    by: Actor
    on: date  # the office's day of `at`
    born: list[Denial] = field(default_factory=list)
    changed: dict[UUID, Denial] = field(default_factory=dict)
    ended: list[Denial] = field(default_factory=list)
    steps: list[DenialStep] = field(default_factory=list)
    filings: dict[UUID, str] = field(default_factory=dict)  # payer: kind of payer (SBR09)

    def tell(self, denial: Denial, kind: str, words: str, amount: Decimal = ZERO) -> None:
        """Add a step to the denial's history."""
        step = step_of(denial, kind=kind, words=words, amount=amount, at=self.at, by=self.by)
        self.steps.append(step)


@operation("billing.remit")
def hear_decisions(heard: Sequence[Heard], *, at: datetime, by: Actor) -> int:
    """Take in what payers said of lines, in the order of their files; return how many were born.

    A line refused for the first time bears a denial for each reason. Refused again, it is the
    same denial, and an appeal of it is lost. Paid after all, it is won, by what was allowed.
    """
    denials = _known(heard)
    if not denials and not any(_may_refuse(one.said) and _refused(one.said) for one in heard):
        return 0
    ear = _Ear(at, by, office_day(at))
    payers = {one.claim.payer_id for one in heard}
    rows = Payer.objects.filter(pk__in=payers).values_list("pk", "filing_indicator")
    ear.filings = dict(rows)
    known = _Known(denials)
    for one in heard:
        earlier = known.about(one)
        if one.is_reversal:
            _take_back(ear, earlier)
        elif earlier or _may_refuse(one.said):  # most lines are paid, and were never refused
            known.add(_hear(ear, one, earlier))
    _weigh_born(ear.born, heard)
    _run_clocks(ear, heard)
    Denial.objects.create_many(ear.born)
    born = {new.pk for new in ear.born}
    before = [one for key, one in ear.changed.items() if key not in born]
    Denial.objects.update_many(before, _FOLLOWED)
    DenialStep.objects.create_many(ear.steps)
    _after(ear)
    return len(ear.born)


@operation("billing.claim")
def follow_correction(former: Claim, new: Claim, *, at: datetime, by: Actor) -> list[Denial]:
    """Note on what was refused of a claim that a corrected one was built for it."""
    found = list(
        Denial.objects.filter(
            claim=former, status__in=(*Denial.TO_WORK, Status.PARTLY, Status.LOST)
        )
        .select_for_update(of=("self",))
        .order_by("pk")
    )
    for denial in found:
        minutes = denial.minutes_since(at)
        denial.status = denial.lifecycle.move(denial.status, Status.CORRECTED)
        denial.spent += minutes
        denial.working_since = denial.ended_on = None
        denial.save()
        words = f"Claim {new.number} was built for it"
        step_of(denial, kind="corrected", words=words, minutes=minutes, at=at, by=by).save()
    return found


@operation("billing.claim")
def weigh_again(pairs: Collection[tuple[UUID, str]], *, at: datetime, by: Actor) -> int:
    """Reckon anew what open denials of these payers and causes are worth; return how many."""
    told = queries.ended_denials(pairs)
    payers, keys = {payer for payer, _ in pairs}, {cause for _, cause in pairs}
    open_ones = Denial.objects.filter(payer__in=payers, cause__in=keys, status__in=Denial.OPEN)
    found = [one for one in open_ones.order_by("pk") if (one.payer_id, one.cause) in pairs]
    for denial in found:
        denial.weigh(rules.odds(denial.cause, told.get((denial.payer_id, denial.cause))))
    Denial.objects.update_many(found, _WEIGHED)
    return len(found)


def _known(heard: Sequence[Heard]) -> list[Denial]:
    """Denials of the same charges, or of the versions that these claims replace."""
    charges = {one.line.charge_id for one in heard}
    formers = {one.claim.replaces_id for one in heard if one.claim.replaces_id}
    return list(queries.denials_about(charges, formers))


class _Known:
    """Denials by what a line is recognized by: its charge, or the claim that was corrected."""

    def __init__(self, denials: Iterable[Denial]) -> None:
        self._by_charge: defaultdict[UUID, list[Denial]] = defaultdict(list)
        self._by_claim: defaultdict[UUID, list[Denial]] = defaultdict(list)
        self.add(denials)

    def add(self, denials: Iterable[Denial]) -> None:
        """Know these, too."""
        for denial in denials:
            self._by_charge[denial.line.charge_id].append(denial)
            self._by_claim[denial.claim_id].append(denial)

    def about(self, one: Heard) -> list[Denial]:
        """Return those of the same charge and payer, or of the same code on the claim before."""
        charge, former = one.line.charge_id, one.claim.replaces_id
        found = [
            denial
            for denial in self._by_charge.get(charge, ())
            if denial.payer_id == one.claim.payer_id
        ]
        found += [
            denial
            for denial in (self._by_claim.get(former, ()) if former else ())
            if denial.code == one.code and denial.line.charge_id != charge
        ]
        return sorted(found, key=lambda denial: denial.pk)  # the oldest first


def _refused(said: LineSaid) -> dict[tuple[str, str], AdjustmentRead]:
    """What was refused of a line, summed by reason: what is held, and what PR refuses."""
    found: dict[tuple[str, str], AdjustmentRead] = {}
    for one in (*said.held, *_refused_to_patient(said)):
        earlier = found.get((one.group, one.reason))
        amount = one.amount + (earlier.amount if earlier else ZERO)
        found[one.group, one.reason] = AdjustmentRead(one.group, one.reason, amount)
    return {key: one for key, one in found.items() if one.amount > ZERO}


def _may_refuse(said: LineSaid) -> bool:
    return bool(said.held) or bool(_refused_to_patient(said))


def _refused_to_patient(said: LineSaid) -> list[AdjustmentRead]:
    return [one for one in said.shares if rules.is_refusal(one.group, one.reason)]


def _allowed(said: LineSaid) -> Decimal:
    """What was allowed of a line: paid, and the patient's usual share."""
    refused = sum((one.amount for one in _refused_to_patient(said)), ZERO)
    return said.paid + sum((one.amount for one in said.shares), ZERO) - refused


def _take_back(ear: _Ear, earlier: Iterable[Denial]) -> None:
    for denial in earlier:
        if denial.status in {Status.WON, Status.PARTLY}:
            denial.status = denial.lifecycle.move(denial.status, Status.WORKING)
            denial.recovered, denial.ended_on = ZERO, None
            ear.changed[denial.pk] = denial
            ear.tell(denial, "reversed", "The payer took its decision back")


def _hear(ear: _Ear, one: Heard, earlier: Sequence[Denial]) -> list[Denial]:
    """Follow the denials of a line; return those that are born."""
    refused = _refused(one.said)
    for denial in earlier:
        again = refused.pop((denial.group, denial.reason), None) if _same(denial, one) else None
        if again is not None:
            _say_again(ear, denial, one, again)
    _end(ear, one, [denial for denial in earlier if not _is_again(ear, denial, one)])
    follows = next((denial for denial in earlier if denial.line_id != one.line.pk), None)
    born = [_born(ear, one, reason, follows) for reason in refused.values()]
    ear.born += born
    return born


def _same(denial: Denial, one: Heard) -> bool:
    return denial.line_id == one.line.pk


def _is_again(ear: _Ear, denial: Denial, one: Heard) -> bool:
    return _same(denial, one) and denial.decision_id == one.decision.pk


def _say_again(ear: _Ear, denial: Denial, one: Heard, again: AdjustmentRead) -> None:
    was = denial.status
    denial.times += 1
    denial.amount, denial.remarks = again.amount, list(one.said.remarks)
    denial.decision_id, denial.denied_on = one.decision.pk, one.decided_on
    level = denial.appeal.level + 1 if denial.appeal and was_appealed(denial) else 1
    denial.appeal_by = _appeal_by(ear, one, level)
    if was in Denial.APPEALS:
        denial.end(Status.LOST, ear.on)
        ear.ended.append(denial)
        ear.tell(denial, "lost", _KEPT_TO)
    elif was in Denial.TO_WORK or not denial.lifecycle.may(was, Status.WORKING):
        ear.tell(denial, "again", "The payer refused it again")
    else:
        denial.status = denial.lifecycle.move(was, Status.WORKING)
        denial.recovered, denial.ended_on = ZERO, None
        ear.tell(denial, "again", "The payer refused it again")
    ear.changed[denial.pk] = denial


def _end(ear: _Ear, one: Heard, denials: Sequence[Denial]) -> None:
    """Give what is allowed now to the denials that the payer does not say any more."""
    followed = {denial.follows_id for denial in denials}
    gone = {*followed, *(one.pk for one in denials if one.status == Status.MISTAKEN)}
    over = [denial for denial in denials if denial.pk not in gone]
    gained = max(_allowed(one.said) - min((d.before for d in over), default=ZERO), ZERO)
    held = sum((refused.amount for refused in _refused(one.said).values()), ZERO)
    for place, denial in enumerate(over):
        part = gained if place == len(over) - 1 else min(gained, denial.stake)
        gained -= part
        status = Status(rules.outcome(allowed=part, held=held))
        if part == ZERO:
            status = Status.LOST
        if status == Status.LOST and denial.status in Denial.ENDED:
            continue
        if denial.status != status and not denial.lifecycle.may(denial.status, status):
            continue
        denial.end(status, ear.on, part)
        ear.changed[denial.pk] = denial
        ear.ended.append(denial)
        words = f"The payer allowed ${part}" if part else "Nothing came of it"
        ear.tell(denial, str(status), words, amount=part)


def _born(ear: _Ear, one: Heard, reason: AdjustmentRead, follows: Denial | None) -> Denial:
    is_patients = rules.is_refusal(reason.group, reason.reason)
    denial = Denial(
        claim_id=one.claim.pk,
        line=one.line,
        payer_id=one.claim.payer_id,
        decision_id=one.decision.pk,
        code=one.code,
        on=one.on,
        group=reason.group,
        reason=reason.reason,
        remarks=list(one.said.remarks),
        cause=rules.cause_of(reason.reason, one.said.remarks),
        amount=reason.amount,
        stake=reason.amount if is_patients else min(reason.amount, max(one.open, ZERO)),
        before=_allowed(one.said),
        status=Status.PATIENT if is_patients else Status.NEW,
        ended_on=ear.on if is_patients else None,
        follows=follows,
        denied_on=one.decided_on,
        appeal_by=_appeal_by(ear, one, 1),
    )
    ear.tell(denial, "denied", f"{denial.carc}: {reason.words}")
    return denial


def _appeal_by(ear: _Ear, one: Heard, level: int) -> date:
    filing = ear.filings.get(one.claim.payer_id, "")
    return rules.last_day_to_appeal(one.decided_on, filing=filing, level=level)


def _weigh_born(born: Sequence[Denial], heard: Sequence[Heard]) -> None:
    if not born:
        return
    lines = {one.line.pk: one.line for one in heard}
    wanted = [lines[key] for key in dict.fromkeys(denial.line_id for denial in born)]
    agreed = queries.expected_of(wanted)
    told = queries.ended_denials({(denial.payer_id, denial.cause) for denial in born})
    for denial in born:
        price = agreed.get(denial.line_id)
        if price is not None:
            denial.stake = max(min(denial.stake, price.amount - denial.before), ZERO)
        denial.weigh(rules.odds(denial.cause, told.get((denial.payer_id, denial.cause))))


def _run_clocks(ear: _Ear, heard: Sequence[Heard]) -> None:
    """Let the time to appeal run, as long as the payer's contract gives.

    It runs for what is refused anew and for what is to be worked again: said again, or won and
    taken back. A clock that runs keeps its day.
    """
    born = {denial.pk for denial in ear.born}
    changed = [one for key, one in ear.changed.items() if key not in born]
    open_again = [one for one in changed if one.status in Denial.TO_WORK and not was_appealed(one)]
    to_appeal = [one for one in ear.born if one.status == Status.NEW] + open_again
    fresh = {denial.claim_id for denial in to_appeal}
    claims = {one.claim.pk: one for one in heard if one.claim.pk in fresh}
    by_day: dict[date, list[Claim]] = defaultdict(list)
    for one in claims.values():
        by_day[one.decided_on].append(one.claim)
    for on, refused in by_day.items():
        start_clocks(ClockKind.APPEAL, refused, from_on=on, by=ear.by)
    running = queries.running(list(fresh)).filter(kind=ClockKind.APPEAL)
    due = dict(running.values_list("claim_id", "due_on"))
    for denial in (*ear.born, *open_again):
        denial.appeal_by = due.get(denial.claim_id, denial.appeal_by)
    decided = {one.claim.pk: one.decided_on for one in heard}
    lost = (Status.LOST, *Denial.TO_WORK)
    for denial in (one for one in changed if one.status in lost and was_appealed(one)):
        run_next_level(denial, decided.get(denial.claim_id, denial.denied_on), by=ear.by)


def was_appealed(denial: Denial) -> bool:
    """Whether an appeal of it went out: a letter that is only written counts for no level."""
    appeal = denial.appeal
    return appeal is not None and appeal.status not in {
        appeal.Status.DRAFT,
        appeal.Status.WITHDRAWN,
    }


def run_next_level(denial: Denial, from_on: date, *, by: Actor) -> None:
    """Let the time to the next level of a lost appeal run; the denial is not saved.

    From the third on they have no more than the law's days, and no day of a clock that runs is
    put off.
    """
    claim = Claim.objects.select_related("payer", "policy__subscription__plan__payer").get(
        pk=denial.claim_id
    )
    filing = claim.payer.filing_indicator
    level = next_level(denial.appeal.level if denial.appeal else 0, filing)
    if level:
        kind = ClockKind.SECOND_APPEAL
        days = [queries.last_day(kind, claim.policy, from_on)]
        days += queries.running([claim.pk]).filter(kind=kind).values_list("due_on", flat=True)
        if level >= OUTSIDE:
            days.append(rules.last_day_to_appeal(from_on, filing=filing, level=level))
        clock = start_clock(kind, claim, from_on=from_on, due_on=min(days), by=by)
        denial.appeal_by = clock.due_on


def _after(ear: _Ear) -> None:
    """What follows from endings: answers to appeals, better odds, work that is done."""
    if not ear.ended:
        return
    by_appeal = defaultdict(list)
    for denial in ear.ended:
        if denial.appeal_id:
            by_appeal[denial.appeal].append(denial)
    for appeal, denials in by_appeal.items():
        won = sum((denial.recovered for denial in denials), ZERO)
        status = appeal.Status.LOST
        if won > ZERO:
            whole = all(denial.status == Status.WON for denial in denials)
            status = appeal.Status.WON if whole else appeal.Status.PARTLY
        if appeal.status == status or appeal.lifecycle.may(appeal.status, status):
            appeal.status, appeal.won, appeal.answered_on = status, won, ear.on
            appeal.save()
    weigh_again({(d.payer_id, d.cause) for d in ear.ended}, at=ear.at, by=ear.by)
    for claim_id in {denial.claim_id for denial in ear.ended}:
        settle_if_done(claim_id, at=ear.at, by=ear.by)


@operation("billing.claim")
def settle_if_done(claim_id: UUID, *, at: datetime, by: Actor) -> None:
    """Take the work about a claim's denials off the list when nothing of them is to do."""
    if Denial.objects.filter(claim=claim_id, status__in=Denial.TO_WORK).exists():
        return
    settle_work(once=f"claim.denied:{claim_id}", at=at, by=by)
    left = Denial.objects.filter(claim=claim_id, status__in=(Status.LOST, Status.CORRECTED))
    if not left.exists():
        kinds = (ClockKind.APPEAL, ClockKind.SECOND_APPEAL)
        claim = Claim.objects.get(pk=claim_id)
        stop_clocks([claim], kinds, why=NO_APPEAL, at=at, by=by)
        if not Denial.objects.filter(claim=claim_id, status__in=Denial.OPEN).exists():
            stop_clocks([claim], [ClockKind.CORRECTED], why=NO_CORRECTION, at=at, by=by)


@operation("billing.claim")
def end_version(claim: Claim, *, at: datetime, by: Actor) -> None:
    """Put denials back to be worked whose corrected claim was given up before it was sent."""
    if claim.replaces_id is None:
        return
    found = Denial.objects.filter(claim=claim.replaces_id, status=Status.CORRECTED)
    for denial in found.select_for_update(of=("self",)).order_by("pk"):
        denial.status = denial.lifecycle.move(denial.status, Status.WORKING)
        denial.save()
        words = f"Claim {claim.number} was given up"
        step_of(denial, kind="dropped", words=words, at=at, by=by).save()
