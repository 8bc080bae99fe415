"""Coverage ⇄ X12: the 270 we ask, the 271 we read; no wire, no database."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from frontdesk import x12
from frontdesk.coverage.models import EligibilityCheck, Payer, Policy, Subscription
from frontdesk.coverage.rules import (
    Fact,
    reject_words,
    standing_of,
    treats_as_not_found,
    treats_as_unavailable,
)
from frontdesk.people.models import Patient
from frontdesk.practice.models import Practice

Status = EligibilityCheck.Status

# DTP qualifiers: days on which a plan begins, ends, or holds.
_BEGINS = ("346", "356", "348", "291", "307")
_ENDS = ("347", "357", "349", "291", "307")
_OTHER_PAYER = frozenset(("PR", "PRP", "SEP", "TTP", "Y2"))
_MANAGED = "Y2"  # a managed care organization: Medicaid and Medicare name the plan that pays so
_RANKS = {"PRP": 1, "SEP": 2, "TTP": 3}
_MEMBER_NUMBERS = ("1W", "IG", "SY")  # REF01 of a member id or policy number
_SOUNDS = re.compile(r"[^a-z0-9]+")
_SUFFIXES = re.compile(r"\b(jr|sr|ii|iii|iv|md|phd)\b")


class Unreadable(ValueError):
    """The answer is not a whole 271; it is worth asking again."""


@dataclass(slots=True)
class Difference:
    """Something the payer holds otherwise than we do."""

    what: str
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class OtherPayer:
    """Another payer that an answer names (EB R, loop 2120), with where it stands."""

    name: str
    number: str = ""
    rank: int | None = None  # 1 pays first; None: not said
    member_id: str = ""
    begins_on: date | None = None
    segment: int = 0


@dataclass(slots=True)
class Answer:
    """A 271 as the office understands it."""

    status: EligibilityCheck.Status
    benefits: list[x12.Benefit] = field(default_factory=list)
    because: str = ""
    plan_name: str = ""
    begins_on: date | None = None
    ends_on: date | None = None
    others: list[OtherPayer] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)

    @property
    def other_payer(self) -> str:
        """The first other payer that is named."""
        return self.others[0].name[:80] if self.others else ""


def inquiry(check: EligibilityCheck, *, practice: Practice, at: datetime) -> x12.EligibilityInquiry:
    """Return the question about a policy; the check's policy comes with its subscription."""
    policy = check.policy
    subscription = policy.subscription
    return x12.EligibilityInquiry(
        payer=payer_party(subscription.plan.payer),
        provider=x12.Party(
            name=practice.legal_name or practice.name, id_qualifier="XX", identifier=practice.npi
        ),
        subscriber=subscriber_of(subscription, policy.patient if policy.is_own else None),
        dependent=None if policy.is_own else dependent_of(policy),
        service_date=check.service_on,
        service_types=check.asked_types,
        trace=check.trace,
        trace_origin=f"9{practice.tax_id.replace('-', '')}",
        reference=check.trace[-20:],
        at=at,
    )


def request_bytes(
    check: EligibilityCheck, envelope: x12.Envelope, *, practice: Practice, at: datetime
) -> bytes:
    """Return the whole 270 interchange; raise `x12.Unwritable` where something is missing."""
    return x12.write(envelope, [inquiry(check, practice=practice, at=at)])


def payer_party(payer: Payer) -> x12.Party:
    """Return the payer as messages name it."""
    return x12.Party(name=payer.name, entity="PR", id_qualifier="PI", identifier=payer.payer_id)


def read_answer(response: bytes, check: EligibilityCheck) -> Answer:
    """Read what came back to a check; raise `Unreadable` when it is cut short or no X12."""
    found, acknowledged, others, trouble = _sort(response, check.trace)
    if found is None:
        return _no_answer(acknowledged, others, trouble)
    answer = _judge(found, check)
    answer.trouble = [*trouble, *answer.trouble]
    return answer


def fact_of(benefit: x12.Benefit) -> Fact:
    """Return a benefit of a message as a plain value for the rules."""
    return Fact(
        code=benefit.code,
        segment=benefit.segment,
        level=benefit.coverage_level,
        service_types=tuple(benefit.service_types),
        insurance_type=benefit.insurance_type,
        period=benefit.period_qualifier,
        amount=benefit.amount,
        percent=benefit.percent,
        authorization=benefit.authorization_required,
        network=benefit.in_network,
        message=" ".join(benefit.messages),
    )


