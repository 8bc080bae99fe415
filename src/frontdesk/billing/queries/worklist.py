"""The claims work list: what needs somebody, why, and what it is worth."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from frontdesk.billing.models import (
    Claim,
    ClaimEvent,
    ClaimLine,
    Deadline,
    Denial,
    Exchange,
    StatusQuestion,
)
from frontdesk.billing.queries.clocks import clocks_of
from frontdesk.billing.queries.listing import (
    ON_A_PAGE,
    Tally,
    Tier,
    counted,
    in_order,
    page_of,
    read_mark,
    tally_all,
)
from frontdesk.billing.queries.rows import (
    DENIED,
    SAID_OF_ROW,
    UNSENT,
    Row,
    filled,
    is_usual,
    rows_of,
    work_on,
)
from frontdesk.billing.queries.told import Told, told_of
from frontdesk.billing.queries.watching import IN_HAND, questions_of
from frontdesk.core.composed import Composed
from frontdesk.core.database.tallies import Kind, Where
from frontdesk.core.kept import newest, number_of, touched
from frontdesk.core.money import ZERO
from frontdesk.core.scoping import current_practice_id
from frontdesk.coverage.models import Payer, Policy
from frontdesk.coverage.queries import policies_of
from frontdesk.ledger.rules import next_step as help_against
from frontdesk.ledger.rules import reason_in_words
from frontdesk.staff.models import Member, WorkItem
from frontdesk.staff.queries import members

Names = tuple[tuple[str, str], ...]
MOST_PART_DENIED = MOST_ANSWERED = 5000
MOST_SENT = 10_000  # what is sent at once is counted to its end: its sum is confirmed
_DENIED = Claim.Status.DENIED
_DONE = (Claim.Status.PAID, Claim.Status.CLOSED)
_OVER = (Claim.Status.CLOSED, Claim.Status.VOIDED)
_NEEDY = (Claim.Status.HELD, Claim.Status.REJECTED, Claim.Status.DENIED)
_LABELS = {
    "needs": "Needs someone",
    "mine": "Mine",
    "ready": "To send",
    "held": "Held",
    "rejected": "Rejected",
    "denied": "Denied",
    "late": "Late",
    "limit": "Filing limit",
    "waiting": "Waiting",
    "paid": "Paid",
}


@dataclass(frozen=True, slots=True)
class Chip:
    """One way to narrow the list. What is too long to count says so: 2000+."""

    key: str
    label: str
    count: int
    amount: Decimal
    is_more: bool = False


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What the list is narrowed to: a payer, somebody's claims."""

    payer: UUID | None = None
    owner: UUID | None = None

    @property
    def where(self) -> Where:
        """What is true of the claims that it lets through."""
        wanted = {"payer_id": self.payer, "owner_id": self.owner}
        return tuple((name, "=", key) for name, key in wanted.items() if key)


@dataclass(frozen=True, slots=True)
class _Apart:
    """Claims that stand elsewhere than their status says."""

    part_denied: Sequence[UUID]  # paid, with lines refused that nobody has settled
    answered: Sequence[UUID]  # denied, but appealed or corrected: it is the payer's turn


@dataclass(frozen=True, slots=True)
class Worklist:
    """The list as drawn: chips, rows of one page, what needs somebody, what can be sent."""

    chips: list[Chip]
    show: str
    rows: list[Row]
    after: str  # where the next page begins; nothing on the last
    is_first: bool

    @property
    def needs(self) -> Chip:
        """What needs somebody."""
        return self.chips[0]

    @property
    def ready(self) -> Chip:
        """What can be sent."""
        return next(chip for chip in self.chips if chip.key == "ready")


@dataclass(frozen=True, slots=True)
class ClaimPage:
    """One claim with everything its drawer shows."""

    claim: Claim
    row: Row
    lines: list[ClaimLine]
    events: list[ClaimEvent]
    versions: list[Claim]
    files: list[Exchange]
    plans: list[Policy]
    work: list[WorkItem]
    clocks: list[Deadline]
    questions: list[StatusQuestion]
    told: Told | None  # the estimate of the visit beside what came of it

    @property
    def denied(self) -> list[tuple[str, str, str]]:
        """The reasons against it: code, words, what usually helps."""
        codes = [code for line in self.lines for code in line.reasons if not is_usual(code)]
        return [(code, reason_in_words(code), help_against(code)) for code in dict.fromkeys(codes)]

    @property
    def is_asked(self) -> bool:
        """Whether the payer was asked where it stands and has not answered yet."""
        return any(one.status == StatusQuestion.Status.WAITING for one in self.questions)

    @property
    def may_be_asked(self) -> bool:
        """Whether somebody has it who can say where it stands."""
        return self.claim.status in IN_HAND or self.claim.is_decided

    @property
    def may_be_cancelled(self) -> bool:
        """Whether the payer has it under a number of its own, so that it can be taken back."""
        in_hand = self.claim.is_decided or self.claim.status == Claim.Status.ACCEPTED
        is_newest = not any(one.replaces_id == self.claim.pk for one in self.versions)
        return in_hand and is_newest and self.claim.frequency != "8"


