"""How a batch of claims is taken in: TA1, 999, 277CA, and each claim decided."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from frontdesk import x12
from frontdesk.sandbox import habits, second_look
from frontdesk.sandbox.adjudication import DecidedLine, decide
from frontdesk.sandbox.checks import is_diagnosis, is_npi
from frontdesk.sandbox.state import State
from frontdesk.sandbox.world import Member, World, bare

CLEARINGHOUSE = "FDSANDBOX"
NAME = "SANDBOX CLEARINGHOUSE"


@dataclass(slots=True)
class Taken:
    """What became of one claim at the door: accepted with a payer's number, or refused."""

    claim: x12.Claim
    category: str = "A2"
    code: str = "20"
    entity: str = ""
    payer_control: str = ""
    member: Member | None = None

    @property
    def is_accepted(self) -> bool:
        """Whether the payer takes it."""
        return self.category == "A2"


@dataclass(slots=True)
class Office:
    """Who sent the batch and where its files go."""

    sender: str
    world: World
    state: State
    at: datetime
    files: list[tuple[str, bytes]] = field(default_factory=list)

    def envelope(self, received: x12.Envelope | None) -> x12.Envelope:
        """Return the envelope of a reply to the sender."""
        return x12.Envelope(
            sender=CLEARINGHOUSE,
            receiver=received.sender if received else self.sender,
            control=self.state.next_number("interchange"),
            at=self.at,
            usage=received.usage if received else "T",
        )


def take_batch(content: bytes, office: Office, *, is_known_control: bool) -> None:
    """Read a batch and put the answers into the sender's mailbox."""
    report = x12.check(content)
    received = next((i.envelope for i in report.interchanges if i.envelope), None)
    if is_known_control:
        put(office, "TA1", _duplicate_control(office, received))
        return
    _acknowledge(office, report, received)
    by_transaction: dict[str, list[x12.Claim]] = defaultdict(list)
    for transaction in x12.read(content):
        if transaction.set == "837" and transaction.valid:
            claims = [body for body in transaction.bodies if isinstance(body, x12.Claim)]
            by_transaction[transaction.control] += claims
    for claims in by_transaction.values():
        taken = [_take(claim, office) for claim in claims]
        _tell(office, received, taken)
        for one in taken:
            refused = "" if one.is_accepted else f"{one.category}:{one.code}"
            payer = one.claim.payer.identifier
            office.state.hear(office.sender, one.claim.number, one.payer_control, payer, refused)
            if one.is_accepted:
                _decide(one, office)


def refuse_batch(report: x12.Report, office: Office, received: x12.Envelope | None) -> None:
    """Answer a batch with its acknowledgement alone: nothing of it is taken in."""
    _acknowledge(office, report, received)


def _acknowledge(office: Office, report: x12.Report, received: x12.Envelope | None) -> None:
    reply = x12.acknowledge(report, office.envelope(received), interchange=True)
    pieces = _interchanges(reply)
    for piece in pieces:
        kind = "999" if b"ST*999*" in piece else "TA1"
        put(office, kind, piece)


def _interchanges(reply: bytes) -> list[bytes]:
    """Part a reply that holds several interchanges."""
    starts = [place for place in range(len(reply)) if reply.startswith(b"ISA*", place)]
    return [reply[start:end] for start, end in zip(starts, [*starts[1:], len(reply)], strict=True)]


def _duplicate_control(office: Office, received: x12.Envelope | None) -> bytes:
    control = f"{received.control:09d}" if received else "000000000"
    note = x12.InterchangeAcknowledgement(
        control=control, at=received.at if received else office.at, status="R", note="025"
    )
    return x12.write(office.envelope(received), [note])


def put(office: Office, kind: str, content: bytes) -> None:
    """Put a file into the sender's mailbox."""
    stamp = f"{office.at:%Y%m%d%H%M%S}"
    office.state.put_file(office.sender, kind, f"{kind}-{stamp}.edi", content, f"{office.at:%FT%T}")
    office.files.append((kind, content))