def segments(message: str) -> list[tuple[int, str]]:
    """Return a raw message segment by segment, numbered from ST (before it: 0)."""
    if len(message) < 106 or not message.startswith("ISA"):
        return [(0, line) for line in message.splitlines() if line.strip()]
    numbered, number = [], 0
    for piece in message.split(message[105]):
        text = piece.strip("\r\n")
        if text.startswith(f"ST{message[3]}"):
            number = 0
        in_set = number or text.startswith("ST")
        number = number + 1 if in_set and not text.startswith(("GE", "IEA")) else 0
        if text:
            numbered.append((number, text))
    return numbered


def subscriber_of(subscription: Subscription, patient: Patient | None) -> x12.Member:
    """Return who holds the contract, as messages name them."""
    held = subscription
    return x12.Member(
        name=held.last_name,
        first=held.first_name,
        middle=patient.middle_name if patient else "",
        id_qualifier="MI",
        identifier=held.member_id,
        birth_date=held.birth_date or (patient.birth_date if patient else None),
        sex=_sex(patient.sex if patient else held.sex),
    )


def dependent_of(policy: Policy) -> x12.Member:
    """Return the patient under somebody else's contract, as messages name them."""
    patient = policy.patient
    return x12.Member(
        name=patient.last_name,
        first=patient.first_name,
        middle=patient.middle_name,
        birth_date=patient.birth_date,
        sex=_sex(patient.sex),
        relationship=policy.relationship,
    )


def _sex(sex: str) -> str:
    return sex if sex in {"F", "M"} else ""  # the 270 has no code for unknown


def _sort(
    response: bytes, trace: str
) -> tuple[x12.EligibilityResponse | None, bool, int, list[str]]:
    """Find our own answer; say whether a 999 or TA1 came, how many others', what was wrong."""
    if b"IEA" not in response[-40:]:
        raise Unreadable("The answer was cut short.")
    found, acknowledged, others = None, False, 0
    trouble: list[str] = []
    try:
        for transaction in x12.read(response):
            trouble += [_defect_words(defect) for defect in transaction.errors]
            acknowledged = acknowledged or transaction.set in {"999", "TA1", "997"}
            for body in transaction.bodies:
                if not isinstance(body, x12.EligibilityResponse):
                    continue
                if found is None and (body.trace == trace or _is_refusal_of_all(body)):
                    found = body
                elif body.trace not in {trace, ""}:
                    others += 1
    except x12.NotX12 as error:
        raise Unreadable("The answer is not an X12 message.") from error
    return found, acknowledged, others, trouble


def _is_refusal_of_all(body: x12.EligibilityResponse) -> bool:
    """Say whether the payer refused before it came to a person: such an answer has no trace."""
    return not body.trace and body.subscriber is None and bool(body.rejects)


def _defect_words(defect: x12.Defect) -> str:
    place = defect.element or defect.id
    return f"Line {defect.segment}, {place}: {defect.message}"


def _no_answer(acknowledged: bool, others: int, trouble: list[str]) -> Answer:
    if others:
        words = "The answer belongs to another question. It was not used."
    elif acknowledged:
        words = "The payer's system refused our question as malformed."
    else:
        words = "The answer holds nothing that we can read. It is kept as it came."
    return Answer(Status.UNCLEAR, because=words, trouble=trouble)


def _judge(response: x12.EligibilityResponse, check: EligibilityCheck) -> Answer:
    person = response.dependent or response.subscriber
    periods = [*(person.periods if person else ()), *_plan_periods(response)]
    answer = Answer(
        Status.UNCLEAR,
        benefits=list(response.benefits),
        plan_name=_plan_name(response.benefits),
        begins_on=_day(periods, _BEGINS),
        ends_on=_day(periods, _ENDS, is_end=True),
        others=others(response.benefits),
        differences=list(_differences(response, check)),
    )
    if response.rejects and not response.benefits:
        _reject(answer, response.rejects)
        return answer
    if _is_somebody_else(answer.differences):
        answer.because = "The payer answered about somebody else: name and birth date differ."
        answer.benefits = []
        return answer
    facts = [fact_of(benefit) for benefit in response.benefits]
    answer.status = Status(standing_of(facts, check.asked_types))
    if answer.status == Status.UNCLEAR:
        answer.because = "The payer says neither active nor inactive plainly. Read its answer."
    _compare_days(answer, check.service_on)
    return answer