EVERYTHING = Narrowed()


def worklist(
    *,
    show: str,
    after: str = "",
    today: date,
    at: datetime,
    member: Member | None = None,
    narrowed: Narrowed = EVERYTHING,
) -> Worklist:
    """Return the claims under one chip, a page of them, and what each chip holds.

    Urgent ones come first, then what is worth most.
    """
    practice_id = current_practice_id()
    state = touched(practice_id, number_of(practice_id), ("billing", "staff"))
    apart = _Apart(
        newest(("claims part denied", practice_id), state, _part_denied),
        newest(("claims answered", practice_id), (state, today), lambda: _answered(today)),
    )
    chips = _chips_kept((state, today), member, apart)
    show = show if show in _LABELS else "needs"
    mark = read_mark(after)
    tiers = _tiers(show, today, member, apart)
    keys, following = page_of([tier.narrowed(narrowed.where) for tier in tiers], mark)
    rows = rows_of(in_order(keys, _listed(keys)), today, at)
    return Worklist(chips, show, rows, str(following or ""), mark is None)


def narrowable() -> tuple[Names, Names]:
    """Return the payers and the people by whom the list can be narrowed, as key and name."""
    practice_id = current_practice_id()
    state = touched(practice_id, number_of(practice_id), ("coverage", "staff"))
    return newest(("claims are narrowed to", practice_id), state, _narrowable)


def _narrowable() -> tuple[Names, Names]:
    payers, people = Payer.objects.order_by("name"), members().filter(is_active=True)
    return tuple((str(one.pk), str(one)) for one in payers), tuple(
        (str(one.pk), str(one)) for one in people
    )


def with_number(text: str, *, today: date, at: datetime) -> list[Row]:
    """Return the claims whose number begins so, or whose number at the payer it is."""
    wanted = text.strip().upper()
    if not wanted:
        return []
    found = Claim.objects.select_related("patient", "payer", "owner").only(*SAID_OF_ROW)
    beyond = wanted[:-1] + chr(ord(wanted[-1]) + 1)  # a range, which the index answers
    ours = found.filter(number__gte=wanted, number__lt=beyond).order_by("number")
    theirs = found.filter(payer_control_number=wanted).order_by("pk")
    return rows_of(list(ours[:ON_A_PAGE]) or list(theirs[:ON_A_PAGE]), today, at)


def claim_page(claim: Claim, *, today: date, at: datetime) -> ClaimPage:
    """Return all that a claim's drawer shows; load it with patient, payer, policy and visit."""
    versions = Claim.objects.filter(visit=claim.visit_id).select_related("payer").order_by("pk")
    events = claim.events.select_related("exchange").order_by("-at", "-pk")
    found = list(events)
    files = {event.exchange.pk: event.exchange for event in found if event.exchange}
    return ClaimPage(
        claim=claim,
        row=rows_of([claim], today, at)[0],
        lines=list(claim.lines.select_related("charge").order_by("place")),
        events=found,
        versions=list(versions),
        files=list(files.values()),
        plans=list(policies_of(claim.patient, claim.on)),
        work=list(work_on([claim.pk])),
        clocks=clocks_of(claim),
        questions=list(questions_of(claim)),
        told=told_of(claim),
    )


def claims() -> QuerySet[Claim]:
    """Return claims with what their drawer needs."""
    return Claim.objects.select_related(
        "patient",
        "payer",
        "provider",
        "visit__site",
        "policy__subscription__plan__payer",
        "replaces",
        "owner",
    )


def files(kind: str = "") -> QuerySet[Exchange]:
    """Return files sent and received without their content, the newest first."""
    found = Exchange.objects.defer("content").annotate(inside=Count("transmissions"))
    found = found.select_related("answers").order_by("-at", "-pk")
    return found.filter(kind=kind) if kind else found


def _chips_kept(state: tuple[int, date], member: Member | None, apart: _Apart) -> list[Chip]:
    """Return the chips as they were counted for this person, while no claim or work has changed."""
    key = "chips of claims", current_practice_id(), member.pk if member else None
    return newest(key, state, lambda: _chips(state[1], member, apart))


def _listed(keys: Sequence[UUID]) -> list[Claim]:
    """Return the claims of a page, with what a row says of them."""
    return _claims_listed(filled(keys)) if keys else []


@Composed
def _claims_listed(keys: Sequence[UUID]) -> QuerySet[Claim]:
    found = Claim.objects.filter(pk__in=keys).select_related("patient", "payer", "owner")
    return found.only(*SAID_OF_ROW)


