"""What staff decide of answers that wait, and what machines read from cards and licences."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.coverage import operations as coverage
from frontdesk.coverage import queries as coverage_queries
from frontdesk.coverage.models import Policy
from frontdesk.coverage.rules.pharmacy import Pharmacy, pharmacy, usable
from frontdesk.people.models import Patient
from frontdesk.records.models import Reading
from frontdesk.records.rules import cards
from frontdesk.staff import operations as staff
from frontdesk.visits.models import Item, Told
from frontdesk.visits.operations.told import apply, leave, trouble_of
from frontdesk.visits.rules import check_in as rules

Status, Way = Told.Status, Told.Way
PHARMACY = "card.pharmacy"
Difference = tuple[str, dict[str, str], dict[str, str], int, Policy | None]


@operation("visits.check_in")
def decide(told: Told, *, take: bool, at: datetime, by: Actor) -> Told:
    """Take over what a patient, a card or a licence said, or leave what we hold. Once."""
    told = Told.objects.lock(told.pk)
    if told.status in (Status.TAKEN, Status.DECLINED):
        return told
    told.status = Told.lifecycle.move(told.status, Status.TAKEN if take else Status.DECLINED)
    if take:
        _take(told, at=at, by=by)
    told.decided_at, told.decided_by = at, by.name[:100]
    told.save()
    left = Told.objects.filter(patient_id=told.patient_id, status=Status.PROPOSED)
    if not left.exclude(pk=told.pk).exists():
        staff.settle_work(once=trouble_of(told), at=at, by=by)
    return told


@operation("visits.check_in")
def compare_reading(reading: Reading, *, at: datetime, by: Actor) -> list[Told]:
    """Put what a machine read beside what we hold; what differs waits for staff, field by field."""
    patient = Patient.objects.lock(reading.patient_id)
    found = _licence_differs if reading.kind == Reading.Kind.LICENCE else _card_differs
    made = []
    for item, held, said, sure, policy in found(reading, patient):
        key = f"reading:{reading.pk}:{item}"
        if Told.objects.filter(key=key).exists():
            continue
        told = Told.objects.create(
            patient=patient,
            item=item,
            way=Way.LICENCE if reading.kind == Reading.Kind.LICENCE else Way.CARD,
            status=Status.PROPOSED,
            held=held,
            said=said,
            sure=sure,
            document_id=reading.document_id,
            policy=policy,
            on=at.date(),
            told_at=at,
            told_by=by.name[:100],
            key=key,
        )
        leave(told, at=at, by=by)
        made.append(told)
    return made


def _take(told: Told, *, at: datetime, by: Actor) -> None:
    """Write what was proposed; what a person must type is said so."""
    patient = Patient.objects.lock(told.patient_id)
    if told.item.startswith("card."):
        _take_from_card(told, by=by)
    elif told.item == Item.INSURANCE:
        _take_insurance(patient, told, by=by)
    else:
        apply(patient, told.item.removeprefix("licence."), told.said, way=told.way, at=at, by=by)


def _take_from_card(told: Told, *, by: Actor) -> None:
    held = Policy.objects.select_related("subscription__plan")
    policy = held.get(pk=told.policy_id) if told.policy_id else None
    if policy is None or not policy.is_active:
        raise Refused(_("That plan is not in use any more. Enter the new one by hand."))
    fields = {"member_id": "member_id", "group_number": "group_number", "plan": "plan_name"}
    name = fields.get(told.item.removeprefix("card."))
    if told.item == PHARMACY:
        coverage.change_policy(policy, **_keep_dates(policy), **told.said, by=by)
        return
    if name is None:
        raise Refused(_("Another payer is another plan: add the plan, then put this aside."))
    value = next(iter(told.said.values()))
    coverage.change_policy(policy, **{**_keep_dates(policy), name: value}, by=by)


def _keep_dates(policy: Policy) -> dict[str, Any]:
    """Return the days of a policy, which a correction of its numbers leaves alone."""
    return {"starts_on": policy.starts_on, "ends_on": policy.ends_on}


def _take_insurance(patient: Patient, told: Told, *, by: Actor) -> None:
    """Change the numbers of the same payer; another payer's plan takes the first one's place."""
    policy = coverage_queries.policies_of(patient).first()
    whole = {**told.held, **told.said}
    if policy is not None and "payer" not in told.said:
        coverage.change_policy(
            policy,
            member_id=told.said.get("member_id"),
            group_number=told.said.get("group_number"),
            plan_name=told.said.get("plan_name"),
            starts_on=policy.starts_on,
            ends_on=policy.ends_on,
            by=by,
        )
        return
    known = {payer.name: payer for payer in coverage_queries.payers()}
    meant = cards.payer_named(whole.get("payer", ""), known)
    if not meant:
        raise Refused(
            _("“%(payer)s” is not among our payers. Add the plan by hand, then put this aside.")
            % {"payer": whole.get("payer", "")}
        )
    rank = policy.rank if policy else None
    if policy is not None:
        coverage.end_policy(policy, on=max(told.on - timedelta(days=1), _first(policy)), by=by)
    coverage.add_policy(
        patient,
        payer=known[meant],
        member_id=told.said.get("member_id", ""),
        plan_name=told.said.get("plan_name", ""),
        group_number=told.said.get("group_number", ""),
        rank=rank,
        starts_on=told.on if policy else None,
        by=by,
    )


def _first(policy: Policy) -> date:
    return policy.starts_on or date.min


def _card_differs(reading: Reading, patient: Patient) -> list[Difference]:
    """Return what the card says otherwise than the policy it was filed with."""
    policy = (
        Policy.objects.filter(pk__in=[reading.document.subject_id])
        .select_related("subscription__plan__payer")
        .first()
    )
    if policy is None:
        policy = coverage_queries.policies_of(patient).first()
    if policy is None:
        return []
    plan = policy.subscription.plan
    ours = {"member_id": policy.subscription.member_id, "group_number": plan.group_number}
    found: list[Difference] = []
    for name, held in ours.items():
        said = reading.said.get(name)
        if said and not rules.same_number(held, said["value"]):
            told = {name: said["value"]}
            found.append((f"card.{name}", {name: held}, told, int(said["sure"]), policy))
    found += _pharmacy_differs(reading, policy)
    lines = str(reading.said.get("lines", {}).get("value", "")).split("\n")
    names = coverage_queries.payers().values_list("name", flat=True)
    payer = cards.payer_on(lines, names)
    if payer is not None and payer.value != plan.payer.name and not cards.payer_on(
        lines, [plan.payer.name]
    ):  # fmt: skip
        held_payer = {"payer": plan.payer.name}
        found.append(("card.payer", held_payer, {"payer": payer.value}, payer.sure, policy))
    return found


def _pharmacy_differs(reading: Reading, policy: Policy) -> list[Difference]:
    """Return what the card says otherwise for the pharmacy: one thing to decide, not three."""
    ours = {name: str(getattr(policy, name)) for name in Pharmacy._fields}
    read = {name: reading.said[name] for name in ours if name in reading.said}
    said = usable(pharmacy(**{name: str(one["value"]) for name, one in read.items()}))._asdict()
    told = {name: one for name, one in said.items() if one and one != ours[name]}
    if not told:
        return []
    sure = min(int(read[name]["sure"]) for name in told)
    return [(PHARMACY, {name: ours[name] for name in told}, told, sure, policy)]


def _licence_differs(reading: Reading, patient: Patient) -> list[Difference]:
    """Return what the licence says otherwise than the chart: name and birth date, address."""
    told = {name: str(one["value"]) for name, one in reading.said.items()}
    found: list[Difference] = []
    for item in ("name", "address"):
        held = {name: str(getattr(patient, name) or "") for name in rules.FIELDS[item]}
        said = {name: told[name] for name in held if name in told}
        if item == "address" and held["zip_code"][:5] == said.get("zip_code", "")[:5]:
            said.pop("zip_code", None)  # the nine-digit form of the same is no difference
        if changed := rules.differing(held, said):
            ours = {name: held[name] for name in changed}
            found.append((f"licence.{item}", ours, changed, 100, None))
    return found
