"""The clock of charge capture: every hour, visits that have no charge a day later."""

from django_tasks import task

from frontdesk.core.clock import now
from frontdesk.core.scoping import practice_scope
from frontdesk.practice.models import Site
from frontdesk.staff.queries import practice_ids, the_clock
from frontdesk.visits import operations


@task()
def watch_charges_everywhere() -> int:
    """Look in every office for visits without a charge, and for contracts that end."""
    found = 0
    for practice_id in practice_ids():
        clock = the_clock(practice_id)
        with practice_scope(practice_id):
            sites = list(Site.objects.filter(is_active=True).order_by("pk"))
        for site in sites:
            found += operations.watch_charges(site, at=now(), by=clock)
        if sites:
            found += operations.watch_contracts(sites[0], at=now(), by=clock)
    return found
