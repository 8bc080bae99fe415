"""Looking for coverage nobody told us of, within the limits the practice sets."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q
from django.utils.module_loading import import_string

from frontdesk import x12
from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.keys import new_key
from frontdesk.core.models import Counter
from frontdesk.core.operation import attempt, operation
from frontdesk.core.scoping import current_practice_id
from frontdesk.coverage import exchange
from frontdesk.coverage.gateways import Declined, NoAnswer, Told
from frontdesk.coverage.models import (
    Discovery,
    DiscoveryQuestion,
    DiscoveryRule,
    EligibilityCheck,
    Payer,
    Policy,
)
from frontdesk.coverage.operations.eligibility import asker, envelope
from frontdesk.coverage.operations.proposals import propose_found
from frontdesk.coverage.rules import wait_before
from frontdesk.people.models import Patient
from frontdesk.practice.models import Practice

JOB = "frontdesk.coverage.jobs.look_elsewhere"  # it lives above this file: named, not imported
Asked = DiscoveryQuestion.Status


@operation("coverage.payers")
def save_discovery_rule(
    *, is_on: bool, most_payers: int, again_after_days: int, most_a_day: int, by: Actor
) -> DiscoveryRule:
    """Say how far the practice looks: payers a patient, days between, questions a day."""
    rule = DiscoveryRule.objects.first() or DiscoveryRule()
    rule.is_on, rule.most_payers = is_on, most_payers
    rule.again_after_days, rule.most_a_day = again_after_days, most_a_day
    rule.save()
    return rule


@operation("coverage.verify")
def discover(
    patient: Patient,
    *,
    service_on: date,
    at: datetime,
    by: Actor,
    because: EligibilityCheck | None = None,
    appointment_id: UUID | None = None,
) -> Discovery:
    """Ask other payers of the practice about a patient, by name, birth date and sex.

    Refuses beyond the practice's limits, and where no payer can be asked like this.
    """
    patient = Patient.objects.lock(patient.pk)  # two who press at once look once
    rule = DiscoveryRule.objects.first() or DiscoveryRule()
    _require_within(rule, patient, at)
    payers = _payers(patient, because, rule.most_payers)
    if not payers:
        raise Refused("No payer of ours can be asked without a member ID.")
    discovery = Discovery(
        patient=patient,
        because=because,
        appointment_id=appointment_id,
        service_on=service_on,
        asked_at=at,
    )
    discovery.save()
    practice, control = asker(), Counter.take("interchange", count=len(payers))
    questions = []
    for place, payer in enumerate(payers):
        question = DiscoveryQuestion(discovery=discovery, payer=payer, trace=new_key().hex)
        question.request = _written(question, patient, practice, control + place, at)
        questions.append(question)
    DiscoveryQuestion.objects.bulk_create(questions)
    _queue(discovery)
    return discovery


def _written(
    question: DiscoveryQuestion, patient: Patient, practice: Practice, control: int, at: datetime
) -> str:
    outer = envelope(practice, control, at)
    try:
        message = exchange.seeking_bytes(
            patient,
            question.payer,
            outer,
            practice=practice,
            service_on=question.discovery.service_on,
            trace=question.trace,
            at=outer.at,
        )
    except x12.Unwritable as missing:
        raise Refused(f"The question cannot be written: {missing}") from missing
    return message.decode("latin-1")


def discover_after(check: EligibilityCheck, *, at: datetime, by: Actor) -> Discovery | None:
    """Look elsewhere after a plan said no, where the practice wants it; inside an operation."""
    rule = DiscoveryRule.objects.first() or DiscoveryRule()
    if not rule.is_on:
        return None
    try:
        with attempt():  # a refusal leaves nothing of the search behind
            return discover(
                check.patient,
                service_on=check.service_on,
                because=check,
                appointment_id=check.appointment_id,
                at=at,
                by=by,
            )
    except Refused:
        return None  # the answer itself is on the work list; only the search stays undone


@operation("coverage.verify")
def open_questions(discovery: Discovery, *, by: Actor) -> list[DiscoveryQuestion]:
    """Note that the open questions of a search go out once more, and return them."""
    found = list(discovery.questions.filter(status=Asked.QUEUED).select_related("payer"))
    for question in found:
        question.attempts += 1
    DiscoveryQuestion.objects.bulk_update(found, ["attempts"])
    return found


@operation("coverage.verify")
def record_sought(
    told: Sequence[tuple[DiscoveryQuestion, Told]], *, at: datetime, by: Actor
) -> None:
    """Keep what payers said of a person described to them; what is found is proposed."""
    for question, answer in told:
        _record(question, answer, at, by)


@operation("coverage.verify")
def end_discovery(discovery: Discovery, *, at: datetime, by: Actor) -> Discovery:
    """Close a search when all have answered; else ask those that did not, later."""
    discovery = Discovery.objects.lock(discovery.pk)
    if discovery.status != Discovery.Status.ASKING:
        return discovery
    rows = list(discovery.questions.all())
    waiting = [one for one in rows if one.status == Asked.QUEUED]
    if waiting:
        wait = max(wait_before(one.attempts) or timedelta(0) for one in waiting)
        _queue(discovery, at + wait if wait else None)
        return discovery
    is_found = any(one.status == Asked.FOUND for one in rows)
    new = Discovery.Status.FOUND if is_found else Discovery.Status.NONE
    discovery.status = discovery.lifecycle.move(discovery.status, new)
    discovery.ended_at = at
    discovery.save()
    return discovery


def _record(question: DiscoveryQuestion, answer: Told, at: datetime, by: Actor) -> None:
    question = DiscoveryQuestion.objects.lock(question.pk)
    if question.status != Asked.QUEUED:
        return
    if isinstance(answer, bytes):
        question.response = answer.decode("latin-1")
    try:
        if isinstance(answer, Exception):
            raise answer
        sought = exchange.read_sought(answer, question.trace, question.discovery.patient)
    except (NoAnswer, exchange.Unreadable) as trouble:
        question.because = str(trouble)[:200]
        if wait_before(question.attempts) is None:
            question.status = Asked.FAILED
        question.save()
        return
    except Declined as declined:
        question.status, question.because = Asked.FAILED, str(declined)[:200]
        question.save()
        return
    question.status = Asked.FOUND if sought.is_found else Asked.NONE
    question.because, question.answered_at = sought.because[:200], at
    question.save()
    if sought.is_found:
        propose_found(question, sought, at=at, by=by)


def _require_within(rule: DiscoveryRule, patient: Patient, at: datetime) -> None:
    since = at - timedelta(days=rule.again_after_days)
    if Discovery.objects.filter(patient=patient, asked_at__gt=since).exists():
        raise Refused(f"We looked for this patient within the last {rule.again_after_days} days.")
    day = at - timedelta(days=1)
    asked = DiscoveryQuestion.objects.filter(discovery__asked_at__gt=day).count()
    if asked >= rule.most_a_day:
        raise Refused("The practice’s limit of searches for a day is reached. Try tomorrow.")


def _payers(patient: Patient, because: EligibilityCheck | None, most: int) -> list[Payer]:
    """The payers to ask: those most of our patients have first.

    A payer that did not find the member ID is asked too: the ID may be wrong. One that said the
    plan is not active, or that the patient has on file already, is not.
    """
    held = Policy.objects.filter(patient=patient, is_active=True).values_list(
        "subscription__plan__payer", flat=True
    )
    known = set(held)
    if because is not None and because.status == EligibilityCheck.Status.NOT_FOUND:
        known.discard(because.policy.subscription.plan.payer_id)
    active = Q(plans__subscriptions__policies__is_active=True)
    may = Payer.objects.filter(is_active=True, takes_eligibility=True, finds_by_name=True)
    usual = may.annotate(patients=Count("plans__subscriptions__policies", filter=active))
    return list(usual.exclude(pk__in=known).order_by("-patients", "name")[:most])


def _queue(discovery: Discovery, run_after: datetime | None = None) -> None:
    look = import_string(JOB)
    if run_after is not None:
        look = look.using(run_after=run_after)
    look.enqueue(practice_id=str(current_practice_id()), discovery_id=str(discovery.pk))
