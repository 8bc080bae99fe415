"""What runs later: asking the payer, outside of any transaction."""

from collections import defaultdict
from datetime import timedelta
from uuid import UUID

from django_tasks import task

from frontdesk.core.clock import now, today
from frontdesk.core.scoping import practice_scope
from frontdesk.coverage import operations
from frontdesk.coverage.exchange import Unreadable
from frontdesk.coverage.gateways import Declined, NoAnswer, clearinghouse
from frontdesk.coverage.models import Authorization, Discovery, EligibilityCheck
from frontdesk.practice.models import Practice, Site
from frontdesk.staff.queries import practice_ids, the_clock
from frontdesk.x12 import connectivity as core


@task()
def ask_payer(practice_id: str, check_id: str) -> str:
    """Send one question and read its answer; return how the check stands after it.

    Doing it again is harmless: an answered check is not asked, and the trace is the same.
    """
    clock = the_clock(UUID(practice_id))
    with practice_scope(clock.practice_id):
        check = EligibilityCheck.objects.get(pk=check_id)
        if check.status != EligibilityCheck.Status.QUEUED:
            return check.status
        sender = Practice.objects.get(pk=practice_id).npi
    check = operations.count_attempt(check, by=clock)
    answer = b""
    try:
        line = clearinghouse(sender)
        answer = line.ask(check.request.encode("latin-1"), message_id=str(check.pk))
        check = operations.record_answer(check, response=answer, at=now(), by=clock)
    except Declined as declined:
        check = operations.note_declined(check, because=str(declined), at=now(), by=clock)
    except (NoAnswer, Unreadable) as trouble:
        check = operations.note_no_answer(
            check, because=str(trouble), response=answer, at=now(), by=clock
        )
    return check.status


@task()
def ask_payers(practice_id: str, check_ids: list[str]) -> int:
    """Send many questions and read their answers as they come; return how many were asked.

    Doing it again asks what is still open. Answers are written in small groups while others are
    still on the line, so that a kill loses none that was written and the desk is never locked out.
    """
    clock = the_clock(UUID(practice_id))
    checks = {
        str(check.pk): check
        for check in operations.count_attempts([UUID(key) for key in check_ids], by=clock)
    }
    if not checks:
        return 0
    with practice_scope(clock.practice_id):
        line = clearinghouse(Practice.objects.get(pk=practice_id).npi)
    questions = {key: check.request.encode("latin-1") for key, check in checks.items()}
    again: dict[timedelta, list[UUID]] = defaultdict(list)
    for came in line.ask_all(questions):
        told = [(checks[key], answer) for key, answer in came]
        for wait, keys in operations.record_answers(told, at=now(), by=clock).items():
            again[wait] += keys
    if again:
        operations.ask_again(again, at=now(), by=clock)
    return len(checks)


@task()
def look_elsewhere(practice_id: str, discovery_id: str) -> str:
    """Ask the payers of a search for coverage, and keep what they say; return how it stands."""
    clock = the_clock(UUID(practice_id))
    with practice_scope(clock.practice_id):
        discovery = Discovery.objects.get(pk=discovery_id)
        line = clearinghouse(Practice.objects.get(pk=practice_id).npi)
    asked = {str(one.pk): one for one in operations.open_questions(discovery, by=clock)}
    questions = {key: one.request.encode("latin-1") for key, one in asked.items()}
    for came in line.ask_all(questions) if questions else ():
        told = [(asked[key], answer) for key, answer in came]
        operations.record_sought(told, at=now(), by=clock)
    return operations.end_discovery(discovery, at=now(), by=clock).status


@task()
def ask_reviewer(practice_id: str, authorization_id: str) -> str:
    """Send one request for review and read the decision; return how the authorization stands.

    Doing it again is harmless: what is decided is not asked, and the trace is the same, so that
    the payer knows the request.
    """
    clock = the_clock(UUID(practice_id))
    waits = (Authorization.Status.REQUESTED, Authorization.Status.PENDED)
    with practice_scope(clock.practice_id):
        found = Authorization.objects.get(pk=authorization_id)
        if found.status not in waits or not found.request:
            return found.status
        line = clearinghouse(Practice.objects.get(pk=practice_id).npi)
    found = operations.count_review(found, by=clock)
    try:
        answer = line.ask(
            found.request.encode("latin-1"),
            message_id=str(found.pk),
            payload_type=core.REVIEW_REQUEST,
        )
        found = operations.record_review(found, response=answer, at=now(), by=clock)
    except Declined as declined:
        found = operations.decline_review(found, because=str(declined), at=now(), by=clock)
    except (NoAnswer, Unreadable) as trouble:
        found = operations.note_no_review(found, because=str(trouble), at=now(), by=clock)
    return found.status


@task()
def watch_authorizations(practice_id: str) -> int:
    """Ask again for decisions payers owe, and look at every clock of a practice."""
    clock, at = the_clock(UUID(practice_id)), now()
    with practice_scope(clock.practice_id):
        site = Site.objects.filter(is_active=True).order_by("pk").first()
    if site is None:
        return 0
    operations.watch_enrolments(today=today(site), at=at, by=clock)
    asked = operations.ask_reviewers_again(at=at, by=clock)
    return asked + operations.watch_clocks(at=at, today=today(site), by=clock)


@task()
def watch_authorizations_everywhere() -> int:
    """Look at the authorizations of every practice: twice an hour."""
    practices = practice_ids()
    for practice_id in practices:
        watch_authorizations.enqueue(str(practice_id))
    return len(practices)
