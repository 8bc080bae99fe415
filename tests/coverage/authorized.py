"""How the tests of authorizations book, bill and ask the payer."""

from datetime import timedelta

from frontdesk.core.clock import now
from frontdesk.core.keys import new_key
from frontdesk.coverage import jobs, operations, queries
from frontdesk.coverage.models import Authorization
from tests.clinic import NEW_YORK

TODAY = now().astimezone(NEW_YORK).date()  # a day belongs to a site
SOON = TODAY + timedelta(days=5)


def approved(clinic, policy, services=None, **more):
    """An approval with its number; say only what matters."""
    said = {
        "number": "A7", "status": "approved", "starts_on": TODAY - timedelta(days=10),
        "ends_on": TODAY + timedelta(days=200), **more,
    }  # fmt: skip
    return operations.add_authorization(
        policy, services=services or [{"code": "97110", "units": 4}], by=clinic.anybody(), **said
    )


def wanted(policy, *codes, on=SOON, appointment_id=None, **more):
    """A booked visit that will hold these services."""
    return operations.Wanted(appointment_id or new_key(), policy.patient, on, list(codes), **more)


def watch(clinic, one):
    """Look at a booked visit."""
    return operations.watch_authorization(one, at=now(), by=clinic.anybody())


def bill(clinic, policy, *charges, appointment_id=None):
    """Bill (code, units) of one visit; return the charges."""
    billed = [operations.Billed(new_key(), code, units) for code, units in charges]
    operations.count_charges(
        policy, billed, on=TODAY, appointment_id=appointment_id, by=clinic.anybody()
    )
    return billed


def left(clinic, authorization):
    """What is left of each code."""
    with clinic.reading():
        page = queries.authorization_page(authorization.pk).get()
        return {line.code: line.held(line.used).left for line in page.lines}


def used(clinic, authorization):
    """What is used of each code."""
    with clinic.reading():
        page = queries.authorization_page(authorization.pk).get()
        return {line.code: line.used for line in page.lines}


def needed(clinic, policy, *codes, units=None, **more):
    """One that is to be asked for."""
    services = [{"code": code, "units": units} for code in codes]
    return operations.add_authorization(
        policy, services=services, status="needed", service_on=SOON, by=clinic.anybody(), **more
    )


def ask(clinic, authorization, **more):
    """Ask the payer by message, and let the worker run."""
    operations.request_authorization(
        authorization, **{"way": "278", "at": now(), "by": clinic.role("receptionist"), **more}
    )
    return work(clinic, authorization)


def work(clinic, authorization):
    """Let the worker ask."""
    jobs.ask_reviewer.func(
        practice_id=str(clinic.practice.pk), authorization_id=str(authorization.pk)
    )
    return again(clinic, authorization)


def again(clinic, authorization):
    """Read it again."""
    with clinic.reading():
        return Authorization.objects.get(pk=authorization.pk)
