"""Questions of the check-in: what is still to do, what is to be paid."""

from decimal import Decimal

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from frontdesk.core.money import ZERO
from frontdesk.coverage import queries as coverage
from frontdesk.coverage.models import EligibilityCheck, Policy
from frontdesk.scheduling import queries as scheduling
from frontdesk.visits.models import CheckIn, Visit


def policies(visit: Visit) -> QuerySet[Policy]:
    """Return the patient's policies that hold on the day, the primary first."""
    return coverage.policies_of(visit.patient, visit.on)


def last_check(visit: Visit, policy: Policy | None) -> EligibilityCheck | None:
    """Return the payer's latest answer for that day, if it was asked."""
    return coverage.last_check(policy, visit.on) if policy else None


def copay_due(visit: Visit, check_in: CheckIn) -> Decimal | None:
    """Return the copay the plan named; zero for self-pay; None when nobody knows.

    Before anybody has chosen it is the primary plan's. A plan that speaks of a deductible or a
    share, and not of a copay, has none.
    """
    if check_in.pays == CheckIn.Pays.SELF_PAY:
        return ZERO
    policy = check_in.policy if check_in.pays else policies(visit).first()
    check = last_check(visit, policy)
    if check is None or check.status != EligibilityCheck.Status.ACTIVE:
        return None
    said = coverage.benefit_for(check, visit.appointment.visit_type.service_types)
    if said.copay:
        return said.copay.amount
    return ZERO if said.coinsurance or said.deductible else None


def missing(check_in: CheckIn) -> list[str]:
    """Return the steps without an answer, in their order."""
    answered = {
        _("identity"): check_in.identity_confirmed_at,
        _("details"): check_in.details_confirmed_at,
        _("coverage"): check_in.coverage_confirmed_at,
        _("forms"): check_in.forms_done_at,
        _("payment"): check_in.payment_done_at,
    }
    return [name for name, at in answered.items() if not at]


def open_questions(visit: Visit) -> list[scheduling.Question]:
    """Return what the office's own rules want asked, and nobody has answered."""
    asked = scheduling.questions_at(visit.appointment)
    return scheduling.open_questions(visit.appointment_id, asked) if asked else []


def stopping(visit: Visit) -> list[scheduling.Question]:
    """Return the open questions that let nobody through check-in."""
    return [one for one in open_questions(visit) if one.stops]
