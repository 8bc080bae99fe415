"""Asking about many visits at once: a few statements for all of them, and one job for hundreds."""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from typing import TypeVar
from uuid import UUID

from django.utils.module_loading import import_string

from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.keys import new_key
from frontdesk.core.models import Counter
from frontdesk.core.operation import attempt, operation
from frontdesk.core.scoping import current_practice_id
from frontdesk.coverage import exchange, queries
from frontdesk.coverage.gateways import Declined, HeldBack, NoAnswer, Told
from frontdesk.coverage.models import EligibilityCheck, Enrolment, Policy
from frontdesk.coverage.operations.answers import note_declined, note_no_answer, record_answer
from frontdesk.coverage.operations.eligibility import (
    SAME_QUESTION,
    Due,
    asker,
    requested,
    require_answerable,
    types_asked,
    verify_by_hand,
)
from frontdesk.coverage.operations.enrolling import require_allowed
from frontdesk.coverage.rules import wait_before, why_ask
from frontdesk.practice.queries import office_day

log = logging.getLogger(__name__)

JOB = "frontdesk.coverage.jobs.ask_payers"  # it lives above this file: named, not imported
A_JOB = 250  # questions of one job
ROWS = 500  # of one statement
HELD_FOR = timedelta(minutes=5)  # before the line is tried again
NOT_AGAIN_FOR = timedelta(hours=4)  # a question that nobody answered
GIVEN_UP_AFTER = timedelta(hours=12)
Status = EligibilityCheck.Status
T = TypeVar("T")


@operation("coverage.verify")
def reverify(due: Iterable[Due], *, at: datetime, today: date, by: Actor) -> list[EligibilityCheck]:
    """Ask about visits whose answer is stale, every plan they may be billed to, in one batch.

    A payer that does not answer by message becomes one piece of work, once a visit.
    """
    wanted = list(due)
    questions = list(_questions(wanted, _policies(wanted), today, at))
    if not questions:
        return []
    practice, control = asker(), Counter.take("interchange", count=len(questions))
    checks: list[EligibilityCheck] = []
    day = office_day(at)
    enrolled = queries.enrolments_for(Enrolment.Message.ELIGIBILITY)
    for one, policy, why in questions:
        check = _check(one, policy, why, at)
        try:
            require_answerable(policy)
            payer = policy.subscription.plan.payer
            require_allowed(payer, enrolled.get(payer.pk), day)
            check.request = requested(check, practice, control + len(checks), at)
        except Refused as refusal:
            verify_by_hand(policy, one.service_on, str(refusal), at=at, by=by, only_new=True)
            continue
        checks.append(check)
    EligibilityCheck.objects.bulk_create(checks, batch_size=ROWS)
    queue_many([check.pk for check in checks])
    return checks


@operation("coverage.verify")
def count_attempts(keys: Collection[UUID], *, by: Actor) -> list[EligibilityCheck]:
    """Note that these questions go out, and return those still to be asked, with what they need."""
    waiting = EligibilityCheck.objects.filter(pk__in=list(keys), status=Status.QUEUED)
    checks = list(waiting.select_related("policy__subscription__plan__payer", "policy__patient"))
    for check in checks:
        check.attempts += 1
    EligibilityCheck.objects.bulk_update(checks, ["attempts"], batch_size=ROWS)
    return checks


@operation("coverage.verify")
def record_answers(
    told: Sequence[tuple[EligibilityCheck, Told]], *, at: datetime, by: Actor
) -> dict[timedelta, list[UUID]]:
    """Keep what came of several questions; return those to ask again, by how long to wait."""
    again: dict[timedelta, list[UUID]] = defaultdict(list)
    for check, answer in told:
        wait = _record(check, answer, at, by)
        if wait is not None:
            again[wait].append(check.pk)
    return dict(again)


def queue_many(keys: Sequence[UUID], run_after: datetime | None = None) -> None:
    """Let the worker ask these questions; the jobs are kept or lost with this transaction."""
    ask_payers = import_string(JOB)
    if run_after is not None:
        ask_payers = ask_payers.using(run_after=run_after)
    for some in _some(keys, A_JOB):
        ask_payers.enqueue(
            practice_id=str(current_practice_id()), check_ids=[str(key) for key in some]
        )


@operation("coverage.verify")
def ask_again(again: Mapping[timedelta, Sequence[UUID]], *, at: datetime, by: Actor) -> int:
    """Queue questions without an answer once more, those of one wait together."""
    for wait, keys in again.items():
        queue_many(keys, at + wait if wait else None)
    return sum(len(keys) for keys in again.values())


