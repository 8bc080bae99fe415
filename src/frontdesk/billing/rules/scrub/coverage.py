"""Checks on whether this plan will answer for this visit."""

from frontdesk.billing.rules.facts import ClaimFacts
from frontdesk.billing.rules.scrub.registry import HOLD, WARN, check
from frontdesk.billing.rules.secondary import MEDICARE
from frontdesk.visits.rules.superbill import CAR, WORK

COMPENSATION = "WC"
MEDICAID = "MC"
OWN = {COMPENSATION, "AM", "LI", "LM"}  # SBR09 of those who insure accidents
TELEHEALTH_PLACES = {"02", "10"}
TELEHEALTH_MODIFIERS = {"95", "93", "GT", "GQ"}


@check(
    "coverage.ended",
    HOLD,
    "The coverage did not run on the day of the visit.",
    "Ask the patient for the plan they had on that day, and choose it for this claim.",
)
def _(claim: ClaimFacts) -> bool:
    policy = claim.policy
    starts = max(filter(None, (policy.starts_on, policy.plan_began_on)), default=None)
    ends = min(filter(None, (policy.ends_on, policy.plan_ended_on)), default=None)
    return (starts is not None and claim.on < starts) or (ends is not None and claim.on > ends)


@check(
    "coverage.inactive",
    HOLD,
    "The payer says that this coverage is not active.",
    "Verify the coverage again, or choose another plan for this claim.",
)
def _(claim: ClaimFacts) -> bool:
    return claim.policy.answered == "inactive"


@check(
    "coverage.not_found",
    HOLD,
    "The payer does not find this member.",
    "Compare member id, name and birth date with the insurance card, then verify again.",
)
def _(claim: ClaimFacts) -> bool:
    return claim.policy.answered == "not_found"


@check(
    "coverage.named_plan",
    HOLD,
    "Medicaid names the plan that pays for this patient, and the claim goes to Medicaid:",
    "Change the coverage to that plan (m), or decide about it under Coverage.",
)
def _(claim: ClaimFacts) -> str:
    return claim.policy.names_plan if claim.payer.filing == MEDICAID else ""


@check(
    "coverage.names_other",
    WARN,
    "The payer names another plan that may have to be billed first:",
    "Ask the patient, then add the plan or say under Coverage why it is not used.",
)
def _(claim: ClaimFacts) -> str:
    return claim.policy.names_plan if claim.payer.filing != MEDICAID else ""


@check(
    "coverage.never_verified",
    WARN,
    "The coverage was never verified.",
    "Verify the coverage, so that a wrong member id shows before the claim goes out.",
)
def _(claim: ClaimFacts) -> bool:
    return not claim.policy.answered


@check(
    "authorization.missing",
    HOLD,
    "The plan asks for an authorization, and the claim has none.",
    "Enter the authorization number on the superbill, or ask the payer for one.",
)
def _(claim: ClaimFacts) -> str | bool:
    if claim.authorization_number or claim.authorization.is_waived:
        return False
    told = claim.authorization.missing if claim.authorization.is_hard else ""
    return told or claim.policy.needs_authorization


@check(
    "authorization.advised",
    WARN,
    "The payer may want an authorization, and the claim has none.",
    "Look whether the payer wants one; then enter its number, or note that none is needed.",
)
def _(claim: ClaimFacts) -> str:
    stands = claim.authorization
    return "" if stands.is_hard or claim.policy.needs_authorization else stands.missing


@check(
    "authorization.wrong",
    HOLD,
    "The authorization on the claim does not count.",
    "Choose the approval that counts on the day of the visit, or ask the payer for one.",
)
def _(claim: ClaimFacts) -> str:
    return claim.authorization.wrong


@check(
    "authorization.units",
    HOLD,
    "The authorization does not allow as many units as are billed.",
    "Ask the payer for more units, or bill what was approved.",
)
def _(claim: ClaimFacts) -> str:
    return "; ".join(claim.authorization.short)


@check(
    "telehealth.modifier",
    WARN,
    "The visit was by video or phone, and no line says so.",
    "Add modifier 95 (video) or 93 (audio only) where the payer wants it.",
)
def _(claim: ClaimFacts) -> bool:
    said = {modifier for line in claim.lines for modifier in line.modifiers}
    return claim.place_of_service in TELEHEALTH_PLACES and not said & TELEHEALTH_MODIFIERS


@check(
    "telehealth.place",
    WARN,
    "A line says video or phone, and the place of service says the office.",
    "Choose place of service 10 (at home) or 02 (elsewhere) on the superbill.",
)
def _(claim: ClaimFacts) -> bool:
    said = {modifier for line in claim.lines for modifier in line.modifiers}
    at_a_distance = claim.place_of_service in TELEHEALTH_PLACES
    return not at_a_distance and bool(said & TELEHEALTH_MODIFIERS)


@check(
    "coordination.balance",
    HOLD,
    "What the first payer paid and took off does not add up to the charges",
    "Post the first payer's remittance completely before the second payer is billed.",
)
def _(claim: ClaimFacts) -> str:
    if claim.prior is None:
        return ""
    decided = {
        line.place: line.paid + sum(amount for _, _, amount in line.adjustments)
        for line in claim.prior.lines
    }
    wrong = [str(x.place) for x in claim.lines if decided.get(x.place) != x.charge]
    return f"line {', '.join(wrong)}" if wrong else ""


@check(
    "coordination.undecided",
    HOLD,
    "The plan before this one has not decided yet",
    "Wait for its remittance: what it leaves is then billed to this plan by itself.",
)
def _(claim: ClaimFacts) -> str:
    return claim.waits_for


@check(
    "coordination.msp",
    HOLD,
    "Medicare pays second, and the claim does not say why.",
    "Choose on the claim why another plan pays first: work, disability, accident.",
)
def _(claim: ClaimFacts) -> bool:
    return claim.level > 1 and claim.payer.filing in MEDICARE and not claim.msp_type


@check(
    "accident.at_work",
    HOLD,
    "The claim goes to workers’ compensation and names no accident at work.",
    "Say on the superbill that it was an accident at work, and on which day.",
)
def _(claim: ClaimFacts) -> bool:
    return claim.payer.filing == COMPENSATION and claim.began.cause != WORK


@check(
    "accident.other_payer",
    WARN,
    "An accident’s own insurance usually pays first, and this claim goes to a health plan.",
    "Ask the patient for the employer’s or the car’s insurance, and bill that first.",
)
def _(claim: ClaimFacts) -> bool:
    return claim.level == 1 and claim.began.cause in {WORK, CAR} and claim.payer.filing not in OWN
