"""Asking a payer for an authorization: by message, on its website, by fax or phone."""

from datetime import date, datetime, timedelta

from django.utils.module_loading import import_string

from frontdesk import x12
from frontdesk.core.actor import Actor
from frontdesk.core.clock import day_bounds
from frontdesk.core.errors import Refused
from frontdesk.core.keys import new_key
from frontdesk.core.models import Counter
from frontdesk.core.operation import operation
from frontdesk.core.scoping import current_practice_id
from frontdesk.coverage import exchange, queries
from frontdesk.coverage.models import Authorization, AuthorizedService, Enrolment, ReviewTerms, Way
from frontdesk.coverage.operations.authorizations import remember, settle
from frontdesk.coverage.operations.eligibility import POOL, asker, envelope
from frontdesk.coverage.operations.enrolling import require_enrolled
from frontdesk.coverage.rules import authorizing as rules
from frontdesk.coverage.rules import wait_before
from frontdesk.coverage.signals import authorization_changed
from frontdesk.practice.models import Site
from frontdesk.practice.queries import office_day
from frontdesk.staff import operations as staff_operations

JOB = "frontdesk.coverage.jobs.ask_reviewer"  # it lives above this file: named, not imported
Status = Authorization.Status
_ASKABLE = frozenset({Status.NEEDED, Status.DENIED})


@operation("coverage.verify")
def request_authorization(
    authorization: Authorization,
    *,
    at: datetime,
    by: Actor,
    way: str = "",
    is_urgent: bool = False,
    note: str = "",
    retro_because: str = "",
    reference: str = "",
    told_by: str = "",
    version: str = "",
) -> Authorization:
    """Ask the payer, and start its clock; by message a job asks, otherwise a person has asked.

    Pressed twice, it is asked once. Care already given needs a reason, and the payer's window.
    """
    authorization = Authorization.objects.lock(authorization.pk)
    if authorization.status == Status.REQUESTED and way in ("", authorization.way):
        return authorization
    authorization.expect(version)
    if authorization.status not in _ASKABLE:
        raise Refused(f"It is {authorization.get_status_display().lower()} already.")
    terms = queries.terms_of(authorization.policy.subscription.plan.payer)
    authorization.way = Way(way or terms.way)
    if authorization.way == Way.MESSAGE:
        require_enrolled(terms.payer, Enrolment.Message.AUTHORIZATIONS, office_day(at))
    _check_retroactive(authorization, terms, at, retro_because)
    authorization.status = authorization.lifecycle.move(authorization.status, Status.REQUESTED)
    authorization.is_urgent, authorization.note = is_urgent, note.strip()[:300]
    authorization.reference, authorization.told_by = reference.strip(), told_by.strip()
    authorization.asked_at, authorization.decided_at = at, None
    authorization.because, authorization.times_asked = "", 0
    authorization.decide_by = rules.decide_by(
        at, is_urgent=is_urgent, urgent_hours=terms.urgent_hours, standard_days=terms.standard_days
    )
    if authorization.way == Way.MESSAGE:
        _write_request(authorization, at)
    authorization.save()
    settle(authorization, at=at, by=by)
    remember(authorization, f"Asked {authorization.get_way_display().lower()}", at=at, by=by)
    if authorization.way == Way.MESSAGE:
        queue_review(authorization)
    authorization_changed.send(Authorization, authorization=authorization, by=by)
    return authorization


@operation("coverage.verify")
def count_review(authorization: Authorization, *, by: Actor) -> Authorization:
    """Note that the request goes out once more."""
    authorization = Authorization.objects.lock(authorization.pk)
    authorization.times_asked += 1
    authorization.save()
    return authorization


@operation("coverage.verify")
def record_review(
    authorization: Authorization, *, response: bytes, at: datetime, by: Actor
) -> Authorization:
    """Keep a reviewer's answer whole, and let it decide; pended, it is asked for again later.

    The same answer twice changes nothing. Raises `exchange.Unreadable` when it is cut short.
    """
    authorization = Authorization.objects.lock(authorization.pk)
    if authorization.status not in (Status.REQUESTED, Status.PENDED):
        return authorization
    told = exchange.read_review(response, authorization.trace)
    authorization.response = response.decode("latin-1")
    if told.status == Status.PENDED:
        return _keep_waiting(authorization, told, at, by)
    if told.status is None:  # what was asked was refused as a question, not decided
        return _back_to_a_person(authorization, told.because, at, by)
    _take_decision(authorization, told, at)
    authorization.save()
    _take_lines(authorization, told)
    settle(authorization, at=at, by=by)
    remember(authorization, _words(authorization, told), at=at, by=by)
    if authorization.status == Status.DENIED:
        _leave_denied(authorization, at, by)
    authorization_changed.send(Authorization, authorization=authorization, by=by)
    return authorization


