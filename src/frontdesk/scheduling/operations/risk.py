"""Learning the risk of a no-show, and booking a suggested visit beside a risky one."""

from datetime import datetime

from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.people.models import Patient
from frontdesk.practice.models import Site
from frontdesk.scheduling.models import Appointment, RiskModel, VisitType
from frontdesk.scheduling.operations.booking import double_book
from frontdesk.scheduling.queries import overbooking, risk
from frontdesk.scheduling.rules.risk import why_not_enough
from frontdesk.solver.risk import fit, is_enough
from frontdesk.staff.models import Provider

SUGGESTED = "Suggested"


@operation("scheduling.figures")
def fit_risk(*, at: datetime, by: Actor) -> RiskModel:
    """Learn the practice's risk of a no-show anew; every fit is kept.

    Where there is too little to learn from, that is kept too, and what was learned before stays.
    """
    cases, missed, days = risk.cases(at)
    span = (days[-1] - days[0]).days if days else 0
    fitted = RiskModel(
        fitted_at=at,
        seen=len(cases),
        missed=sum(missed),
        learned_from=days[0].date() if days else None,
        learned_until=days[-1].date() if days else None,
    )
    if is_enough(len(cases), sum(missed), span):
        learned = fit(cases, missed)
        fitted.is_enough = True
        fitted.weights, fitted.report = learned.model.plain(), learned.report.plain()
    else:
        fitted.why_not = why_not_enough(len(cases), sum(missed), span)
    fitted.save()
    return fitted


@operation("scheduling.override", always_ask=True)
def book_suggested(
    patient: Patient,
    visit_type: VisitType,
    provider: Provider,
    site: Site,
    starts_at: datetime,
    at: datetime,
    *,
    reason: str = "",
    by: Actor,
) -> Appointment:
    """Put a visit beside one that is likely missed, where that is still suggested.

    One in a half day and no more: whoever asks second, or after the day has changed, is refused.
    """
    wanted = overbooking.suggested_at(provider, site, starts_at, at)
    if wanted is None:
        raise Refused("This is not suggested any more: the half day has changed. Look again.")
    return double_book(
        patient, visit_type, provider, site, starts_at, at,
        because=f"{SUGGESTED}: {wanted.says}"[:200], reason=reason, by=by,
    )  # fmt: skip
