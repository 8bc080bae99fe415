"""Jobs of a killed worker run again; those of a living one are left alone."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django_tasks_db.models import DBTaskResult

from frontdesk.config import worker
from frontdesk.core.clock import now
from frontdesk.core.models import Lease

pytestmark = pytest.mark.django_db


def running(*workers: str, for_seconds: float = 60) -> DBTaskResult:
    """A job that these workers took, one after the other, the last one a while ago."""
    return DBTaskResult.objects.create(
        status="RUNNING",
        args_kwargs={"args": [], "kwargs": {}},
        task_path="frontdesk.comms.jobs.deliver",
        backend_name="default",
        run_after=now(),
        worker_ids=list(workers),
        started_at=now() - timedelta(seconds=for_seconds),
        exception_class_path="",
        traceback="",
    )


def status(job: DBTaskResult) -> str:
    job.refresh_from_db()
    return job.status


def test_the_job_of_a_dead_worker_is_given_back():
    job = running("gone")
    Lease.objects.create(worker="gone", seen_at=now() - timedelta(minutes=1))

    assert worker.reap() == 1
    assert status(job) == "READY"


def test_the_job_of_a_living_worker_is_left_alone():
    job = running("busy", for_seconds=600)
    worker.renew("busy")

    assert worker.reap() == 0
    assert status(job) == "RUNNING"


def test_a_job_just_taken_is_left_alone_until_its_worker_has_had_time_to_speak():
    job = running("new", for_seconds=1)

    assert worker.reap() == 0
    assert status(job) == "RUNNING"


def test_a_job_that_kills_every_worker_stops_being_tried():
    job = running(*"abcde")

    worker.reap()

    assert status(job) == "FAILED"


def test_a_worker_long_gone_is_forgotten():
    Lease.objects.create(worker="old", seen_at=now() - timedelta(days=2))

    worker.renew("new")

    assert list(Lease.objects.values_list("worker", flat=True)) == ["new"]


@pytest.mark.parametrize("told", [1, 2])
def test_a_worker_that_is_told_to_stop_ends_the_job_in_hand_first(told):
    """Ctrl-C says it twice: the terminal to every part, and then the office."""
    busy = SimpleNamespace(running=True, running_task=True)
    for _ in range(told):
        worker.end_after_this(busy)
    assert not busy.running
    with pytest.raises(SystemExit) as ended:
        worker.end_after_this(SimpleNamespace(running=True, running_task=False))
    assert ended.value.code == 0
