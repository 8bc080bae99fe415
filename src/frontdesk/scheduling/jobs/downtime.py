"""The downtime kit of every site, kept as a file where it is found without the office running."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django_tasks import task

from frontdesk.core.clock import local, now
from frontdesk.core.scoping import practice_scope
from frontdesk.practice.models import Site
from frontdesk.scheduling import exchange, queries
from frontdesk.staff.queries import practice_ids

KEPT = 3  # files a site


@task()
def keep_kits(practice_id: str) -> int:
    """Write the kit of each site of one practice, for today and the next days."""
    with practice_scope(UUID(practice_id)):
        sites = list(Site.objects.filter(is_active=True).order_by("name"))
        for site in sites:
            write_kit(site)
    return len(sites)


@task()
def keep_everywhere() -> int:
    """Every few hours: keep the kits of each practice new enough to be of use."""
    practices = practice_ids()
    for practice_id in practices:
        keep_kits.enqueue(str(practice_id))
    return len(practices)


def write_kit(site: Site) -> Path:
    """Write a site's kit whole or not at all, for the office alone; the oldest ones go."""
    at = now()
    on = (local(site, at) + timedelta(hours=6)).date()  # in the evening it is tomorrow's
    folder = Path(settings.VAR) / "downtime" / site.practice_id.hex
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{on:%Y-%m-%d}-{site.pk.hex[-8:]}.pdf"
    half = path.with_suffix(".part")
    half.write_bytes(exchange.kit_pdf(queries.kit(site, on, at)))
    half.chmod(0o600)
    half.replace(path)
    for old in sorted(folder.glob(f"*-{site.pk.hex[-8:]}.pdf"))[:-KEPT]:
        old.unlink(missing_ok=True)
    return path