def _compare_days(answer: Answer, on: date) -> None:
    if answer.status not in {Status.ACTIVE, Status.INACTIVE}:
        return
    if answer.ends_on and answer.ends_on < on:
        answer.status = Status.INACTIVE
        answer.because = f"Coverage ended on {answer.ends_on:%b} {answer.ends_on.day}."
    elif answer.begins_on and answer.begins_on > on:
        answer.status = Status.INACTIVE
        answer.because = f"Coverage begins only on {answer.begins_on:%b} {answer.begins_on.day}."


def _reject(answer: Answer, rejects: Sequence[x12.Reject]) -> None:
    codes = [reject.code for reject in rejects]
    words = "; ".join(dict.fromkeys(reject_words(code) for code in codes))
    answer.because = f"{words[:1].upper()}{words[1:]}."[:200]
    if any(treats_as_unavailable(code) for code in codes):
        raise Unreadable(answer.because)
    if all(treats_as_not_found(code) for code in codes):
        answer.status = Status.NOT_FOUND


def _plan_periods(response: x12.EligibilityResponse) -> list[x12.Period]:
    return [
        period
        for benefit in response.benefits
        if benefit.code in "12345"
        for period in benefit.periods
    ]


def _plan_name(benefits: Iterable[x12.Benefit]) -> str:
    named = [b for b in benefits if b.code in "12345678" and b.plan_description]
    whole = [b for b in named if "30" in b.service_types]
    return next((b.plan_description for b in [*whole, *named]), "")[:80]


def others(benefits: Iterable[x12.Benefit]) -> list[OtherPayer]:
    """Return the other payers that benefits name, each once, in the order of the answer."""
    found: dict[str, OtherPayer] = {}
    for benefit in benefits:
        for party in benefit.related:
            is_meant = benefit.code == "R" or party.entity == _MANAGED
            if is_meant and party.entity in _OTHER_PAYER and party.name:
                found.setdefault(_bare(party.name), _named(benefit, party))
    return list(found.values())


def _named(benefit: x12.Benefit, party: x12.Party) -> OtherPayer:
    numbers = {one.qualifier: one.value for one in benefit.references}
    begun = [one.start for one in benefit.periods if one.qualifier in _BEGINS]
    return OtherPayer(
        name=party.name[:80],
        number=party.identifier[:40],
        rank=_RANKS.get(party.entity),
        member_id=next((numbers[one] for one in _MEMBER_NUMBERS if one in numbers), "")[:30],
        begins_on=begun[0] if begun else None,
        segment=benefit.segment,
    )


def _day(
    periods: Sequence[x12.Period], qualifiers: Sequence[str], *, is_end: bool = False
) -> date | None:
    for qualifier in qualifiers:
        for period in periods:
            if period.qualifier != qualifier:
                continue
            if not is_end:
                return period.start
            if period.end or qualifier in {"347", "357", "349"}:
                return period.end or period.start
    return None


def _differences(
    response: x12.EligibilityResponse, check: EligibilityCheck
) -> Iterator[Difference]:
    policy, patient = check.policy, check.policy.patient
    person = response.dependent if not policy.is_own else response.subscriber
    if person is None:
        return
    subscription = policy.subscription
    named = subscription if policy.is_own else patient
    yield from _unlike("Last name", named.last_name, person.name)
    yield from _unlike("First name", named.first_name, person.first)
    born = patient.birth_date
    if person.birth_date and person.birth_date != born:
        yield Difference("Birth date", born.isoformat(), person.birth_date.isoformat())
    if person.sex in {"F", "M"} and patient.sex in {"F", "M"} and person.sex != patient.sex:
        yield Difference("Sex", patient.sex, person.sex)
    holder = response.subscriber
    if holder:
        yield from _unlike("Member ID", subscription.member_id, holder.identifier)
    plan = _plan_name(response.benefits)
    if subscription.plan.name and subscription.plan.name != subscription.plan.payer.name:
        yield from _unlike("Plan", subscription.plan.name, plan)


def _unlike(what: str, ours: str, theirs: str) -> Iterator[Difference]:
    """Compare as CORE 258 does: without case, accents, punctuation, spaces and suffixes."""
    if theirs and _bare(ours) != _bare(theirs):
        yield Difference(what, ours, theirs)


def _bare(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return _SOUNDS.sub("", _SUFFIXES.sub("", plain.casefold()))


def _is_somebody_else(differences: Sequence[Difference]) -> bool:
    differing = {difference.what for difference in differences}
    return {"Last name", "Birth date"} <= differing or {"First name", "Birth date"} <= differing
