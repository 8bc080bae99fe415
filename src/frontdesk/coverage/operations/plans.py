"""What plans say for everybody on them, verified apart from whether one person is covered."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.coverage.models import EligibilityCheck, Plan, PlanVerification
from frontdesk.coverage.rules import changes, plan_benefits

AGAIN_AFTER = timedelta(days=30)  # the same said again is kept once a month
How = EligibilityCheck.How


def learn_plan(check: EligibilityCheck, *, at: datetime, by: Actor) -> PlanVerification | None:
    """Keep what an answer says for everybody on the plan, inside an operation.

    The same again is kept once a month. A difference to what was known before is kept with it.
    """
    facts = [benefit.fact for benefit in check.benefits.order_by("segment")]
    told = plan_benefits(facts, check.asked_types)
    if not told:
        return None
    plan = check.policy.subscription.plan
    last = plan.verifications.order_by("-verified_at").first()
    known = last.benefits if last else {}
    if last and {**known, **told} == known and at - last.verified_at < AGAIN_AFTER:
        return None
    made = PlanVerification(
        plan=plan,
        verified_at=at,
        how=How.ASKED,
        asked=check,
        benefits={**known, **told},
        changed=changes(known, told),
        noted_by=by.name,
    )
    made.save()
    return made


@operation("coverage.edit")
def verify_plan(
    plan: Plan,
    *,
    how: str,
    told_by: str,
    benefits: Mapping[str, Mapping[str, str]],
    at: datetime,
    by: Actor,
    year_begins: int = 1,
) -> PlanVerification:
    """Note what a payer said of a plan on the phone or its site; it says nothing of a person."""
    if how == How.ASKED:
        raise Refused("What a payer answers by message is read by itself.")
    if how == How.PHONE and not told_by.strip():
        raise Refused("Say who told it on the phone.")
    plan = Plan.objects.lock(plan.pk)
    if plan.year_begins != year_begins:
        plan.year_begins = year_begins
        plan.save()
    last = plan.verifications.order_by("-verified_at").first()
    known = last.benefits if last else {}
    told = {service: {**known.get(service, {}), **said} for service, said in benefits.items()}
    made = PlanVerification(
        plan=plan,
        verified_at=at,
        how=how,
        told_by=told_by.strip()[:80],
        benefits={**known, **told},
        changed=changes(known, told),
        noted_by=by.name,
    )
    made.save()
    return made