@operation("coverage.verify")
def note_no_review(
    authorization: Authorization, *, because: str, at: datetime, by: Actor
) -> Authorization:
    """Ask again later; after the last try, leave it to a person."""
    authorization = Authorization.objects.lock(authorization.pk)
    if authorization.status == Status.PENDED:
        authorization.ask_again_at = at + rules.wait_for_decision(authorization.times_asked)
        authorization.save()
        return authorization
    if authorization.status != Status.REQUESTED:
        return authorization
    wait = wait_before(authorization.times_asked)
    if wait is None:
        return _back_to_a_person(authorization, because, at, by)
    queue_review(authorization, at + wait if wait else None)
    return authorization


@operation("coverage.verify")
def decline_review(
    authorization: Authorization, *, because: str, at: datetime, by: Actor
) -> Authorization:
    """Leave the request to a person: asking again would be declined again."""
    authorization = Authorization.objects.lock(authorization.pk)
    if authorization.status in (Status.REQUESTED, Status.PENDED):
        return _back_to_a_person(authorization, because, at, by)
    return authorization


@operation("coverage.verify")
def ask_reviewers_again(*, at: datetime, by: Actor) -> int:
    """Ask again for decisions that payers still owe; return how many are asked for."""
    due = Authorization.objects.filter(
        status=Status.PENDED, way=Way.MESSAGE, ask_again_at__lte=at
    ).order_by("ask_again_at")
    found = Authorization.objects.lock_many([one.pk for one in due[:200]])
    for one in found:
        one.ask_again_at = at + rules.wait_for_decision(one.times_asked + 1)
        one.save()
        queue_review(one)
    return len(found)


@operation("coverage.verify")
def watch_clocks(*, at: datetime, today: date, by: Actor) -> int:
    """Put on the list what runs: payers that are late, approvals that end; return how many.

    An approval whose last day has passed is ended.
    """
    opened = 0
    late = Authorization.objects.filter(status__in=Authorization.WAITS, decide_by__lt=at)
    for one in late.select_related("policy__subscription__plan__payer").order_by("pk"):
        opened += _leave_late(one, at, by)
    over = Authorization.objects.filter(status__in=Authorization.ALLOWS, ends_on__lt=today)
    for one in Authorization.objects.lock_many(over.values_list("pk", flat=True)):
        one.status = one.lifecycle.move(one.status, Status.ENDED)
        one.save()
        settle(one, at=at, by=by)
        remember(one, "Its last day has passed", at=at, by=by)
    for row in queries.to_authorize(at, today, view="ending"):
        opened += _leave_ending(row.authorization, row.says, at, by)
    return opened


def queue_review(authorization: Authorization, run_after: datetime | None = None) -> None:
    """Let the worker ask; the row of the queue is kept or lost with this transaction."""
    ask = import_string(JOB)
    if run_after is not None:
        ask = ask.using(run_after=run_after)
    ask.enqueue(practice_id=str(current_practice_id()), authorization_id=str(authorization.pk))


def _check_retroactive(
    authorization: Authorization, terms: ReviewTerms, at: datetime, because: str
) -> None:
    """Refuse what comes after the care without a reason, or after the payer's window."""
    on = authorization.service_on or authorization.starts_on
    site = Site.objects.filter(is_active=True).order_by("pk").first()
    if on is None or site is None or at < day_bounds(site, on)[1]:
        return
    authorization.is_retroactive = True
    authorization.retro_because = because.strip() or authorization.retro_because
    if not authorization.retro_because:
        raise Refused("The care was given already: say why it is asked for afterwards.")
    last = rules.retro_until(on, terms.retro_days)
    authorization.retro_until = last
    if last is None:
        raise Refused("This payer takes no request after the care. Appeal the denial instead.")
    if at >= day_bounds(site, last)[1]:
        raise Refused(f"The payer took requests for that day until {last:%b} {last.day}.")


def _write_request(authorization: Authorization, at: datetime) -> None:
    """Write the 278; the trace stays as it is however often it is sent."""
    practice = asker()
    if not authorization.trace or authorization.response:
        authorization.trace, authorization.response = new_key().hex, ""
    outer = envelope(practice, Counter.take("interchange"), at)
    lines = AuthorizedService.objects.filter(authorization=authorization, is_active=True)
    try:
        message = exchange.review_bytes(
            authorization, list(lines.order_by("place")), outer, practice=practice
        )
    except x12.Unwritable as missing:
        raise Refused(f"The request cannot be written: {missing}") from missing
    authorization.request = message.decode("latin-1")


