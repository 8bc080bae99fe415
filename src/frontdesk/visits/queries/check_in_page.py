"""The check-in page: five steps, what each says, and what the step at hand needs."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from frontdesk.core.money import ZERO
from frontdesk.coverage import queries as coverage
from frontdesk.coverage.models import EligibilityCheck, Policy
from frontdesk.coverage.rules import BenefitSummary
from frontdesk.ledger.models import Payment
from frontdesk.records import queries as records
from frontdesk.records.models import Document, Reading
from frontdesk.records.queries import FormState
from frontdesk.scheduling.queries import Question
from frontdesk.ui import figures
from frontdesk.visits.models import CheckIn, Stage, Visit
from frontdesk.visits.queries.check_in import copay_due, last_check, open_questions, policies
from frontdesk.visits.queries.intake import Difference, check_in_plan, differences
from frontdesk.visits.queries.intake import Plan as Asks
from frontdesk.visits.queries.money import before, paid_today

STEPS = ("identity", "details", "coverage", "forms", "payment")
CARD_KINDS = (Document.Kind.CARD_FRONT, Document.Kind.CARD_BACK)


@dataclass(frozen=True, slots=True)
class Plan:
    """One policy as the coverage step shows it."""

    policy: Policy
    check: EligibilityCheck | None
    benefits: BenefitSummary | None
    is_asking: bool
    front: Document | None
    back: Document | None
    is_chosen: bool

    @property
    def tone(self) -> str:
        """The colour of what the payer said."""
        if self.check is None or self.is_asking:
            return "amber"
        if not self.check.is_active:
            return "red"
        return "amber" if self.check.differences else "green"

    @property
    def says(self) -> str:
        """What the payer said, in a word or two."""
        if self.is_asking:
            return _("Asking the payer")
        if self.check is None:
            return _("Not verified yet")
        return str(self.check.get_status_display())


@dataclass(slots=True)
class Page:
    """All that the check-in page shows."""

    visit: Visit
    check_in: CheckIn
    step: str
    steps: list[dict[str, Any]]
    asked: Asks  # what is asked, and what was confirmed when
    copay: Decimal | None
    balance: Decimal
    credit: Decimal
    plans: list[Plan] = field(default_factory=list)
    forms: list[FormState] = field(default_factory=list)
    paid: list[Payment] = field(default_factory=list)
    waiting: list[Difference] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)  # of the office's rules, open

    @property
    def due(self) -> Decimal:
        """What is to take today, as far as it is known."""
        return (self.copay or ZERO) + self.balance

    @property
    def form_at_hand(self) -> FormState | None:
        """The first form that waits for an answer."""
        return next((state for state in self.forms if state.is_due), None)

    @property
    def is_finished(self) -> bool:
        """Whether everything is answered and the check-in is over."""
        return self.check_in.finished_at is not None

    @property
    def is_stopped(self) -> bool:
        """Whether a rule's question lets nobody through before it is answered."""
        return any(one.stops for one in self.questions)

    @property
    def is_editable(self) -> bool:
        """Whether the patient is here, so that answers can be given."""
        return self.visit.stage != Stage.EXPECTED

    @property
    def back_url(self) -> str:
        """Where Back leads: the step before, or Today from the first."""
        at = STEPS.index(self.step) if self.step in STEPS else len(STEPS)
        if at == 0:
            return reverse("workspace:today")
        return _url(self.visit, STEPS[at - 1])


def page(visit: Visit, step: str = "") -> Page:
    """Return the page, at the step asked for or at the first one without an answer."""
    check_in = visit.check_in
    earlier = before(visit)
    due = copay_due(visit, check_in)
    plan = check_in_plan(visit)
    of_visit = Q(visit_id=visit.pk)
    if check_in.copay_payment_id:
        of_visit |= Q(pk=check_in.copay_payment_id)
    paid = list(Payment.objects.filter(of_visit).exclude(status=Payment.Status.FAILED))
    answered = dict(zip(STEPS, _answered(check_in), strict=True))
    first_open = next((name for name in STEPS if not answered[name]), "done")
    shown = step if step in STEPS else first_open
    held = Page(
        visit=visit,
        check_in=check_in,
        step=shown,
        steps=[],
        copay=None if check_in.copay_payment_id else _left(visit, due),
        balance=earlier.to_pay,
        credit=earlier.credit,
        forms=plan.forms,
        asked=plan,
        waiting=differences(visit.patient) if plan.to_decide else [],
        questions=open_questions(visit),
        readings=list(records.readings_of(visit.patient)) if shown == "coverage" else [],
        paid=paid,
        plans=_plans(visit, check_in) if shown == "coverage" else [],
    )
    held.steps = [
        {
            "label": label,
            "says": says,
            "tone": tone,
            "url": _url(visit, name),
            "done": bool(answered[name]),
            "current": name == shown,
        }
        for name, label, (says, tone) in _said(held)
    ]
    return held


