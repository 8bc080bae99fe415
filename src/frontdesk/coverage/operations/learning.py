"""Learn from denials for want of an authorization what needs one."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from frontdesk.core.actor import Actor
from frontdesk.core.operation import operation
from frontdesk.coverage.models import (
    Authorization,
    AuthorizationRule,
    Payer,
    Policy,
    ReviewTerms,
    Stops,
)
from frontdesk.coverage.operations.authorizations import add_authorization, withdraw_authorization
from frontdesk.coverage.rules import authorizing as rules
from frontdesk.practice.queries import office_day
from frontdesk.staff.operations import open_work


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a payer refused on one claim for want of an authorization (CARC 197, 15, 198)."""

    policy_id: UUID
    payer_id: UUID
    codes: Sequence[str]
    on: date
    expected: Decimal | None = None
    appointment_id: UUID | None = None


@operation("coverage.verify")
def learn_denials(
    refusals: Sequence[Refusal], *, at: datetime, by: Actor
) -> list[Authorization | None]:
    """Learn from many denials at once; return for each the request that was put on the list.

    The payer's next visit with such a code warns. Where the payer takes requests afterwards, one
    is put on the list with its last day. The payers are held, in their order.
    """
    payers = {one.pk: one for one in Payer.objects.lock_many({one.payer_id for one in refusals})}
    _count(refusals, payers)
    terms = {one.payer_id: one for one in ReviewTerms.objects.filter(payer__in=payers)}
    asked: list[Authorization | None] = []
    today = office_day(at)
    for one in refusals:
        said = terms.get(one.payer_id) or ReviewTerms()
        last = rules.retro_until(one.on, said.retro_days)
        is_late = last is None or last < today
        asked.append(None if last is None or is_late else _ask_afterwards(one, last, by))
    return asked


@operation("coverage.verify")
def unlearn_denials(refusals: Sequence[Refusal], *, because: str, at: datetime, by: Actor) -> None:
    """Take back what denials taught that were none: their decision was posted wrongly.

    A rule that nothing else taught stops no more. One that a person made harder since stays, and
    a person is told. What was to be asked for afterwards is taken off the list.
    """
    payers = Payer.objects.lock_many({one.payer_id for one in refusals})
    names = {one.pk: one.name for one in payers}
    gone = Counter((one.payer_id, code) for one in refusals for code in dict.fromkeys(one.codes))
    learned = AuthorizationRule.objects.filter(payer__in=names, source="denial", is_active=True)
    for rule in learned.select_for_update(of=("self",)).order_by("pk"):
        if rule.payer_id is not None and (times := gone[rule.payer_id, rule.code]):
            _forget(rule, times, names[rule.payer_id], at, by)
    for one in refusals:
        for asked in Authorization.objects.filter(
            policy=one.policy_id, is_retroactive=True, service_on=one.on,
            status=Authorization.Status.NEEDED, why=Authorization.Why.DENIAL,
        ):  # fmt: skip
            withdraw_authorization(asked, because=because, at=at, by=by)


def _forget(rule: AuthorizationRule, times: int, payer: str, at: datetime, by: Actor) -> None:
    rule.denials = max(rule.denials - times, 0)
    if rule.denials:
        rule.says = _says(payer, rule)
    elif rule.stops == Stops.WARN:
        rule.is_active = False
        rule.says = f"{payer} did not deny {rule.code}: the decision was posted wrongly."[:200]
    else:
        _ask_whether_it_stays(rule, payer, at, by)
    rule.save()


def _ask_whether_it_stays(rule: AuthorizationRule, payer: str, at: datetime, by: Actor) -> None:
    open_work(
        kind="coverage.rule_untaught",
        title=f"Does {payer} want an authorization for {rule.code}?",
        detail="The denial that taught this rule was posted wrongly and is taken back. The rule "
        "was made harder by hand since, so it still stops.",
        how_to_fix="Open Settings, Authorization rules: switch the rule off, or write down where "
        "the payer says so.",
        pool="biller",
        subject=rule,
        once=f"coverage.rule_untaught:{rule.pk}",
        at=at,
        by=by,
    )


def _says(payer: str, rule: AuthorizationRule) -> str:
    times = "once" if rule.denials == 1 else f"{rule.denials} times"
    return f"{payer} denied {rule.code} for want of an authorization {times}."[:200]


def _count(refusals: Sequence[Refusal], payers: Mapping[UUID, Payer]) -> None:
    """Count each code of each payer on the rule that was learned, one for all its denials."""
    names = {key: payer.name for key, payer in payers.items()}
    found = Counter(
        (one.payer_id, code)
        for one in refusals
        for code in dict.fromkeys(code for code in one.codes if code)
    )
    learned = AuthorizationRule.objects.filter(
        payer__in=names, source=AuthorizationRule.Source.DENIAL
    )
    known = {(rule.payer_id, rule.code): rule for rule in learned.order_by("-pk")}
    for (payer_id, code), count in found.items():
        rule = known.get((payer_id, code)) or AuthorizationRule(
            payer_id=payer_id, code=code, source="denial", stops="warn"
        )
        rule.denials += count
        rule.says = _says(names[payer_id], rule)
        rule.is_active = True
        rule.save()


def _ask_afterwards(one: Refusal, last: date, by: Actor) -> Authorization:
    known = Authorization.objects.filter(
        policy=one.policy_id, is_retroactive=True, service_on=one.on, status__in=Authorization.OPEN
    ).first()
    return known or add_authorization(
        Policy.objects.get(pk=one.policy_id), codes=one.codes,
        status=Authorization.Status.NEEDED, why=Authorization.Why.DENIAL,
        why_words="The claim was denied for want of one.", service_on=one.on,
        expected=one.expected, is_retroactive=True,
        retro_because="The claim was denied without one.", retro_until=last,
        appointment_id=one.appointment_id, by=by,
    )  # fmt: skip