def _take(claim: x12.Claim, office: Office) -> Taken:
    """Judge a claim at the door; the codes are X12's claim status categories and codes."""
    taken = Taken(claim)
    world, payer = office.world, claim.payer.identifier
    person = claim.patient or claim.subscriber
    held = [
        member
        for member in world.members_with(claim.subscriber.identifier)
        if world.plans[member.plan].payer == payer
    ]
    taken.member = next((m for m in held if _is_same(m, person)), None)
    rendering = claim.rendering
    edits: Sequence[tuple[bool, str, str, str]] = (
        (payer not in world.payers, "A3", "116", "PR"),
        (not is_npi(claim.billing.npi), "A7", "562", "85"),
        (rendering is not None and not is_npi(rendering.npi), "A7", "562", "82"),
        (not held, "A3", "33", "IL"),
        (all(m.born != person.birth_date for m in held), "A7", "158", "QC"),
        (taken.member is None, "A7", "125", "QC"),
        (not claim.diagnoses, "A8", "254", ""),
        (not all(is_diagnosis(one.code) for one in claim.diagnoses), "A7", "255", ""),
        (any(line.service_date > office.at.date() for line in claim.lines), "A7", "187", ""),
        (claim.frequency in {"7", "8"} and not _known(claim, office), "A8", "464", ""),
        (_is_turned_away(claim, office), "A7", "21", ""),
    )
    for applies, category, code, entity in edits:
        if applies:
            taken.category, taken.code, taken.entity = category, code, entity
            return taken
    taken.payer_control = f"SB{office.state.next_number('claim'):010d}"
    return taken


def _is_same(member: Member, person: x12.Member) -> bool:
    return member.born == person.birth_date and bare(member.last) == bare(person.name)


def _known(claim: x12.Claim, office: Office) -> bool:
    return office.state.knows_claim(claim.payer_control, office.sender)


def _is_turned_away(claim: x12.Claim, office: Office) -> bool:
    payer = office.world.payers.get(claim.payer.identifier)
    if payer is None or not payer.turned_away:
        return False
    before = office.state.find_claim(office.sender, control="", number=claim.number)
    return habits.wants_more_first(payer, claim.number, came_before=before is not None)


def _tell(office: Office, received: x12.Envelope | None, taken: Sequence[Taken]) -> None:
    """Put the 277CA of one batch into the mailbox: every claim, accepted or not."""
    if not taken:
        return
    first = taken[0].claim
    accepted = [one for one in taken if one.is_accepted]
    refused = [one for one in taken if not one.is_accepted]
    by_provider: dict[str, list[Taken]] = defaultdict(list)
    for one in taken:
        by_provider[one.claim.billing.identifier].append(one)
    message = x12.ClaimAcknowledgement(
        source=x12.Party(name=NAME, entity="AY", id_qualifier="46", identifier=CLEARINGHOUSE),
        receiver=x12.Party(
            name=first.submitter.name,
            entity="41",
            id_qualifier="46",
            identifier=first.submitter.identifier,
        ),
        reference=f"CA{office.state.next_number('277ca'):09d}",
        at=office.at,
        source_trace=f"CA{office.state.next_number('trace'):09d}",
        received_on=office.at.date(),
        sent_on=office.at.date(),
        batch=first.reference,
        statuses=[_status("A1", "19", "PR", office, _sum(taken), action="WQ")],
        quantities=_counts(accepted, refused, "90", "AA"),
        amounts=_amounts(accepted, refused),
        providers=[_provider(claims, office) for claims in by_provider.values()],
    )
    put(office, "277CA", x12.write(office.envelope(received), [message]))


def _provider(taken: Sequence[Taken], office: Office) -> x12.AcknowledgedProvider:
    billing = taken[0].claim.billing
    accepted = [one for one in taken if one.is_accepted]
    refused = [one for one in taken if not one.is_accepted]
    status = ("A1", "19", "WQ") if accepted else ("A3", "24", "U")
    return x12.AcknowledgedProvider(
        provider=x12.Party(
            name=billing.name,
            entity="85",
            id_qualifier=billing.id_qualifier,
            identifier=billing.identifier,
        ),
        trace="0",
        statuses=[
            x12.Status(
                category=status[0],
                code=status[1],
                entity="PR",
                action=status[2],
                amount=_sum(taken),
            )
        ],
        quantities=_counts(accepted, refused, "QA", "QC"),
        amounts=_amounts(accepted, refused),
        claims=[_claim(one, office) for one in taken],
    )