def _left(visit: Visit, due: Decimal | None) -> Decimal | None:
    """Return what is left of the copay after a part was taken; none where it is not known."""
    return None if due is None else max(due - paid_today(visit), ZERO)


def _answered(check_in: CheckIn) -> tuple[object, ...]:
    return (
        check_in.identity_confirmed_at,
        check_in.details_confirmed_at,
        check_in.coverage_confirmed_at,
        check_in.forms_done_at,
        check_in.payment_done_at,
    )


def _url(visit: Visit, step: str) -> str:
    return reverse("visits:check_in", args=[visit.pk]) + f"?step={step}"


def _said(held: Page) -> list[tuple[str, str, tuple[str, str]]]:
    """Return each step with its label and its line of words, amber where a person must look."""
    return [
        ("identity", _("Identity"), (_identity(held.check_in), "")),
        ("details", _("Details"), (_details(held.check_in, held.asked), "")),
        ("coverage", _("Coverage"), _coverage(held)),
        ("forms", _("Forms"), _forms(held.forms)),
        ("payment", _("Payment"), _payment(held)),
    ]


def _identity(check_in: CheckIn) -> str:
    if check_in.identity_confirmed_at:
        return _("By %(how)s") % {"how": _(check_in.identity_by)}
    return _("Ask who this is")


def _details(check_in: CheckIn, plan: Asks) -> str:
    if check_in.details_confirmed_at:
        return _("Still right")
    asked = sum(one.is_asked for one in plan.items if one.item != "insurance")
    return ngettext("%(n)s to confirm", "%(n)s to confirm", asked) % {"n": asked}


def _coverage(held: Page) -> tuple[str, str]:
    check_in = held.check_in
    if check_in.pays == CheckIn.Pays.SELF_PAY:
        return _("Self-pay"), ""
    policy = check_in.policy or policies(held.visit).first()
    if policy is None:
        return _("No plan on file"), "amber"
    name = policy.subscription.plan.payer.name
    check = last_check(held.visit, policy)
    if check is None:
        return _("%(payer)s, not verified") % {"payer": name}, "amber"
    if check.differences:
        return _("%(payer)s, answers differ") % {"payer": name}, "amber"
    words = f"{name}, {check.get_status_display().lower()}"
    return words, "" if check.is_active else "amber"


def _forms(forms: list[FormState]) -> tuple[str, str]:
    due = sum(state.is_due for state in forms)
    if due:
        return ngettext("%(n)s to sign", "%(n)s to sign", due) % {"n": due}, "amber"
    return _("All answered"), ""


def _payment(held: Page) -> tuple[str, str]:
    check_in = held.check_in
    if check_in.copay_payment:
        return _("Receipt %(number)s") % {"number": check_in.copay_payment.number or "…"}, ""
    if check_in.payment_done_at:
        return (_("Not taken"), "amber") if check_in.copay_not_taken_because else (_("None"), "")
    if held.due:
        return _("%(sum)s to take") % {"sum": figures.money(held.due)}, ""
    return (_("Copay not known"), "amber") if held.copay is None else (_("Nothing due"), "")


def _plans(visit: Visit, check_in: CheckIn) -> list[Plan]:
    """Return the policies that hold, with what the payer said and the pictures of the card."""
    found = []
    held = list(policies(visit))
    chosen = check_in.policy_id or (held[0].pk if held and not check_in.pays else None)
    for policy in held:
        check = last_check(visit, policy)
        cards = records.newest_about(policy, CARD_KINDS)
        types = visit.appointment.visit_type.service_types
        found.append(
            Plan(
                policy=policy,
                check=check,
                benefits=coverage.benefit_for(check, types) if check else None,
                is_asking=coverage.waiting_check(policy) is not None,
                front=cards.get(Document.Kind.CARD_FRONT),
                back=cards.get(Document.Kind.CARD_BACK),
                is_chosen=policy.pk == chosen,
            )
        )
    return found
