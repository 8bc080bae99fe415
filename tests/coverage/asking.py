"""How the tests of this room press Verify and let the worker run."""

from frontdesk.core.clock import now
from frontdesk.coverage import jobs, operations, queries
from frontdesk.coverage.models import Payer
from frontdesk.staff.models import WorkItem

TODAY = now().date()


def ask(clinic, policy, **more):
    """Press Verify, and let the worker run."""
    check = operations.verify(
        policy,
        **{
            "service_on": TODAY,
            "service_types": "98",
            "at": now(),
            "by": clinic.role("receptionist"),
            **more,
        },
    )
    return work(clinic, check)


def work(clinic, check):
    jobs.ask_payer.func(practice_id=str(clinic.practice.pk), check_id=str(check.pk))
    return again(clinic, check)


def again(clinic, check):
    with clinic.reading():
        return queries.check_page(check.pk).get()


def work_items(clinic):
    with clinic.reading():
        return list(WorkItem.objects.filter(status="open").order_by("pk"))


def benefit(clinic, check, *asked):
    with clinic.reading():
        return queries.benefit_for(check, *asked)


def insured(clinic, first):
    patient = clinic.patient(first)
    with clinic.writing():
        plan = Payer.objects.get().plans.get()
        subscription = plan.subscriptions.create(
            member_id=f"W{first}", first_name=first, last_name="Lee", practice=clinic.practice
        )
        patient.policies.create(subscription=subscription, practice=clinic.practice)
    return patient


def change(clinic, record, **values):
    with clinic.writing():
        record = type(record).objects.get(pk=record.pk)
        for name, value in values.items():
            setattr(record, name, value)
        record.save()
