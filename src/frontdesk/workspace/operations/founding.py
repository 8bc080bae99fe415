"""The first person in a new house: founds the practice and holds its keys."""

from django.db import connection

from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.practice import operations as practice
from frontdesk.practice.rules import read_hours
from frontdesk.staff import operations as staff
from frontdesk.staff.models import Member, User

FIRST_ROLES = ["administrator", "manager"]
USUAL_WEEK = {weekday: read_hours("8-5") for weekday in range(5)}
_ONE_AT_A_TIME = 7_031_009  # any number, as long as nobody else uses it as an advisory lock


@operation("practice.edit", always_ask=True)
def open_the_house(
    *, name: str, time_zone: str, person: str, email: str, password: str, by: Actor
) -> Member:
    """Found a practice with its first site and its first administrator, once."""
    _wait_for_others()
    if User.objects.exists():
        raise Refused("This house has its first administrator already. Sign in instead.")
    practice.found({"name": name, "email": email}, by=by)
    site = practice.save_site(
        None, {"name": name, "time_zone": time_zone, "hours": USUAL_WEEK}, by=by
    )
    User.objects.create_user(email, password, name=person)
    return staff.invite(name=person, email=email, roles=FIRST_ROLES, default_site=site, by=by)


def _wait_for_others() -> None:
    """Let no two people be the first: SQLite's writers queue anyway, PostgreSQL's do here."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
