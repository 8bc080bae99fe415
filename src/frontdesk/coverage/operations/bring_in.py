"""Policies brought in from elsewhere, many at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from frontdesk.core.actor import Actor
from frontdesk.core.operation import operation
from frontdesk.coverage.models import Plan, Policy, Subscription
from frontdesk.coverage.rules.pharmacy import pharmacy, usable
from frontdesk.people.models import Patient

BATCH = 1000
LOOKED_UP = 500
Key = tuple[UUID, str, UUID | str]


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """A policy as another system knew it. Keys are of this practice."""

    patient_id: UUID
    payer_id: UUID
    member_id: str
    plan_name: str = ""
    group_number: str = ""
    plan_kind: str = ""
    rank: int = 1
    relationship: str = Policy.Relationship.SELF
    holder_id: UUID | None = None  # when the subscriber is a patient here; the patient for self
    holder_first_name: str = ""
    holder_last_name: str = ""
    rx_bin: str = ""
    rx_pcn: str = ""
    rx_group: str = ""
    starts_on: date | None = None
    ends_on: date | None = None


@operation("people.import")
def bring_in_policies(rows: Sequence[PolicyRow], *, today: date, by: Actor) -> list[Policy]:
    """Save policies that were known elsewhere, in a few statements; the payers must be here.

    A policy that has ended, or whose rank a current one holds already, is kept as a past one.
    A family's subscription (same plan, member id and holder) is shared.
    """
    plans = _plans(rows)
    holders = _holders(rows)
    ranked = set(Policy.objects.filter(is_active=True).values_list("patient_id", "rank"))
    subscriptions: dict[Key, Subscription] = {}
    policies = []
    for row in rows:
        plan = plans[row.payer_id, row.plan_name, row.group_number]
        subscription = _subscription(row, plan, holders, subscriptions)
        is_current = row.ends_on is None or row.ends_on >= today
        place = (row.patient_id, row.rank)
        rx_bin, rx_pcn, rx_group = usable(pharmacy(row.rx_bin, row.rx_pcn, row.rx_group))
        policies.append(
            Policy(
                patient_id=row.patient_id,
                subscription=subscription,
                rank=row.rank,
                relationship=Policy.Relationship(row.relationship),
                rx_bin=rx_bin,
                rx_pcn=rx_pcn,
                rx_group=rx_group,
                starts_on=row.starts_on,
                ends_on=row.ends_on,
                is_active=is_current and place not in ranked,
            )
        )
        if is_current:
            ranked.add(place)
    Subscription.objects.bulk_create(subscriptions.values(), batch_size=BATCH)
    Policy.objects.bulk_create(policies, batch_size=BATCH)
    return policies


def _plans(rows: Sequence[PolicyRow]) -> dict[tuple[UUID, str, str], Plan]:
    known = {(plan.payer_id, plan.name, plan.group_number): plan for plan in Plan.objects.all()}
    new: dict[tuple[UUID, str, str], Plan] = {}
    for row in rows:
        key = (row.payer_id, row.plan_name, row.group_number)
        if key not in known and key not in new:
            new[key] = Plan(
                payer_id=row.payer_id,
                name=row.plan_name[:80],
                group_number=row.group_number[:30],
                kind=row.plan_kind[:12],
            )
    Plan.objects.bulk_create(new.values(), batch_size=BATCH)
    return {**known, **new}


def _holders(rows: Sequence[PolicyRow]) -> dict[UUID, Patient]:
    wanted = sorted({row.holder_id for row in rows if row.holder_id})
    found = {}
    for start in range(0, len(wanted), LOOKED_UP):
        found.update(Patient.objects.in_bulk(wanted[start : start + LOOKED_UP]))
    return found


def _subscription(
    row: PolicyRow, plan: Plan, holders: dict[UUID, Patient], made: dict[Key, Subscription]
) -> Subscription:
    holder = holders.get(row.holder_id) if row.holder_id else None
    who = holder.pk if holder else f"{row.holder_last_name}|{row.holder_first_name}"
    key = (plan.pk, row.member_id, who)
    if key not in made:
        made[key] = Subscription(
            plan=plan,
            member_id="".join(row.member_id.split()).upper()[:30],
            holder=holder,
            first_name=holder.first_name if holder else row.holder_first_name,
            last_name=holder.last_name if holder else row.holder_last_name,
            birth_date=holder.birth_date if holder else None,
            sex=holder.sex if holder else "U",
            address_1=holder.address_1 if holder else "",
            city=holder.city if holder else "",
            state=holder.state if holder else "",
            zip_code=holder.zip_code if holder else "",
        )
    return made[key]