def _claim(taken: Taken, office: Office) -> x12.AcknowledgedClaim:
    claim = taken.claim
    person = claim.patient or claim.subscriber
    action = "WQ" if taken.is_accepted else "U"
    days = sorted(line.service_date for line in claim.lines)
    references = []
    if taken.payer_control:
        references.append(x12.Reference("1K", taken.payer_control))
    return x12.AcknowledgedClaim(
        number=claim.number,
        statuses=[
            _status(taken.category, taken.code, taken.entity or "PR", office, claim.charge, action)
        ],
        patient=x12.Party(
            name=person.name,
            first=person.first,
            is_person=True,
            entity="QC",
            id_qualifier="MI",
            identifier=claim.subscriber.identifier,
        ),
        references=references,
        periods=[x12.Period("472", days[0], days[-1])] if days else [],
    )


def _status(
    category: str, code: str, entity: str, office: Office, amount: Decimal, action: str
) -> x12.Status:
    return x12.Status(
        category=category,
        code=code,
        entity=entity,
        on=office.at.date(),
        action=action,
        amount=amount,
    )


def _sum(taken: Sequence[Taken]) -> Decimal:
    return sum((one.claim.charge for one in taken), Decimal("0.00"))


def _counts(
    accepted: Sequence[Taken], refused: Sequence[Taken], yes: str, no: str
) -> list[x12.Quantity]:
    told = ((yes, accepted), (no, refused))
    return [x12.Quantity(code, Decimal(len(several))) for code, several in told if several]


def _amounts(accepted: Sequence[Taken], refused: Sequence[Taken]) -> list[x12.Amount]:
    told = (("YU", accepted), ("YY", refused))
    return [x12.Amount(code, _sum(several)) for code, several in told if several]


def _payee(claim: x12.Claim) -> dict[str, str]:
    return {
        "name": claim.billing.name,
        "npi": claim.billing.npi,
        "tax_id": claim.billing.reference("EI") or claim.billing.reference("SY"),
        "receiver": claim.submitter.identifier,
    }


def _decide(taken: Taken, office: Office) -> None:
    """Decide an accepted claim now; its 835 waits for the payer's moment."""
    claim, member, world = taken.claim, taken.member, office.world
    if member is None:
        return
    payer, payee = world.payer_of(member), _payee(claim)
    due_at = office.at.timestamp() + payer.pays_after_seconds
    if habits.is_slow(payer, claim.number):
        due_at += payer.slow_seconds
    if claim.frequency in {"7", "8"}:
        _take_back(claim, office, payer.id, payee, due_at)
    if claim.frequency == "8":
        return
    year = min(line.service_date for line in claim.lines).year
    used = office.state.used(member, year)

    def is_repeated(line: DecidedLine) -> bool:
        return office.state.is_repeated(member, line, payee["npi"])

    is_first = claim.frequency == "1" and claim.responsibility not in {"S", "T"}
    decision = decide(
        claim,
        payer=second_look.at_first(payer, claim.number) if is_first else payer,
        plan=world.plans[member.plan],
        member=office.state.permitted(member),
        used=used,
        received_on=office.at.date(),
        payer_control=taken.payer_control,
        is_repeated=is_repeated,
        refusal=habits.refusal(payer, claim.number) if is_first else None,
    )
    office.state.move(member, decision, year, sign=1)
    office.state.keep_decision(
        decision, sender=office.sender, payer=payer.id, member=member, payee=payee
    )
    office.state.owe(decision, sender=office.sender, payer=payer.id, payee=payee, at=due_at)
    if is_first and decision.paid:
        later = due_at + payer.second_look_seconds
        second_look.plan(decision, member, payer, payee, office, at=later)


def _take_back(
    claim: x12.Claim, office: Office, payer_id: str, payee: dict[str, str], due_at: float
) -> None:
    found = office.state.take_back(claim.payer_control, office.sender)
    if found is None:
        return
    before, key = found
    member = office.world.member(key)
    if member is not None and before.lines:
        office.state.move(member, before, before.lines[0].on.year, sign=-1)
    office.state.owe(
        before.reversed(), sender=office.sender, payer=payer_id, payee=payee, at=due_at
    )
