"""A booking asks the payer about its day, without whoever books waiting for it."""

from datetime import datetime, timedelta

from django_tasks_db.models import DBTaskResult

from frontdesk.coverage.models import EligibilityCheck
from frontdesk.scheduling import operations
from frontdesk.scheduling.jobs import verifying
from tests.clinic import NEW_YORK

NINE = datetime(2027, 3, 1, 9, 0, tzinfo=NEW_YORK)
BEFORE = NINE - timedelta(days=20)


def booked(clinic, patient):
    return operations.book(
        patient, clinic.visit_type, clinic.provider, clinic.site, NINE, BEFORE,
        by=clinic.role("receptionist"),
    )  # fmt: skip


def ask(clinic, appointment):
    verifying.ask_about_coverage.func(str(clinic.practice.pk), str(appointment.pk))
    with clinic.reading():
        return list(EligibilityCheck.objects.all())


def test_a_booking_leaves_the_question_to_the_worker(clinic):
    policy = clinic.policy(clinic.patient())
    with clinic.reading():
        patient = policy.patient

    appointment = booked(clinic, patient)

    waiting = DBTaskResult.objects.get(task_path__endswith="jobs.verifying.ask_about_coverage")
    assert waiting.args_kwargs["args"] == [str(clinic.practice.pk), str(appointment.pk)]
    (check,) = ask(clinic, appointment)
    assert (check.policy_id, check.appointment_id) == (policy.pk, appointment.pk)
    assert check.service_on == NINE.date()
    assert check.service_types == "98,30"


def test_a_visit_cancelled_meanwhile_is_not_asked_about(clinic):
    policy = clinic.policy(clinic.patient())
    with clinic.reading():
        patient = policy.patient
    appointment = booked(clinic, patient)
    operations.cancel(
        appointment, because="Ill", whose="patient", at=BEFORE, by=clinic.role("receptionist")
    )

    assert ask(clinic, appointment) == []
