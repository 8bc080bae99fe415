"""Denials in tests: what a payer refuses, pays and takes back, and the denials of it."""

from dataclasses import replace

from frontdesk.billing.models import Denial
from tests.billing.decisions import USUAL
from tests.billing.payer import decided, line, received, remittance

REFUSED = line("99213", "148.00", "0.00", "CO-197 148.00")


PAID = line("99213", "148.00", "60.00", "CO-45 63.00", "PR-3 25.00")


BACK = line("99213", "-148.00", "0.00", "CO-197 -148.00")


def denials(office):
    with office.reading():
        found = Denial.objects.select_related("claim__patient", "claim__visit__site", "line")
        return list(found.order_by("pk"))


def only(office):
    [one] = denials(office)
    return one


def named(actor, name):
    """The same rights in other hands."""
    return replace(actor, name=name)


def refused(office, claim, *lines, status="1"):
    """The payer refuses the visit and pays the rest."""
    body = decided(claim.number, *(lines or (REFUSED, USUAL[1])), status=status)
    received(office, remittance(body))