def _keep_waiting(
    authorization: Authorization, told: exchange.Reviewed, at: datetime, by: Actor
) -> Authorization:
    is_new = authorization.status != Status.PENDED
    if is_new:
        authorization.status = authorization.lifecycle.move(authorization.status, Status.PENDED)
    authorization.because = told.because[:300]
    authorization.reference = told.reference[:50] or authorization.reference
    wait = rules.wait_for_decision(max(authorization.times_asked - 1, 0))
    authorization.ask_again_at = at + wait
    authorization.save()
    if is_new:
        remember(authorization, _words(authorization, told), at=at, by=by)
        authorization_changed.send(Authorization, authorization=authorization, by=by)
    return authorization


def _take_decision(authorization: Authorization, told: exchange.Reviewed, at: datetime) -> None:
    status = told.status or Status.DENIED
    authorization.status = authorization.lifecycle.move(authorization.status, Status(status))
    authorization.number = told.number[:50] or authorization.number
    authorization.starts_on = told.starts_on or authorization.starts_on
    authorization.ends_on = told.ends_on or authorization.ends_on
    authorization.because = told.because[:300]
    authorization.reference = told.reference[:50] or authorization.reference
    authorization.decided_at, authorization.ask_again_at = at, None
    if authorization.status == Status.NOT_NEEDED:
        authorization.told_by = "The payer’s answer (278)"
        on = authorization.service_on or office_day(at)
        authorization.starts_on = authorization.starts_on or on
        authorization.ends_on = authorization.ends_on or on + timedelta(days=90)


def _take_lines(authorization: Authorization, told: exchange.Reviewed) -> None:
    """Write what was approved of each service; a service without a word follows the whole."""
    lines = AuthorizedService.objects.filter(authorization=authorization, is_active=True)
    for line in lines.order_by("place"):
        said = told.lines.get(line.pk.hex) or told.by_code.get(line.code)
        line.action = said.action if said else told.action
        line.is_denied = line.action == "A3" or authorization.status == Status.DENIED
        if not line.is_denied:
            line.approved = said.units if said and said.units is not None else line.asked
        line.save()


def _words(authorization: Authorization, told: exchange.Reviewed) -> str:
    words = f"The payer answered: {authorization.get_status_display().lower()}"
    if authorization.number and authorization.allows:
        words += f", number {authorization.number}"
    return f"{words}. {told.because}" if told.because else words


def _back_to_a_person(
    authorization: Authorization, because: str, at: datetime, by: Actor
) -> Authorization:
    if authorization.status == Status.REQUESTED:
        authorization.status = authorization.lifecycle.move(authorization.status, Status.NEEDED)
    authorization.because, authorization.ask_again_at = because[:300], None
    authorization.save()
    remember(authorization, f"The message got no decision: {because}", at=at, by=by)
    _open(
        authorization, "by_hand", "Ask for an authorization by hand", because,
        "Call the payer or use its website, then note the answer with the name of who gave it.",
        at=at, by=by,
    )  # fmt: skip
    authorization_changed.send(Authorization, authorization=authorization, by=by)
    return authorization


def _leave_denied(authorization: Authorization, at: datetime, by: Actor) -> None:
    _open(
        authorization, "denied", "An authorization was denied", authorization.because,
        "Let the doctors talk (peer-to-peer) or appeal, before the payer’s last day for it.",
        at=at, by=by,
    )  # fmt: skip


def _leave_late(one: Authorization, at: datetime, by: Actor) -> int:
    payer = one.policy.subscription.plan.payer.name
    return _open(
        one, "late", f"{payer} is late with a decision",
        "Urgent requests are due in 72 hours." if one.is_urgent else "The time to decide is over.",
        "Call the payer, note whom you talked to, and ask for the decision.",
        at=at, by=by,
    )  # fmt: skip


def _leave_ending(one: Authorization, says: str, at: datetime, by: Actor) -> int:
    if Authorization.objects.filter(renews=one).exclude(status=Status.WITHDRAWN).exists():
        return 0
    return _open(
        one, "ending", f"An authorization runs out: {says}", "",
        "Renew it if care goes on, so that no visit is without one.", at=at, by=by,
    )  # fmt: skip


def _open(
    one: Authorization, what: str, title: str, detail: str, how: str, *, at: datetime, by: Actor
) -> int:
    once = f"authorization.{what}:{one.pk}"
    known = staff_operations.open_work(
        kind=f"coverage.authorization_{what}",
        title=title,
        detail=detail,
        how_to_fix=how,
        pool=POOL,
        subject=one,
        patient_id=one.patient_id,
        amount=one.expected,
        once=once,
        at=at,
        by=by,
    )
    return int(known.opened_at == at)