def _record(check: EligibilityCheck, answer: Told, at: datetime, by: Actor) -> timedelta | None:
    """Keep one answer; return how long to wait before it is asked again, None for never."""
    try:
        if isinstance(answer, Exception):
            raise answer
        with attempt():
            record_answer(check, response=answer, at=at, by=by)
    except HeldBack as held:
        if at - check.asked_at < GIVEN_UP_AFTER:
            _take_back(check)
            return HELD_FOR
        note_declined(check, because=str(held), at=at, by=by)
    except Declined as declined:
        note_declined(check, because=str(declined), at=at, by=by)
    except (NoAnswer, exchange.Unreadable) as trouble:
        came = answer if isinstance(answer, bytes) else b""
        kept = note_no_answer(
            check, because=str(trouble), response=came, at=at, by=by, is_queued=False
        )
        return wait_before(kept.attempts) if kept.status == Status.QUEUED else None
    except Exception as trouble:  # an answer nobody foresaw must not hold up the others
        because = f"Reading it failed ({type(trouble).__name__})."  # its words may name a patient
        log.error("Answer to %s: %s", check.pk, because)
        note_declined(check, because=because, at=at, by=by)
    return None


def _some(items: Iterable[T], most: int) -> Iterator[list[T]]:
    left = iter(items)
    while some := list(islice(left, most)):
        yield some


def _take_back(check: EligibilityCheck) -> None:
    """It was never on the line: the attempt is not counted."""
    held = EligibilityCheck.objects.lock(check.pk)
    held.attempts = max(held.attempts - 1, 0)
    held.save()


def _policies(wanted: Sequence[Due]) -> dict[UUID, list[Policy]]:
    """The policies of all these patients, held until the end: two who ask at once ask once."""
    held: dict[UUID, list[Policy]] = defaultdict(list)
    for some in _some({one.patient.pk for one in wanted}, ROWS):
        keys = Policy.objects.filter(patient__in=some).values_list("pk", flat=True)
        Policy.objects.lock_many(list(keys))
        for policy in queries.policies().filter(patient__in=some).order_by("rank", "-pk"):
            held[policy.patient_id].append(policy)
    return held


def _questions(
    wanted: Sequence[Due], policies: Mapping[UUID, Sequence[Policy]], today: date, at: datetime
) -> Iterator[tuple[Due, Policy, str]]:
    last, waiting = _last_asked(wanted, at), _waiting(policies, at)
    for one in wanted:
        for policy in policies.get(one.patient.pk, ()):
            if not policy.covers(one.service_on) or not (policy.is_active or policy.ends_on):
                continue
            why = why_ask(
                last.get((one.appointment_id, policy.pk)),
                one.service_on,
                today,
                policy.subscription.plan.year_begins,
            )
            if why and (policy.pk, one.service_on) not in waiting:
                yield one, policy, why


def _last_asked(wanted: Sequence[Due], at: datetime) -> dict[tuple[UUID, UUID], date]:
    """The day each plan was last asked about each visit; no answer counts only for some hours."""
    found = {}
    for some in _some([one.appointment_id for one in wanted], ROWS):
        asked = EligibilityCheck.objects.filter(appointment_id__in=some).order_by("asked_at")
        for appointment, policy, when in asked.exclude(
            status=Status.FAILED, asked_at__lt=at - NOT_AGAIN_FOR
        ).values_list("appointment_id", "policy_id", "asked_at"):
            if appointment is not None:
                found[appointment, policy] = when.date()
    return found


def _waiting(policies: Mapping[UUID, Sequence[Policy]], at: datetime) -> set[tuple[UUID, date]]:
    """What is on its way already."""
    keys = [policy.pk for several in policies.values() for policy in several]
    found: set[tuple[UUID, date]] = set()
    for some in _some(keys, ROWS):
        queued = EligibilityCheck.objects.filter(
            policy__in=some, status=Status.QUEUED, asked_at__gt=at - SAME_QUESTION
        )
        found.update(queued.values_list("policy_id", "service_on"))
    return found


def _check(one: Due, policy: Policy, why: str, at: datetime) -> EligibilityCheck:
    return EligibilityCheck(
        policy=policy,
        patient_id=policy.patient_id,
        appointment_id=one.appointment_id,
        service_on=one.service_on,
        service_types=types_asked(one.service_types),
        why=why,
        trace=new_key().hex,
        asked_at=at,
    )
