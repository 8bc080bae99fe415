"""What the practice's own rules want asked before a visit: by booking, by readiness, at check-in.

The rules are those of the kind `intake`. Where none is in force, one question to the database
finds that out; where some are, two more are asked for any number of visits.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

from django.db.models import Exists, OuterRef

from frontdesk.core.money import ZERO
from frontdesk.coverage.models import Policy
from frontdesk.people.forms import LANGUAGES
from frontdesk.people.models import Contact, Patient
from frontdesk.practice.models import Rule
from frontdesk.practice.queries import rules as office
from frontdesk.practice.rules import age_on
from frontdesk.rulebook import Book, Decision, whole
from frontdesk.scheduling.models import Appointment, Requirement

KIND = Rule.Kind.INTAKE
CAME = (Appointment.Status.ARRIVED, Appointment.Status.FULFILLED)


class Thought(Protocol):
    """A visit, booked or only thought of."""

    pk: UUID
    patient_id: UUID
    starts_at: datetime  # as the clock on the site's wall shows it
    visit_type: str
    provider_id: UUID | None
    site_id: UUID | None


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that a rule wants asked, and whether nobody passes without an answer."""

    rule_id: UUID
    key: str  # the rule's name, with the version that asks: another version asks anew
    words: str
    how: str
    stops: bool


@dataclass(frozen=True, slots=True)
class Held:
    """What the caller knows already of one visit."""

    policy: Policy | None
    owed: Decimal
    has_referral: bool


def language_words(tag: str) -> str:
    """Return a language in words."""
    return str(dict(LANGUAGES).get(tag, tag))


def is_asking() -> bool:
    """Say whether any rule of the practice wants something asked."""
    return bool(office.book(KIND).rules)


def open_questions(appointment_id: UUID, asked: Sequence[Question]) -> list[Question]:
    """Return those that nobody has answered or let pass at a visit."""
    answered = set(
        Requirement.objects.filter(appointment=appointment_id, kind=Requirement.Kind.RULE)
        .exclude(status=Requirement.Status.NEEDED)
        .values_list("what", flat=True)
    )
    return [one for one in asked if one.key not in answered]


def questions(
    visits: Sequence[Thought], held: Mapping[UUID, Held], book: Book | None = None
) -> dict[UUID, tuple[Question, ...]]:
    """Return what the rules in force want asked at each visit; nothing where they want nothing.

    With `book` other rules are tried.
    """
    book = book or office.book(KIND)
    if not book.rules:
        return {}
    patients = _patients({visit.patient_id for visit in visits})
    seen = _last_seen(book, visits)
    found = {}
    for visit in visits:
        facts = _facts(visit, patients[visit.patient_id], held[visit.pk], seen)
        found[visit.pk] = _asked(book, facts, visit, held[visit.pk].policy)
    return found


def _asked(
    book: Book, facts: Mapping[str, Any], visit: Thought, policy: Policy | None
) -> tuple[Question, ...]:
    outcome = book.judge(
        whole(KIND, facts),
        on=visit.starts_at.date(),
        payer=str(policy.subscription.plan.payer_id) if policy else "",
        provider=str(visit.provider_id or ""),
        site=str(visit.site_id or ""),
    )
    return tuple(_question(one) for one in outcome.decisions)


def _question(one: Decision) -> Question:
    key = f"{one.key} {one.version}"
    return Question(UUID(one.rule_id), key, one.words, one.how_to_fix, one.does == "hold")


def _facts(
    visit: Thought, patient: Patient, held: Held, seen: Mapping[UUID, list[datetime]]
) -> dict[str, Any]:
    on, plan = visit.starts_at.date(), held.policy.subscription.plan if held.policy else None
    last = _before(seen.get(visit.patient_id, ()), visit.starts_at)
    return {
        "patient_age": Decimal(age_on(patient.birth_date, on)),
        "patient_sex": patient.sex,
        "payer_filing": plan.payer.filing_indicator if plan else "",
        "plan_name": plan.name if plan else "",
        "plan_kind": plan.kind if plan else "",
        "visit_type": visit.visit_type,
        "language": patient.language,
        "is_new_patient": last is None,
        "is_insured": plan is not None,
        "has_mobile": bool(patient.mobile_phone),
        "has_email": bool(patient.email),
        "has_address": all((patient.address_1, patient.city, patient.state, patient.zip_code)),
        "has_guarantor": patient.guarantor_id is not None
        and patient.guarantor_relationship != "self",
        "has_contact": patient.has_contact,  # type: ignore[attr-defined] # annotated
        "has_referral": held.has_referral,
        "balance": max(held.owed, ZERO),
        "days_since_seen": Decimal((on - last).days) if last else None,
    }


def _patients(keys: Collection[UUID]) -> dict[UUID, Patient]:
    contacts = Contact.objects.filter(patient=OuterRef("pk"), is_emergency=True, is_active=True)
    found = Patient.objects.annotate(has_contact=Exists(contacts)).filter(pk__in=keys)
    return {patient.pk: patient for patient in found}


def _last_seen(book: Book, visits: Sequence[Thought]) -> dict[UUID, list[datetime]]:
    """Return when each patient came, where a rule asks; the visits looked at don't count."""
    asked = {one.fact.name for rule in book.rules for one in rule.group.comparisons()}
    if not asked & {"is_new_patient", "days_since_seen"}:
        return {}
    came = Appointment.objects.filter(
        patient__in={visit.patient_id for visit in visits}, status__in=CAME
    ).exclude(pk__in=[visit.pk for visit in visits])
    found: dict[UUID, list[datetime]] = {}
    for patient_id, at in came.values_list("patient_id", "starts_at").order_by("starts_at"):
        found.setdefault(patient_id, []).append(at)
    return found


def _before(came: Sequence[datetime], at: datetime) -> date | None:
    earlier = [one for one in came if one < at]
    return earlier[-1].astimezone(at.tzinfo).date() if earlier else None
