"""The job worker: runs what operations left for later, on a lease, and what the clock asks for.

django-tasks-db claims and runs jobs. What it lacks is here: a killed worker's job would stay
"running" for ever, so each worker renews a lease, and whoever is alive gives back the jobs of
those who are not.
"""

import ctypes
import logging
import math
import os
import signal
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.db import close_old_connections, transaction
from django.db.backends.signals import connection_created
from django.utils.crypto import get_random_string
from django.utils.module_loading import import_string
from django_tasks.signals import task_finished

LEASE = timedelta(seconds=15)
RENEW_EVERY = 5.0  # seconds
SELDOM = 900.0  # seconds: what is due no oftener does not begin with the office
SETTLING = 120.0  # seconds after the start before the first of it, and
APART = 15.0  # from one to the next: they are the heavy ones
TRIES = 5  # a job that killed this many workers is left for a person
ROOM = 30.0  # MB: a worker that a job left this much larger than it began, begins anew, but
YOUNG = 10.0  # seconds: not one that has just begun
ANEW = "--anew"  # what it is told then
STOPS = (signal.SIGINT, signal.SIGTERM)

logger = logging.getLogger("frontdesk.worker")


def main(*, anew: bool = False) -> None:
    """Run until told to stop."""
    django.setup()
    connection_created.connect(read_unmapped)
    worker = _worker(get_random_string(32))
    waits = APART if anew else SETTLING
    threading.Thread(target=_keep_lease, args=(worker, waits), daemon=True).start()
    growth = Growth(worker)
    task_finished.connect(growth.look)
    worker.run()
    if growth.is_too_much:  # in this very process: whoever watches it sees nothing end
        command = [sys.executable, "-m", "frontdesk.config.worker", ANEW]
        os.execv(sys.executable, command)  # noqa: S606 - ourselves


class Growth:
    """Lets a worker that a job left large end; its memory is in pieces that can't be given back."""

    def __init__(self, worker: Any) -> None:
        self.worker = worker
        self.began = time.monotonic()
        self.first = own_memory()
        self.is_too_much = False

    def look(self, **_: Any) -> None:
        """Judge after a job: `task_finished` is sent when all of it is done and noted."""
        if not self._is_large() or time.monotonic() - self.began < YOUNG:
            return
        give_memory_back()
        if self._is_large() and self.worker.running:
            self.is_too_much = True
            self.worker.running = False

    def _is_large(self) -> bool:
        return own_memory() - self.first > ROOM


def read_unmapped(connection: Any, **_: Any) -> None:
    """Have SQLite read the file instead of mapping it: jobs go through all of it now and then,
    and what they mapped would stay ours. The machine's own cache holds it just as well.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA mmap_size = 0")


def own_memory(status: Path = Path("/proc/self/statm")) -> float:
    """Return how much memory is this process's alone, in MB; 0 where the system doesn't say."""
    try:
        _, resident, shared, *_ = map(int, status.read_text().split())
    except OSError:
        return 0.0
    return (resident - shared) * os.sysconf("SC_PAGE_SIZE") / 2**20


def renew(worker_id: str) -> None:
    """Say that this worker lives, and forget those long gone."""
    from frontdesk.core.clock import now
    from frontdesk.core.models import Lease

    Lease.objects.update_or_create(worker=worker_id, defaults={"seen_at": now()})
    Lease.objects.filter(seen_at__lt=now() - timedelta(days=1)).delete()


def reap() -> int:
    """Give back the jobs of workers whose lease ran out; return how many."""
    from django_tasks_db.models import DBTaskResult

    from frontdesk.core.clock import now
    from frontdesk.core.models import Lease

    given_back = 0
    with transaction.atomic():
        alive = set(
            Lease.objects.filter(seen_at__gte=now() - LEASE).values_list("worker", flat=True)
        )
        for job in DBTaskResult.objects.running().select_for_update():
            if job.worker_ids and job.worker_ids[-1] in alive:
                continue
            if job.started_at and job.started_at > now() - LEASE:
                continue
            job.status = "READY" if len(job.worker_ids) < TRIES else "FAILED"
            job.save(update_fields=["status"])
            given_back += 1
    return given_back


def known_at_start(at: float, waits: float = SETTLING) -> dict[str, float]:
    """Return when each entry of `settings.PERIODIC` counts as asked for last.

    What ran before a restart is not run again before its time; what is seldom and due waits until
    the office has opened, one after the other. `waits` says how many seconds the first one does.
    """
    from django_tasks_db.models import DBTaskResult

    from frontdesk.core.clock import now

    last = {}
    for path, every in settings.PERIODIC.items():
        results = DBTaskResult.objects.filter(task_path=import_string(path).module_path)
        asked = results.order_by("-enqueued_at").values_list("enqueued_at", flat=True).first()
        age = (now() - asked).total_seconds() if asked else math.inf
        if every < SELDOM:
            last[path] = at - age
            continue
        last[path] = at - min(age, every - waits)
        if age > every - waits:
            waits += APART
    return last


def enqueue_due(last: dict[str, float], at: float) -> None:
    """Enqueue what the clock asks for: each entry of `settings.PERIODIC`, once its time is up."""
    for path, every in settings.PERIODIC.items():
        if at - last.get(path, -math.inf) < every:
            continue
        last[path] = at
        job = import_string(path)
        from django_tasks_db.models import DBTaskResult

        waiting = DBTaskResult.objects.filter(
            task_path=job.module_path, status__in=("READY", "RUNNING")
        )
        if not waiting.exists():
            job.enqueue()


def _keep_lease(worker: Any, waits: float) -> None:
    last: dict[str, float] | None = None
    while True:
        try:
            close_old_connections()
            renew(worker.worker_id)
            last = known_at_start(time.monotonic(), waits) if last is None else last
            if given_back := reap():
                logger.warning("Gave back %s jobs of a worker that is gone.", given_back)
            enqueue_due(last, time.monotonic())
        except Exception:  # the lease must outlive a busy or restarting database
            logger.exception("The worker could not renew its lease; it tries again.")
        give_memory_back()
        time.sleep(RENEW_EVERY)


def give_memory_back() -> None:
    """Hand freed memory to the machine: after a large job the C library would keep it."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc's; others do it by themselves
    if trim is not None:
        trim(0)


def _worker(worker_id: str) -> Any:
    from django_tasks_db.management.commands.db_worker import Worker

    worker = Worker(
        queue_names=["*"],
        interval=0.5,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=worker_id,
        excluded_queue_names=[],
    )
    for number in STOPS:
        signal.signal(number, lambda *_: end_after_this(worker))
    return worker


def end_after_this(worker: Any) -> None:
    """Let the worker end when the job in hand is done, however often it is told.

    Ctrl-C tells it twice, for the office says it as well. django-tasks would break off the job at
    the second time and note it as failed; one that does not end in time is killed, and its job
    is given back.
    """
    worker.running = False
    if not worker.running_task:
        sys.exit(0)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # who closes the office at once sees no trace
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "frontdesk.config.settings")
    main(anew=ANEW in sys.argv[1:])
