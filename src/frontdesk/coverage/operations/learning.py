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
)
from frontdesk.coverage.operations.authorizations import add_authorization
from frontdesk.coverage.rules import authorizing as rules


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
    for one in refusals:
        said = terms.get(one.payer_id) or ReviewTerms()
        last = rules.retro_until(one.on, said.retro_days)
        is_late = last is None or last < at.date()
        asked.append(None if last is None or is_late else _ask_afterwards(one, last, by))
    return asked


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
        times = "once" if rule.denials == 1 else f"{rule.denials} times"
        rule.says = f"{names[payer_id]} denied {code} for want of an authorization {times}."[:200]
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
