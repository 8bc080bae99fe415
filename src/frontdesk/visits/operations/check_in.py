"""Check-in: five questions at the desk, each answered once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.money import ZERO
from frontdesk.core.operation import operation
from frontdesk.coverage.models import Policy
from frontdesk.ledger import operations as ledger
from frontdesk.ledger.models import Payment
from frontdesk.ledger.rules.together import Share, Tender
from frontdesk.people import operations as people
from frontdesk.records import operations as records
from frontdesk.records import queries as record_queries
from frontdesk.records.models import ConsentForm, Document, Reading
from frontdesk.records.operations import Signing
from frontdesk.scheduling.operations import WHO_DECIDES, answer_rule
from frontdesk.visits.models import CheckIn, Item, Visit
from frontdesk.visits.operations.told import confirm_items
from frontdesk.visits.queries import check_in as queries
from frontdesk.visits.queries import money
from frontdesk.visits.queries.intake import check_in_plan, facts_of
from frontdesk.visits.rules import check_in as rules

PHOTO, BIRTH_DATE, PHOTO_ID = "photo", "birth date", "photo ID"
WAYS = (PHOTO, BIRTH_DATE, PHOTO_ID)
SIDES = {"front": Document.Kind.CARD_FRONT, "back": Document.Kind.CARD_BACK}


@operation("visits.check_in")
def confirm_identity(
    visit: Visit, *, how: str, at: datetime, by: Actor, said: date | None = None
) -> CheckIn:
    """Say how the patient was known: by photo, photo ID, or the birth date they said."""
    if how not in WAYS:
        raise Refused(_("Choose how you know who this is."))
    if how == PHOTO and not visit.patient.photo:
        raise Refused(_("There is no photo in the chart. Ask for the birth date or a photo ID."))
    if how == BIRTH_DATE and said != visit.patient.birth_date:
        raise Refused(_("That is not the birth date in this chart. Ask again, or for a photo ID."))
    check_in = _held(visit)
    check_in.identity_confirmed_at, check_in.identity_by = at, how
    return go_on(visit, check_in, at=at, by=by)


@operation("visits.check_in")
def confirm_details(
    visit: Visit,
    *,
    at: datetime,
    by: Actor,
    details: Mapping[str, Any] | None = None,
    version: str = "",
) -> CheckIn:
    """Say that what we hold is still right, or correct it (`details` as people.edit takes them)."""
    check_in = _held(visit)
    if details:
        people.edit(visit.patient, details, version=version, by=by)
    corrected = [item for item in rules.DETAILS if set(rules.FIELDS[item]) & set(details or ())]
    confirm_items(visit, rules.DETAILS, changed=corrected, at=at, by=by)
    check_in.details_confirmed_at = at
    return go_on(visit, check_in, at=at, by=by)


@operation("visits.check_in")
def choose_coverage(
    visit: Visit, *, pays: str, at: datetime, by: Actor, policy: Policy | None = None
) -> CheckIn:
    """Say who pays: one of the patient's policies that holds that day, or the patient."""
    check_in = _held(visit)
    if pays == CheckIn.Pays.INSURANCE:
        if policy is None or not queries.policies(visit).filter(pk=policy.pk).exists():
            raise Refused(_("Choose a plan that covers the patient today, or self-pay."))
        check_in.policy = policy
    elif pays == CheckIn.Pays.SELF_PAY:
        check_in.policy = None
    else:
        raise Refused(_("Choose a plan or self-pay."))
    if check_in.pays != pays and check_in.copay_payment_id is None:
        check_in.payment_done_at = None
    check_in.pays = pays
    check_in.coverage_confirmed_at = at
    if policy is not None:
        confirm_items(visit, [Item.INSURANCE], at=at, by=by)
    check_in.copay_due = queries.copay_due(visit, check_in)
    return go_on(visit, check_in, at=at, by=by)


@operation("visits.check_in")
def keep_card(
    visit: Visit, policy: Policy, *, side: str, content: bytes, at: datetime, by: Actor
) -> Document:
    """File one side of the insurance card with the policy it belongs to; a machine reads it."""
    if policy.patient_id != visit.patient_id or side not in SIDES:
        raise Refused(_("This card belongs to another patient's plan."))
    kind = SIDES[side]
    document = records.file_document(
        visit.patient,
        kind=kind,
        title=kind.label,
        content=content,
        subject=policy,
        at=at,
        by=by,
    )
    records.ask_reading(document, kind=Reading.Kind.CARD, at=at, by=by)
    return document


