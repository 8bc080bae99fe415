"""What the clock asks of the worker: not all at once at a start, not twice after a restart."""

import os
import sqlite3
from contextlib import closing
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django_tasks_db.models import DBTaskResult

from frontdesk.billing.jobs import read_mailboxes
from frontdesk.config import worker
from frontdesk.core.clock import now
from frontdesk.reports.jobs.books import check_everywhere
from frontdesk.scheduling.jobs.auditing import audit_everywhere

OFTEN = "frontdesk.billing.jobs.read_mailboxes"
NIGHTLY = "frontdesk.reports.jobs.books.check_everywhere"
SELDOM = "frontdesk.scheduling.jobs.auditing.audit_everywhere"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def periodic(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
    settings.PERIODIC = {OFTEN: 60.0, NIGHTLY: 86400.0, SELDOM: 21600.0}


def asked(last, at):
    before = set(DBTaskResult.objects.values_list("pk", flat=True))
    worker.enqueue_due(last, at)
    new = DBTaskResult.objects.exclude(pk__in=before).values_list("task_path", flat=True)
    DBTaskResult.objects.update(status="SUCCESSFUL")
    return set(new)


def path(job):
    return job.module_path


def test_on_a_machine_just_started_the_heavy_ones_come_later_and_one_by_one():
    last = worker.known_at_start(10.0)
    assert asked(last, 10.0) == {path(read_mailboxes)}
    assert asked(last, 69.0) == set()
    assert asked(last, 131.0) == {path(read_mailboxes), path(check_everywhere)}
    assert asked(last, 150.0) == {path(audit_everywhere)}
    assert asked(last, 192.0) == {path(read_mailboxes)}


def test_after_a_restart_what_ran_today_is_not_run_again():
    check_everywhere.enqueue()
    DBTaskResult.objects.update(enqueued_at=now() - timedelta(hours=23), status="SUCCESSFUL")
    last = worker.known_at_start(1e6)
    assert asked(last, 1e6 + 300) == {path(read_mailboxes), path(audit_everywhere)}
    assert path(check_everywhere) not in asked(last, 1e6 + 3500)
    assert path(check_everywhere) in asked(last, 1e6 + 3700)


@pytest.mark.parametrize(("library", "asked"), [(["malloc_trim"], [0]), ([], [])])
def test_memory_is_given_back_where_the_machine_can(monkeypatch, library, asked):
    heard = []
    found = SimpleNamespace(**dict.fromkeys(library, heard.append))
    monkeypatch.setattr(worker.ctypes, "CDLL", lambda name: found)

    worker.give_memory_back()

    assert heard == asked


@pytest.mark.parametrize(
    ("grown", "age", "begins_anew"), [(400.0, 3600.0, True), (20.0, 3600.0, False), (400, 5, False)]
)
def test_a_worker_that_a_job_left_large_begins_anew(monkeypatch, grown, age, begins_anew):
    moments, sizes = iter([0.0, age]), iter([70.0, *[70.0 + grown] * 2])
    monkeypatch.setattr(worker, "time", SimpleNamespace(monotonic=lambda: next(moments)))
    monkeypatch.setattr(worker, "own_memory", lambda: next(sizes))
    at_work = SimpleNamespace(running=True)
    growth = worker.Growth(at_work)

    growth.look()

    assert growth.is_too_much is begins_anew
    assert at_work.running is not begins_anew


def test_a_worker_whose_memory_could_be_given_back_goes_on(monkeypatch):
    sizes = iter([70.0, 400.0, 80.0])
    monkeypatch.setattr(worker, "own_memory", lambda: next(sizes))
    monkeypatch.setattr(worker, "YOUNG", 0.0)
    at_work = SimpleNamespace(running=True)

    worker.Growth(at_work).look()

    assert at_work.running


def test_what_is_asked_often_is_not_asked_sooner_for_a_restart():
    read_mailboxes.enqueue()
    DBTaskResult.objects.update(enqueued_at=now() - timedelta(seconds=20), status="SUCCESSFUL")
    last = worker.known_at_start(1e6)
    assert path(read_mailboxes) not in asked(last, 1e6 + 30)
    assert path(read_mailboxes) in asked(last, 1e6 + 45)


def test_the_worker_maps_nothing_of_sqlites_file(tmp_path):
    with closing(sqlite3.connect(tmp_path / "file")) as line:
        line.execute("PRAGMA mmap_size = 1048576")
        worker.read_unmapped(
            SimpleNamespace(vendor="sqlite", cursor=lambda: closing(line.cursor()))
        )
        worker.read_unmapped(SimpleNamespace(vendor="postgresql"))
        assert line.execute("PRAGMA mmap_size").fetchone() == (0,)


def test_a_worker_that_began_anew_goes_on_where_it_was():
    """Not another two minutes until the first of the seldom: it might never come to them."""
    last = worker.known_at_start(10.0, worker.APART)
    assert asked(last, 26.0) == {path(read_mailboxes), path(check_everywhere)}
    last = worker.known_at_start(10.0, worker.APART)
    assert asked(last, 26.0) == {path(audit_everywhere)}


def test_own_memory_leaves_out_what_is_shared(tmp_path):
    (tmp_path / "statm").write_text("90000 25600 5120 1 0 9000 0\n")
    page = os.sysconf("SC_PAGE_SIZE") / 2**20

    assert worker.own_memory(tmp_path / "statm") == 20480 * page
    assert worker.own_memory(tmp_path / "nowhere") == 0
