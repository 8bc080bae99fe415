"""The demo's patients' money: plans as they go, refunds that wait, a check that came back."""

from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from frontdesk.core.actor import Actor
from frontdesk.core.clock import now, today
from frontdesk.core.errors import Refused
from frontdesk.core.scoping import practice_scope
from frontdesk.demo.visiting import staff
from frontdesk.ledger import operations, queries
from frontdesk.ledger.models import Entry, Payment
from frontdesk.ledger.rules.chart import PATIENT
from frontdesk.ledger.rules.plans import Terms, each_for
from frontdesk.people.models import Patient
from frontdesk.practice.models import Site

PLANS = 6
LEAST = Decimal(90)  # what is worth a plan
LOOKED_AT = 120


def live_paying(practice_id: UUID) -> None:
    """Agree on plans, propose refunds, note a returned check, set a rule for small balances."""
    grace = staff(practice_id, "manager", "Grace Kim")
    omar = staff(practice_id, "biller", "Omar Haddad")
    operations.save_payment_policy({"small_most": Decimal(5)}, by=grace)
    with practice_scope(practice_id):
        site = Site.objects.filter(is_active=True).order_by("pk")[0]
        owing = _owing()
    with suppress(Refused):  # help or an agency may have come first
        _plans(owing[:PLANS], site, omar)
    with suppress(Refused):
        _credits(practice_id, owing[PLANS : PLANS + 3], site, omar, grace)
    _returned(practice_id, omar)


def _owing() -> list[Patient]:
    """Patients who owe enough for a plan, in the order of their charts."""
    recent = Entry.objects.filter(target__code=PATIENT).order_by("-posted_on", "pk")
    keys = list(dict.fromkeys(recent.values_list("patient", flat=True)[: LOOKED_AT * 4]))
    balances = queries.balances_of(keys[:LOOKED_AT])
    owing = [pk for pk, balance in balances.items() if balance.to_pay >= LEAST]
    found = Patient.objects.filter(pk__in=owing, status=Patient.Status.ACTIVE)
    found = found.exclude(plans__status__in=queries.plans.OPEN_PLANS)
    return list(found.order_by("chart_number"))


def _plans(patients: list[Patient], site: Site, by: Actor) -> None:
    """One is late, one is paid in part, one paused; the others run."""
    for place, patient in enumerate(patients):
        with practice_scope(by.practice_id):
            owed = queries.balance_of(patient).to_pay
        first_on = today(site) + timedelta(days=4 * place if place else -10)
        terms = Terms(owed, each_for(owed, 3), "month", first_on)
        told: dict[str, Any] = {"at": now(), "by": by}
        said = {**told, "at": now() - timedelta(days=25), "agreed_how": "signed here"}
        plan = operations.start_plan(patient, terms, site=site, **said)
        with practice_scope(by.practice_id):
            first = plan.instalments.select_related("plan__site", "plan__patient").get(place=1)
        if place == 0:
            operations.note_missed(first, **told)
        elif place == 1:
            operations.take_payment(
                patient, amount=first.amount, method="check", kind="plan", reference="3120",
                site=site, key=f"demo:plan:{plan.pk}", **told,
            )  # fmt: skip
        elif place == 2:
            operations.pause_plan(
                plan, until=today(site) + timedelta(days=40), because="Between two jobs", **told
            )


def _credits(
    practice_id: UUID, patients: list[Patient], site: Site, omar: Actor, grace: Actor
) -> None:
    """Three who paid too much: one refund waits for approval, one for its check."""
    for place, patient in enumerate(patients):
        with practice_scope(practice_id):
            owed = queries.balance_of(patient).patient_due
        over = Decimal(35 + 20 * place)
        told: dict[str, Any] = {"at": now(), "by": omar}
        operations.take_payment(
            patient, amount=owed + over, method="check", kind="balance", reference=f"41{place}7",
            site=site, key=f"demo:over:{patient.pk}", **told,
        )  # fmt: skip
        with practice_scope(practice_id):
            free = min(queries.crediting.free_credit(patient), over)
        if place == 2 or not free:  # older bills may have taken it
            continue
        wish = operations.Wish(free, "Paid the bill twice")
        refund = operations.propose_refund(
            patient, wish, site=site, key=f"demo:{patient.pk}", **told
        )
        if place == 1:
            operations.approve_refund(refund, at=now(), by=grace)


def _returned(practice_id: UUID, by: Actor) -> None:
    """A check of the last weeks came back from the bank."""
    with practice_scope(practice_id):
        checks = Payment.objects.filter(method="check", status="posted").exclude(kind="plan")
        payment = checks.exclude(deposit=None).order_by("-taken_at", "pk").first()
        payment = payment or checks.order_by("-taken_at", "pk").last()
    if payment is None:
        return
    try:
        with practice_scope(practice_id):
            on = today(payment.site)
        operations.return_payment(
            payment, on=on, because="Not sufficient funds", fee=Decimal(25), at=now(), by=by
        )
    except Refused:  # a demo whose last check was taken back already
        return