@operation("visits.check_in")
def sign_form(
    visit: Visit,
    form: ConsentForm,
    *,
    signed_name: str,
    signed_as: str,
    at: datetime,
    by: Actor,
    signature: bytes | None = None,
    filled: Mapping[str, Any] | None = None,
    signing: Signing | None = None,
) -> CheckIn:
    """Keep the signature under a form; with the last one that is needed the step is done."""
    records.sign_consent(
        visit.patient,
        form=form,
        signed_name=signed_name,
        signed_as=signed_as,
        signature=signature,
        filled=filled,
        signing=replace(signing or Signing(), zone=visit.site.time_zone),
        at=at,
        on=visit.on,
        by=by,
    )
    return _after_form(visit, at=at, by=by)


@operation("visits.check_in")
def refuse_form(
    visit: Visit, form: ConsentForm, *, because: str, at: datetime, by: Actor
) -> CheckIn:
    """Keep that the patient does not sign, and why; with the last answer the step is done."""
    records.refuse_consent(visit.patient, form=form, because=because, at=at, on=visit.on, by=by)
    return _after_form(visit, at=at, by=by)


@operation("visits.check_in")
def finish_forms(visit: Visit, *, at: datetime, by: Actor) -> CheckIn:
    """Say that the forms are done; refused while a required one waits for an answer."""
    if waiting := _forms_waiting(visit):
        titles = ", ".join(form.title for form in waiting)
        raise Refused(_("Still to sign: %(titles)s.") % {"titles": titles})
    check_in = _held(visit)
    check_in.forms_done_at = at
    return go_on(visit, check_in, at=at, by=by)


@operation("visits.check_in")
def take_copay(
    visit: Visit,
    *,
    amount: Decimal,
    method: str,
    key: str,
    at: datetime,
    by: Actor,
    balance: Decimal = ZERO,
    reference: str = "",
    approval: str = "",
    handed: Decimal | None = None,
    others: Sequence[Tender] = (),
    because: str = "",
) -> CheckIn:
    """Take the copay, and what is owed from before if the patient pays that too.

    It may be handed over in several ways: `others` pay their part, `method` the rest. Less than
    the copay due needs a reason. The same `key` takes the money once.
    """
    check_in = _held(visit)
    due = queries.copay_due(visit, check_in)
    if not amount and not balance:
        raise Refused(_("Enter what was paid, or say why nothing is taken."))
    refuse_less(visit, due, amount, because)
    rest = amount + balance - sum((other.amount for other in others), ZERO)
    taken = ledger.take_together(
        shares_of(visit, amount, balance),
        [Tender(method, rest, reference, approval, handed), *others],
        kind=Payment.Kind.COPAY,
        site=visit.site,
        key=key,
        at=at,
        by=by,
    )
    copays = [payment for payment in taken if payment.kind == Payment.Kind.COPAY]
    if copays or check_in.copay_payment_id is None:
        check_in.copay_payment = (copays or taken)[-1]
    check_in.copay_due = due
    check_in.copay_not_taken_because = because.strip()
    check_in.payment_done_at = at
    return go_on(visit, check_in, at=at, by=by)


@operation("visits.check_in")
def name_payment(visit: Visit, payment: Payment, *, at: datetime, by: Actor) -> CheckIn:
    """Count a payment that was taken elsewhere, by card at the gateway, as this visit's copay."""
    check_in = _held(visit)
    if payment.patient_id != visit.patient_id or payment.status != Payment.Status.POSTED:
        raise Refused(_("This payment is not this patient's, or is not posted."))
    check_in.copay_payment = payment
    check_in.payment_done_at = at
    return go_on(visit, check_in, at=at, by=by)


@operation("visits.check_in")
def skip_copay(visit: Visit, *, at: datetime, by: Actor, because: str = "") -> CheckIn:
    """Go on without taking money. When a copay is due, or nobody knows, it needs a reason."""
    check_in = _held(visit)
    if check_in.payment_done_at and check_in.copay_payment_id:
        return check_in
    due = queries.copay_due(visit, check_in)
    if due != ZERO and not because.strip():
        raise Refused(_("Say why the copay is not taken."))
    check_in.copay_due = due
    check_in.copay_not_taken_because = because.strip()
    check_in.payment_done_at = at
    return go_on(visit, check_in, at=at, by=by)


