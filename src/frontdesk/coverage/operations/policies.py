"""A patient's policies: adding, changing, ending and ordering them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.coverage.models import Payer, Plan, Policy, Subscription
from frontdesk.coverage.operations.payers import plan_of
from frontdesk.coverage.rules.pharmacy import is_bin, pharmacy
from frontdesk.people.models import Patient

_OUT_OF_THE_WAY = 10  # ranks move through here, for two policies never share one


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who holds the contract: a patient here, or somebody of whom we know these."""

    patient: Patient | None = None
    first_name: str = ""
    last_name: str = ""
    birth_date: date | None = None
    sex: str = "U"
    address_1: str = ""
    city: str = ""
    state: str = ""
    zip_code: str = ""


@operation("coverage.edit")
def add_policy(
    patient: Patient,
    *,
    payer: Payer,
    member_id: str,
    by: Actor,
    plan_name: str = "",
    group_number: str = "",
    plan_kind: str = "",
    rank: int | None = None,
    relationship: str = Policy.Relationship.SELF,
    holder: Patient | None = None,
    holder_first_name: str = "",
    holder_last_name: str = "",
    holder_birth_date: date | None = None,
    holder_sex: str = "U",
    holder_address_1: str = "",
    holder_city: str = "",
    holder_state: str = "",
    holder_zip_code: str = "",
    rx_bin: str = "",
    rx_pcn: str = "",
    rx_group: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Policy:
    """Give the patient a policy; without a rank it takes the next free one.

    Another family member's subscription with the same plan, member id and holder is shared.
    """
    patient = Patient.objects.lock(patient.pk)
    if relationship == Policy.Relationship.SELF:
        held_by = _self(patient)
    else:
        held_by = Holder(
            patient=holder,
            first_name=holder_first_name or (holder.first_name if holder else ""),
            last_name=holder_last_name or (holder.last_name if holder else ""),
            birth_date=holder_birth_date or (holder.birth_date if holder else None),
            sex=holder.sex if holder else holder_sex,
            address_1=holder_address_1 or (holder.address_1 if holder else ""),
            city=holder_city or (holder.city if holder else ""),
            state=holder_state or (holder.state if holder else ""),
            zip_code=holder_zip_code or (holder.zip_code if holder else ""),
        )
    plan = plan_of(payer, plan_name, group_number, plan_kind)
    policy = Policy(
        patient=patient,
        subscription=_subscription(plan, member_id, held_by),
        rank=_free_rank(patient, rank),
        relationship=relationship,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    _set_pharmacy(policy, rx_bin, rx_pcn, rx_group)
    _require_order(policy)
    policy.save()
    return policy


@operation("coverage.edit")
def change_policy(
    policy: Policy,
    *,
    by: Actor,
    member_id: str | None = None,
    plan_name: str | None = None,
    group_number: str | None = None,
    rx_bin: str | None = None,
    rx_pcn: str | None = None,
    rx_group: str | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
    version: str = "",
) -> Policy:
    """Correct a policy: its member id, plan, pharmacy numbers and dates.

    Another payer is another policy. What is None stays as it is.
    """
    policy = Policy.objects.lock(policy.pk)
    policy.expect(version)
    old = policy.subscription
    plan = plan_of(
        old.plan.payer,
        old.plan.name if plan_name is None else plan_name,
        old.plan.group_number if group_number is None else group_number,
    )
    holder = Holder(
        patient=old.holder,
        first_name=old.first_name,
        last_name=old.last_name,
        birth_date=old.birth_date,
        sex=old.sex,
        address_1=old.address_1,
        city=old.city,
        state=old.state,
        zip_code=old.zip_code,
    )
    policy.subscription = _subscription(plan, member_id or old.member_id, holder)
    _set_pharmacy(policy, rx_bin, rx_pcn, rx_group)
    policy.starts_on, policy.ends_on = starts_on, ends_on
    _require_order(policy)
    policy.save()
    return policy


@operation("coverage.edit")
def end_policy(policy: Policy, *, on: date, by: Actor) -> Policy:
    """End a policy with its last covered day; its rank is free for another."""
    policy = Policy.objects.lock(policy.pk)
    if not policy.is_active:
        raise Refused("This policy was ended already.")
    policy.ends_on = on
    policy.is_active = False
    _require_order(policy)
    policy.save()
    return policy


@operation("coverage.edit")
def rank_policies(patient: Patient, *, order: Sequence[Policy], by: Actor) -> list[Policy]:
    """Put the patient's policies into this order: primary, secondary, tertiary."""
    patient = Patient.objects.lock(patient.pk)
    held = {policy.pk: policy for policy in Policy.objects.filter(patient=patient, is_active=True)}
    wanted = [policy.pk for policy in order]
    if set(wanted) != set(held):
        raise Refused("The policies changed in the meantime. Look again before you order them.")
    moved = [held[pk] for place, pk in enumerate(wanted, 1) if held[pk].rank != place]
    for place, policy in enumerate(moved):
        policy.rank = _OUT_OF_THE_WAY + place
        policy.save()
    for policy in moved:
        policy.rank = wanted.index(policy.pk) + 1
        policy.save()
    return [held[pk] for pk in wanted]


@operation("coverage.edit")
def raise_policy(policy: Policy, *, by: Actor) -> list[Policy]:
    """Let a policy change places with the one before it."""
    held = list(
        Policy.objects.filter(patient_id=policy.patient_id, is_active=True).order_by("rank")
    )
    place = next((at for at, one in enumerate(held) if one.pk == policy.pk), 0)
    if place:
        held[place - 1], held[place] = held[place], held[place - 1]
    return rank_policies(policy.patient, order=held, by=by)


def _self(patient: Patient) -> Holder:
    return Holder(
        patient=patient,
        first_name=patient.first_name,
        last_name=patient.last_name,
        birth_date=patient.birth_date,
        sex=patient.sex,
        address_1=patient.address_1,
        city=patient.city,
        state=patient.state,
        zip_code=patient.zip_code,
    )


def _subscription(plan: Plan, member_id: str, holder: Holder) -> Subscription:
    member_id = "".join(member_id.split()).upper()
    if not member_id:
        raise Refused("The member ID is missing.")
    if not holder.last_name or not holder.first_name:
        raise Refused("Say who holds the policy: first and last name.")
    same = Subscription.objects.filter(
        plan=plan,
        member_id=member_id,
        last_name__iexact=holder.last_name,
        first_name__iexact=holder.first_name,
    ).first()
    if same is not None:
        return same
    subscription = Subscription(
        plan=plan,
        member_id=member_id,
        holder=holder.patient,
        first_name=holder.first_name,
        last_name=holder.last_name,
        birth_date=holder.birth_date,
        sex=holder.sex,
        address_1=holder.address_1,
        city=holder.city,
        state=holder.state,
        zip_code=holder.zip_code,
    )
    subscription.save()
    return subscription


def _free_rank(patient: Patient, wanted: int | None) -> int:
    taken = set(
        Policy.objects.filter(patient=patient, is_active=True).values_list("rank", flat=True)
    )
    if wanted is None:
        free = [rank for rank in Policy.Rank.values if rank not in taken]
        if not free:
            raise Refused("There are three policies already. End one first.")
        return free[0]
    if wanted in taken:
        label = Policy.Rank(wanted).label.lower()
        raise Refused(f"There is a {label} policy already. End it first, or choose another rank.")
    return wanted


def _set_pharmacy(
    policy: Policy, rx_bin: str | None, rx_pcn: str | None, rx_group: str | None
) -> None:
    """Write what the card says for the pharmacy; None leaves what is held."""
    said = pharmacy(
        policy.rx_bin if rx_bin is None else rx_bin,
        policy.rx_pcn if rx_pcn is None else rx_pcn,
        policy.rx_group if rx_group is None else rx_group,
    )
    if not is_bin(said.rx_bin):
        raise Refused("RxBIN has six digits, or eight on newer cards.")
    policy.rx_bin, policy.rx_pcn, policy.rx_group = said


def _require_order(policy: Policy) -> None:
    if policy.starts_on and policy.ends_on and policy.ends_on < policy.starts_on:
        raise Refused("The policy would end before it starts.")
