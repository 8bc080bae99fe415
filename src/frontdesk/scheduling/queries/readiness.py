"""Whether visits are ready: what is missing, by when it must be there, and what to do about it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from frontdesk.core.clock import now
from frontdesk.core.money import ZERO
from frontdesk.coverage import queries as coverage
from frontdesk.coverage.models import Policy
from frontdesk.ledger import queries as ledger
from frontdesk.practice.models import Interpreter
from frontdesk.records import queries as records
from frontdesk.records.rules import choosing
from frontdesk.rulebook import Book
from frontdesk.scheduling.models import (
    Appointment,
    Occupancy,
    Phase,
    ReadinessRule,
    Requirement,
)
from frontdesk.scheduling.queries import intake
from frontdesk.scheduling.queries.intake import language_words
from frontdesk.scheduling.rules import readiness as rules
from frontdesk.scheduling.rules.readiness import NONE, OK, STOP, WARN
from frontdesk.ui import figures

TONES = {OK: "green", WARN: "amber", STOP: "red", NONE: "slate"}
Kind = Requirement.Kind
_COLUMNS = (
    "pk", "patient_id", "starts_at", "site__time_zone", "provider__taxonomy",
    "visit_type__needs_authorization", "patient__needs_interpreter", "patient__language",
    "visit_type__code", "site__state", "provider_id", "site_id",
)  # fmt: skip


class HasKey(Protocol):
    """What readiness is asked of: anything with the key of an appointment."""

    @property
    def pk(self) -> UUID:
        """The key of the appointment."""
        ...


@dataclass(slots=True)
class Facts:
    """What readiness needs to know of a visit, booked or only thought of."""

    pk: UUID
    patient_id: UUID
    starts_at: datetime  # as the clock on the site's wall shows it
    taxonomy: str = ""
    needs_authorization: bool = False
    needs_interpreter: bool = False
    language: str = "en"
    visit_type: str = ""  # its code
    state: str = ""  # where the site is
    provider_id: UUID | None = None
    site_id: UUID | None = None

    @property
    def on(self) -> date:
        """The day of the visit at its site."""
        return self.starts_at.date()


@dataclass(frozen=True, slots=True)
class Check:
    """One thing a visit needs: how it stands, by when it must be there, what to press."""

    name: str
    label: str
    state: str  # ok, warn, stop, none
    says: str
    clear_by: date | None = None  # None where nothing is open
    url: str = ""
    action: str = ""
    key: str = ""
    posts: bool = False  # the button does it; otherwise the address opens in the drawer

    @property
    def tone(self) -> str:
        """The colour of the state."""
        return TONES[self.state]

    @property
    def is_open(self) -> bool:
        """Whether something is missing."""
        return self.state in (WARN, STOP)


@dataclass(frozen=True, slots=True)
class Readiness:
    """Everything a visit needs, and the worst of it."""

    checks: tuple[Check, ...] = ()

    @property
    def worst(self) -> str:
        """Green, amber or red."""
        return rules.worst(check.state for check in self.checks)

    @property
    def missing(self) -> list[Check]:
        """What is open, the worst first and then by its day."""
        return sorted(
            (check for check in self.checks if check.is_open),
            key=lambda check: (check.state != STOP, check.clear_by or date.max),
        )

    @property
    def clear_by(self) -> date | None:
        """The first day on which something must be there; None when nothing is open."""
        return min((one.clear_by for one in self.missing if one.clear_by), default=None)

    @property
    def says(self) -> str:
        """What is missing, in a few words."""
        return ", ".join(f"{check.label}: {check.says}" for check in self.missing)

    @property
    def dots(self) -> dict[str, str]:
        """The four marks of a card."""
        return {one.name: one.state for one in self.checks if one.name in rules.DOTS}

    @property
    def beyond(self) -> list[Check]:
        """What is open besides the four that cards show."""
        return [check for check in self.missing if check.name not in rules.DOTS]


@dataclass(slots=True)
class _Known:
    """What the rooms below hold for some visits."""

    rule: ReadinessRule
    policies: dict[UUID, list[Policy]] = field(default_factory=dict)
    interpreters: dict[UUID, str] = field(default_factory=dict)
    asked: dict[UUID, list[Requirement]] = field(default_factory=dict)
    covered: dict[UUID, coverage.CoverageReadiness] = field(default_factory=dict)
    forms: dict[UUID, records.FormsReadiness] = field(default_factory=dict)
    owed: dict[UUID, Decimal] = field(default_factory=dict)
    questions: dict[UUID, tuple[intake.Question, ...]] = field(default_factory=dict)

    def policy(self, visit: Facts) -> Policy | None:
        """The first policy that holds on the day."""
        held = self.policies.get(visit.patient_id, ())
        return next((one for one in held if one.covers(visit.on)), None)

    def requirements(self, visit: Facts, kind: str) -> list[Requirement]:
        """What people noted for the visit."""
        return [one for one in self.asked.get(visit.pk, ()) if one.kind == kind]


def readiness(appointments: Iterable[HasKey], at: datetime | None = None) -> dict[UUID, Readiness]:
    """Return how ready each appointment is, in the same few queries for one and for a thousand."""
    return readiness_of(facts_of([one.pk for one in appointments]), at)


def facts_of(keys: Sequence[UUID]) -> list[Facts]:
    """Return what readiness needs to know of these appointments."""
    rows = Appointment.objects.filter(pk__in=keys).values_list(*_COLUMNS)
    return [
        Facts(pk, patient_id, starts_at.astimezone(ZoneInfo(zone)), *rest)
        for pk, patient_id, starts_at, zone, *rest in rows
    ]


def readiness_of(visits: Sequence[Facts], at: datetime | None = None) -> dict[UUID, Readiness]:
    """Return how ready visits are, or would be if they were booked like this."""
    if not visits:
        return {}
    known = known_of(visits)
    moment = at or now()
    found = {}
    for visit in visits:
        today = moment.astimezone(visit.starts_at.tzinfo).date()
        checks = [check for ask in _CHECKS for check in ask(visit, known)]
        found[visit.pk] = Readiness(tuple(_judged(one, visit, known.rule, today) for one in checks))
    return found


def readiness_rule() -> ReadinessRule:
    """Return how the practice judges; as the house does where it said nothing."""
    kept = ReadinessRule.objects.first()
    return kept or ReadinessRule(referral_kinds=list(rules.REFERRAL_KINDS))


def known_of(visits: Sequence[Facts], book: Book | None = None) -> _Known:
    """Return what the rooms below hold; `book` tries rules that are not in force."""
    keys = [visit.pk for visit in visits]
    patients = {visit.patient_id for visit in visits}
    known = _Known(readiness_rule())
    plans: dict[UUID, list[Policy]] = defaultdict(list)
    primary = Policy.objects.filter(
        patient_id__in=patients, rank=Policy.Rank.PRIMARY, is_active=True
    ).select_related("subscription__plan__payer")
    for policy in primary.order_by("pk"):
        plans[policy.patient_id].append(policy)
    noted: dict[UUID, list[Requirement]] = defaultdict(list)
    for one in Requirement.objects.filter(appointment_id__in=keys).order_by("pk"):
        noted[one.appointment_id].append(one)
    known.policies, known.asked = plans, noted
    known.interpreters = _interpreters(keys)
    known.covered = coverage.readiness(visits)
    days = {visit.pk: (visit.patient_id, visit.on) for visit in visits}
    known.forms = records.forms_readiness_each(days, _form_facts(visits, days))
    known.owed = {pk: one.to_pay for pk, one in ledger.balances_of(patients).items()}
    held = {one.pk: _held(one, known) for one in visits}
    known.questions = intake.questions(visits, held, book)
    return known


def _held(visit: Facts, known: _Known) -> intake.Held:
    noted = known.requirements(visit, Kind.REFERRAL)
    is_there = any(one.status != Requirement.Status.NEEDED for one in noted)
    has_referral = is_there or known.covered[visit.pk].referral == OK
    return intake.Held(known.policy(visit), known.owed.get(visit.patient_id, ZERO), has_referral)


def _form_facts(
    visits: Sequence[Facts], days: Mapping[UUID, tuple[UUID, date]]
) -> dict[UUID, choosing.Facts]:
    """Return what of each visit decides which forms are given, as check-in does."""
    payers = coverage.payers_held(days)
    nobody = frozenset({choosing.SELF_PAY})
    return {
        visit.pk: choosing.Facts(visit.visit_type, payers[visit.pk] or nobody, visit.state)
        for visit in visits
    }


def _interpreters(keys: Sequence[UUID]) -> dict[UUID, str]:
    rows = list(
        Occupancy.objects.filter(
            Q(appointment_id__in=keys), resource_kind=Phase.Role.INTERPRETER, is_active=True
        ).values_list("appointment_id", "resource_id")
    )
    names = dict(
        Interpreter.objects.filter(pk__in={key for _pk, key in rows}).values_list("pk", "name")
    )
    return {appointment: names.get(key, "") for appointment, key in rows if appointment}


def _judged(check: Check, visit: Facts, rule: ReadinessRule, today: date) -> Check:
    """Let the calendar speak: what is open after its day stops the visit."""
    due = check.clear_by or rules.clear_by(check.name, visit.on, rule.clear_days)
    state = rules.judged(check.name, check.state, due, today)
    is_open = state in (WARN, STOP)
    return Check(
        check.name, check.label, state, check.says, due if is_open else None,
        check.url if is_open else "", check.action if is_open else "", check.key, check.posts,
    )  # fmt: skip


def _coverage(visit: Facts, known: _Known) -> Iterable[Check]:
    found = known.covered[visit.pk]
    policy = known.policy(visit)
    is_asked_again = policy is not None
    yield Check(
        "coverage", _("Coverage"), found.state, found.words,
        url=_of("scheduling:check_coverage", visit) if is_asked_again else "",
        action=_("Check now"), key="v", posts=True,
    )  # fmt: skip


def _authorization(visit: Facts, known: _Known) -> Iterable[Check]:
    found = known.covered[visit.pk]
    policy = known.policy(visit)
    state, says = found.authorization, found.authorization_words
    if visit.needs_authorization and state == NONE and found.state != NONE:  # somebody to ask
        state, says = WARN, _("Needed, not asked for")
    url = reverse("coverage:authorize", args=[policy.pk]) if policy else ""
    action = _("Note authorization")
    if found.authorization_id is not None:
        url = reverse("coverage:authorization", args=[found.authorization_id])
        action = _("Open authorization")
    yield Check("authorization", _("Authorization"), state, says, url=url,
                action=action, key="z")  # fmt: skip


def _referral(visit: Facts, known: _Known) -> Iterable[Check]:
    policy = known.policy(visit)
    plan = policy.subscription.plan if policy else None
    is_asked = plan is not None and rules.wants_referral(
        plan.kind, visit.taxonomy, known.rule.referral_kinds
    )
    noted = known.requirements(visit, Kind.REFERRAL)
    held = known.covered[visit.pk]
    if held.referral == OK or (held.referral != NONE and not noted):
        yield Check(
            "referral", _("Referral"), held.referral, held.referral_words,
            url=_of("scheduling:referral", visit), action=_("Referral on file"), key="o",
        )  # fmt: skip
        return
    if not is_asked and not noted:
        return
    yield _of_note(
        visit, "referral", _("Referral"), noted, _("The plan wants one"), _("Referral on file"), "o"
    )


def _forms(visit: Facts, known: _Known) -> Iterable[Check]:
    found = known.forms[visit.pk]
    yield Check(
        "forms", _("Forms"), found.tone, found.words,
        url=_of("scheduling:send_forms", visit), action=_("Send the forms"), key="f", posts=True,
    )  # fmt: skip


def _balance(visit: Facts, known: _Known) -> Iterable[Check]:
    owed = known.owed.get(visit.patient_id, Decimal(0))
    is_open = owed > 0 and owed >= known.rule.balance_from
    says = _("%(sum)s open") % {"sum": figures.money(owed)} if owed else _("Nothing open")
    url = f"{reverse('ledger:take')}?patient={visit.patient_id}"
    yield Check("balance", _("Balance"), WARN if is_open else OK, says, url=url,
                action=_("Take payment"), key="p")  # fmt: skip


def _interpreter(visit: Facts, known: _Known) -> Iterable[Check]:
    noted = known.requirements(visit, Kind.INTERPRETER)
    if not visit.needs_interpreter and not noted:
        return
    name = known.interpreters.get(visit.pk)
    if name:
        yield Check("interpreter", _("Interpreter"), OK, name)
    elif any(one.status != Requirement.Status.NEEDED for one in noted):
        says = next((one.remark for one in noted if one.remark), _("Not needed"))
        yield Check("interpreter", _("Interpreter"), OK, says)
    else:
        words = _("%(language)s, none booked") % {"language": language_words(visit.language)}
        yield Check(
            "interpreter", _("Interpreter"), WARN, words, key="i",
            url=_of("scheduling:interpreter", visit), action=_("Book an interpreter"),
        )  # fmt: skip


def _results(visit: Facts, known: _Known) -> Iterable[Check]:
    for one in known.requirements(visit, Kind.RESULTS):
        if one.status == Requirement.Status.NEEDED:
            yield Check(
                "results", _("Results"), WARN, one.what, one.clear_by, key="r", posts=True,
                url=reverse("scheduling:received", args=[one.pk]), action=_("They are here"),
            )  # fmt: skip
        elif one.status == Requirement.Status.RECEIVED:
            says = _("%(what)s: here") % {"what": one.what}
            yield Check("results", _("Results"), OK, says)


def _questions(visit: Facts, known: _Known) -> Iterable[Check]:
    answers = {one.what: one for one in known.requirements(visit, Kind.RULE)}
    for place, one in enumerate(known.questions.get(visit.pk, ())):
        name, label = ("rules", _("Rule")) if one.stops else ("asked", _("To ask"))
        answer = answers.get(one.key)
        if answer is not None and answer.status != Requirement.Status.NEEDED:
            yield Check(name, label, OK, f"{one.words}: {answer.remark}")
        else:
            yield Check(
                name, label, WARN, one.words, key="" if place else "y", action=_("Answer"),
                url=reverse("scheduling:answer_rule", args=[visit.pk, one.rule_id]),
            )  # fmt: skip


def _of_note(
    visit: Facts, name: str, label: str, noted: Sequence[Requirement], lacking: str, action: str,
    key: str,
) -> Check:  # fmt: skip
    done = [one for one in noted if one.status != Requirement.Status.NEEDED]
    if done:
        return Check(name, label, OK, done[0].remark or str(done[0].get_status_display()))
    url = _of(f"scheduling:{name}", visit)
    return Check(name, label, WARN, lacking, url=url, action=action, key=key)


def _of(name: str, visit: Facts) -> str:
    return reverse(name, args=[visit.pk])


_CHECKS: tuple[Any, ...] = (
    _coverage, _authorization, _referral, _forms, _balance, _interpreter, _results, _questions,
)  # fmt: skip
