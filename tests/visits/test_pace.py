"""The pace of a site, from its log of visits."""

from datetime import timedelta

from frontdesk.core.clock import now
from frontdesk.scheduling.models import Pace
from frontdesk.visits.jobs import pace as jobs
from frontdesk.visits.models import FlowEvent
from frontdesk.visits.queries import pace


def lived(clinic, count):
    for number in range(count):
        starts = now() - timedelta(days=1 + number)
        visit = clinic.visit(at=starts, patient=clinic.patient(f"P{number}"))
        moves = (("arrived", -5), ("provider", 10), ("checkout", 10 + 10 + number % 21))
        with clinic.writing():
            for place, (stage, minutes) in enumerate(moves):
                FlowEvent.objects.create(
                    visit=visit, stage=stage, at=starts + timedelta(minutes=minutes),
                    by_name="Sam", place=place,
                )  # fmt: skip


def test_it_tells_how_early_people_come_and_how_long_the_provider_takes(clinic):
    lived(clinic, 63)

    assert jobs.tell_pace.call(str(clinic.practice.pk)) == 1

    with clinic.reading():
        stages = Pace.objects.get().stages
    assert stages["early"] == [5.0] * 21
    assert stages["provider"][0] == 10
    assert stages["provider"][10] == 20
    assert stages["provider"][20] == 30


def test_few_visits_tell_nothing(clinic):
    lived(clinic, 5)
    assert jobs.tell_pace.call(str(clinic.practice.pk)) == 0


def test_even_places_of_an_order():
    assert pace.quantiles([float(n) for n in range(41)])[::10] == [0, 20, 40]
