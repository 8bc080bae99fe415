"""Run inside an office's environment: many threads book the same time at once."""

import itertools
import json
import os
import sys
import threading
from datetime import timedelta
from typing import Any

import django


def main(writers: int, rounds: int) -> None:
    """Print how many won, how many overlaps there are, and how many errors there were."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "frontdesk.config.settings")
    django.setup()
    from benchmarks.inside import Desk
    from frontdesk.core.scoping import practice_scope
    from frontdesk.scheduling.models import Occupancy

    desk = Desk()
    told = {"won": 0, "rounds": rounds * 2, "errors": 0, "overlaps": 0}
    slots = desk.slots
    for number in range(rounds * 2):
        provider, at = next(slots)
        starts = [at + timedelta(minutes=5 * (i % 3) * (number % 2)) for i in range(writers)]
        won, errors = _race(desk, provider, starts)
        told["won"] += won
        told["errors"] += errors
        with practice_scope(desk.practice_id):
            held = list(
                Occupancy.objects.filter(
                    resource_id=provider.pk, is_active=True, lane=0,
                    starts_at__lt=at + timedelta(hours=1), ends_at__gt=at,
                ).order_by("starts_at")
            )  # fmt: skip
        pairs = itertools.pairwise(held)
        told["overlaps"] += sum(1 for a, b in pairs if a.ends_at > b.starts_at)
        if number % 2:
            next(slots), next(slots)
    sys.stdout.write(json.dumps(told))


def _race(desk: Any, provider: Any, starts: list[Any]) -> tuple[int, int]:
    from django.db import connection

    from frontdesk.core.clock import now
    from frontdesk.core.errors import Refused
    from frontdesk.scheduling import operations

    ready = threading.Barrier(len(starts))
    results: list[str] = []
    patients = desk.book_of.panels[provider.pk]
    kind = desk.book_of.types["follow-up"]

    def book(number: int) -> None:
        ready.wait()
        try:
            operations.book(
                patients[number], kind, provider, provider.site, starts[number], now(), by=desk.by
            )
            results.append("won")
        except Refused:
            results.append("refused")
        except Exception as trouble:
            results.append(type(trouble).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=book, args=(i,)) for i in range(len(starts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results.count("won"), len(results) - results.count("won") - results.count("refused")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