def _chips(today: date, member: Member | None, apart: _Apart) -> list[Chip]:
    """Count and add up what each chip holds, each status once and from the index alone."""
    one = tally_all(_kinds(today, member))
    part = _tally_of(apart.part_denied, Claim.Status.PAID)
    answered = _tally_of(apart.answered, Claim.Status.DENIED)
    late = _added(one, [f"late {status}" for status in IN_HAND])
    sums = {
        "ready": one[Claim.Status.READY],
        "held": one[Claim.Status.HELD],
        "rejected": one[Claim.Status.REJECTED],
        "denied": one[Claim.Status.DENIED] + part - answered,
        "late": late,
        "limit": _added(one, [f"urgent {status}" for status in UNSENT]),
        "waiting": _added(one, IN_HAND) + answered,
        "paid": _added(one, _DONE),
        "mine": one.get("mine", Tally()),
    }
    needy = _added(one, (*_NEEDY, f"urgent {Claim.Status.READY}"))
    sums["needs"] = needy + part + late - answered
    return [
        Chip(key, label, sums[key].count, sums[key].amount, sums[key].is_more)
        for key, label in _LABELS.items()
        if key != "mine" or member is not None
    ]


def _kinds(today: date, member: Member | None) -> dict[str, Kind]:
    """Return what is counted for the chips: statuses, and what of them is urgent, late, mine."""
    each = (*_NEEDY, *IN_HAND, *_DONE)
    kinds = {str(status): counted(("status", "=", status)) for status in each}
    kinds[str(Claim.Status.READY)] = counted(("status", "=", Claim.Status.READY), most=MOST_SENT)
    for status in UNSENT:
        urgent = (("status", "=", status), ("urgent_on", "<=", today))
        kinds[f"urgent {status}"] = counted(*urgent)
    for status in IN_HAND:
        kinds[f"late {status}"] = counted(("status", "=", status), ("late_on", "<", today))
    if member is not None:
        kinds["mine"] = counted(("owner_id", "=", member.pk), ("status", "NOT IN", _OVER))
    return kinds


def _added(tallies: Mapping[str, Tally], names: Iterable[str]) -> Tally:
    return sum((tallies[name] for name in names), Tally())


def _tiers(show: str, today: date, member: Member | None, apart: _Apart) -> list[Tier]:
    """Return what a chip shows, in the order of its tiers: urgent first, then by worth."""
    if show == "paid":
        return [Tier("on", tuple(_in(status) for status in _DONE))]
    if show == "waiting":
        answered = [(*_in(Claim.Status.DENIED), ("id", "IN", apart.answered))]
        streams = [_in(status) for status in IN_HAND] + (answered if apart.answered else [])
        return [Tier("total", tuple(streams))]
    if show == "mine":
        return [Tier("total", (_mine(member),))] if member else []
    if show == "late":
        return [Tier("total", _late(today))]
    statuses = {
        "needs": _NEEDY,
        "limit": (),
        "ready": (Claim.Status.READY,),
        "held": (Claim.Status.HELD,),
        "rejected": (Claim.Status.REJECTED,),
        "denied": (Claim.Status.DENIED,),
    }[show]
    urgent = {"needs": (*UNSENT, Claim.Status.DENIED), "limit": UNSENT}.get(show, statuses)
    rest = [(*_to_do(status, apart), ("urgent_on", "> OR NONE", today)) for status in statuses]
    if show in ("needs", "denied") and apart.part_denied:
        rest.append((*_in(Claim.Status.PAID), ("id", "IN", apart.part_denied)))
    if show == "needs":
        rest += _late(today)
    return [Tier("urgent_on", _urgent(urgent, today)), Tier("total", tuple(rest))]


def _in(status: str) -> Where:
    return (("status", "=", status),)


def _to_do(status: str, apart: _Apart) -> Where:
    if status == Claim.Status.DENIED and apart.answered:
        return (*_in(status), ("id", "NOT IN", apart.answered))
    return _in(status)


def _urgent(statuses: Sequence[str], today: date) -> tuple[Where, ...]:
    return tuple((*_in(status), ("urgent_on", "<=", today)) for status in statuses)


def _late(today: date) -> tuple[Where, ...]:
    return tuple((*_in(status), ("late_on", "<", today)) for status in IN_HAND)


def _mine(member: Member) -> Where:
    return ("owner_id", "=", member.pk), ("status", "NOT IN", _OVER)


def _part_denied() -> list[UUID]:
    """Claims with lines refused that nobody has settled: those that were paid are part denied."""
    waiting = WorkItem.objects.filter(kind=DENIED, pool="biller", status=WorkItem.Status.OPEN)
    keys = waiting.order_by("pk").values_list("subject_id", flat=True)[:MOST_PART_DENIED]
    return [key for key in keys if key]


def _answered(today: date) -> list[UUID]:
    """Denied claims of which every refusal is appealed or corrected, and no clock is urgent."""
    quiet = Q(claim__urgent_on=None) | Q(claim__urgent_on__gt=today)
    to_work = Denial.objects.filter(claim=OuterRef("claim"), status__in=Denial.TO_WORK)
    found = Denial.objects.filter(quiet, status__in=Denial.WAITING, claim__status=_DENIED)
    found = found.exclude(Exists(to_work)).order_by("claim")
    return list(found.values_list("claim", flat=True).distinct()[:MOST_ANSWERED])


def _tally_of(keys: Sequence[UUID], status: Claim.Status) -> Tally:
    told = Claim.objects.filter(pk__in=keys, status=status).aggregate(
        n=Count("pk"), sum=Sum("total")
    )
    return Tally(told["n"], told["sum"] or ZERO)