@operation("visits.check_in")
def answer_question(
    visit: Visit, rule_id: UUID, *, remark: str, at: datetime, by: Actor, is_waived: bool = False
) -> CheckIn:
    """Keep the answer to what a rule of the office wants asked, or why the visit may pass."""
    check_in = _held(visit)
    answer_rule(visit.appointment, rule_id, remark=remark, is_waived=is_waived, at=at, by=by)
    return go_on(visit, check_in, at=at, by=by)


@operation("visits.check_in")
def finish_check_in(visit: Visit, *, at: datetime, by: Actor) -> CheckIn:
    """End the check-in; refused, naming each, while a step has no answer. Ended twice is once."""
    check_in = _held(visit)
    if check_in.finished_at:
        return check_in
    if missing := queries.missing(check_in):
        raise Refused(_("Still to do: %(steps)s.") % {"steps": ", ".join(missing)})
    if asked := queries.stopping(visit):
        words = "; ".join(one.words for one in asked)
        raise Refused(f"{_('Still to ask: %(words)s.') % {'words': words}} {WHO_DECIDES}")
    check_in.finished_at, check_in.finished_by = at, by.name
    check_in.save()
    return check_in


def shares_of(visit: Visit, amount: Decimal, balance: Decimal) -> list[Share]:
    """Return what is paid for today, and what for earlier visits."""
    return [
        Share(visit.patient_id, amount, Payment.Kind.COPAY, visit.pk),
        Share(visit.patient_id, balance, Payment.Kind.BALANCE),
    ]


def refuse_less(visit: Visit, due: Decimal | None, amount: Decimal, because: str) -> None:
    """Refuse less than what is still due of the copay, unless somebody says why."""
    left = due - money.paid_today(visit) if due else ZERO
    if amount < left and not because.strip():
        raise Refused(_("Less than the copay needs a reason."))


def go_on(visit: Visit, check_in: CheckIn, *, at: datetime, by: Actor) -> CheckIn:
    """Save the answer, pass over what needs none, and finish when nothing is left.

    Only what changed or expired is asked: details, coverage and forms that still hold need no
    step, and neither does payment when nothing is due.
    """
    if check_in.identity_confirmed_at and not (check_in.details_confirmed_at and check_in.pays):
        _pass_over_held(visit, check_in, at=at)
    if check_in.pays and not check_in.forms_done_at and not _forms_waiting(visit):
        check_in.forms_done_at = at
    if check_in.pays and not check_in.payment_done_at and _nothing_due(visit, check_in):
        check_in.payment_done_at = at
    is_answered = not check_in.finished_at and not queries.missing(check_in)
    if is_answered and not queries.stopping(visit):
        check_in.finished_at, check_in.finished_by = at, by.name
    check_in.save()
    return check_in


def _pass_over_held(visit: Visit, check_in: CheckIn, *, at: datetime) -> None:
    """Answer details and coverage by what was confirmed lately, here or before the visit."""
    plan = check_in_plan(visit)
    if not check_in.details_confirmed_at and plan.details_hold:
        check_in.details_confirmed_at = at
    policy = queries.policies(visit).first()
    if not check_in.pays and policy is not None and plan.insurance_holds:
        check_in.pays, check_in.policy = CheckIn.Pays.INSURANCE, policy
        check_in.coverage_confirmed_at = at
        check_in.copay_due = queries.copay_due(visit, check_in)


def _after_form(visit: Visit, *, at: datetime, by: Actor) -> CheckIn:
    check_in = _held(visit)
    if not check_in.forms_done_at and not _forms_due(visit):
        check_in.forms_done_at = at
    return go_on(visit, check_in, at=at, by=by)


def _forms_waiting(visit: Visit) -> list[ConsentForm]:
    return [form for form in _forms_due(visit) if form.is_required]


def _forms_due(visit: Visit) -> list[ConsentForm]:
    facts = facts_of(visit.appointment)
    return record_queries.forms_due(visit.patient, visit.on, facts)


def _nothing_due(visit: Visit, check_in: CheckIn) -> bool:
    return check_in.copay_due == ZERO and not money.before(visit).to_pay


def _held(visit: Visit) -> CheckIn:
    """Return the visit's check-in as it is now, held; refuse when nobody has arrived."""
    found = CheckIn.objects.filter(visit=visit).values_list("pk", flat=True).first()
    if found is None:
        raise Refused(_("The patient has not arrived yet."))
    return CheckIn.objects.lock(found)
