"""The demo's authorizations: what payers want, and requests in every state a desk meets."""

from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from frontdesk.core.actor import Actor
from frontdesk.core.clock import local, now
from frontdesk.core.errors import Refused
from frontdesk.core.keys import new_key
from frontdesk.core.scoping import practice_scope
from frontdesk.coverage import operations as coverage
from frontdesk.coverage.models import Authorization, Payer, Policy
from frontdesk.demo import living
from frontdesk.demo.visiting import staff
from frontdesk.scheduling.models import Appointment

WANTED = {"BLUEF": ("Z971", "Z972"), "CASCA": ("Z971", "Z973")}  # how codes begin
SENT = 6  # by message; the rest of the list waits for somebody
PLANNED = 9
SERIES = 3  # joint injections, approved six at a time


def set_up(practice_id: UUID) -> None:
    """Write down what two payers want to approve first, and how they are asked."""
    by = staff(practice_id, "manager", "Grace Whitfield")
    with practice_scope(practice_id):
        payers = {one.payer_id: one for one in Payer.objects.filter(payer_id__in=WANTED)}
    for payer_id, codes in WANTED.items():
        for code in codes:
            coverage.save_authorization_rule(
                None,
                {
                    "payer": payers[payer_id], "code": code, "needs": True, "stops": "claim",
                    "says": "On the payer’s list of services to approve first.",
                    "evidence": ["Office note of the last visit", "What was tried before"],
                },
                by=by,
            )  # fmt: skip
    coverage.save_review_terms(
        None,
        {"payer": payers["CASCA"], "portal": "providers.cascadia.example", "retro_days": 30,
         "phone": "+18005550142", "fax": "+18005550143"},
        by=by,
    )  # fmt: skip


def live_authorizations(practice_id: UUID) -> None:
    """Ask for some of what visits need, and leave others denied, late, argued, running out."""
    by = staff(practice_id, "receptionist", "Maria Delgado")
    with practice_scope(practice_id):
        policies = list(
            Policy.objects.filter(
                is_active=True, rank=1, subscription__plan__payer__payer_id__in=WANTED
            ).order_by("pk")[:40:8]
        )
        coming = _coming()
    _need(coming, by=by)
    with practice_scope(practice_id):
        open_now = Authorization.objects.filter(status=Authorization.Status.NEEDED)
        waiting = list(open_now.order_by("service_on", "pk"))
    for one in waiting[3 : 3 + SENT]:
        with suppress(Refused):
            coverage.request_authorization(one, way="278", at=now(), by=by)
    with living.world_of_payers(practice_id):
        living.run_jobs()
    _leave_in_hand(waiting[:3], by=by)
    _run_out(policies[:SERIES], by=by)
    for policy in policies[SERIES:]:
        _refer(policy, by=by)


def _coming() -> list[tuple[Appointment, Policy]]:
    """Visits of the coming days whose patients have a plan that wants to approve injections."""
    booked = Appointment.objects.filter(
        status=Appointment.Status.BOOKED, starts_at__gt=now() + timedelta(days=1),
        visit_type__code="follow-up",
    ).select_related("site", "visit_type", "provider")  # fmt: skip
    held = Policy.objects.filter(
        is_active=True, rank=1, subscription__plan__payer__payer_id__in=WANTED
    ).select_related("subscription__plan__payer")
    policies = {one.patient_id: one for one in held}
    found = [one for one in booked.order_by("starts_at", "pk") if one.patient_id in policies]
    spread = found[:: max(1, len(found) // PLANNED)][:PLANNED]
    return [(one, policies[one.patient_id]) for one in spread]


def _need(coming: list[tuple[Appointment, Policy]], *, by: Actor) -> None:
    """Plan procedures for these visits, which the payer wants to approve first."""
    for appointment, policy in coming:
        payer_id = policy.subscription.plan.payer.payer_id
        code, dollars = ("Z9730", 190) if payer_id == "CASCA" else ("Z9720", 240)
        made = coverage.add_authorization(
            policy, services=[{"code": code, "units": 2}], status="needed",
            why_words="Planned by the doctor at the last visit.", appointment_id=appointment.pk,
            service_on=local(appointment.site, appointment.starts_at).date(),
            visit_type=appointment.visit_type.name, provider=appointment.provider,
            expected=Decimal(2 * dollars), diagnoses=["M25.561"], by=by,
        )  # fmt: skip
        coverage.ask_for_evidence(made, words="Office note of the last visit", by=by)


def _leave_in_hand(waiting: list[Authorization], *, by: Actor) -> None:
    """Leave the next one to ask for, the second late at the payer, the third denied."""
    then = now() - timedelta(days=8)
    for one in waiting[1:]:
        coverage.request_authorization(one, way="portal", reference="CAS-20418", at=then, by=by)
    for one in waiting[2:]:
        denied = coverage.decide_authorization(
            one, status="denied", because="The notes do not show what was tried before.",
            told_by="Fax of the payer", at=now() - timedelta(days=1), by=by,
        )  # fmt: skip
        coverage.plan_peer(
            denied, slot_at=now() + timedelta(days=2), with_whom="Dr. Harlan, medical director",
            phone="+18005550144", at=now(), today=now().date(), by=by,
        )  # fmt: skip


def _run_out(policies: list[Policy], *, by: Actor) -> None:
    """Give series of which most is used, so that somebody renews them."""
    today = now().date()
    for place, policy in enumerate(policies):
        coverage.add_authorization(
            policy, services=[{"code": "Z9730", "units": 6}], status="approved",
            number=f"CAS{7100 + place}", starts_on=today - timedelta(days=80),
            ends_on=today + timedelta(days=10 + 40 * place), by=by,
        )  # fmt: skip
        billed = [coverage.Billed(new_key(), "Z9730", 1) for _ in range(5 - place)]
        coverage.count_charges(policy, billed, on=today - timedelta(days=7), by=by)


def _refer(policy: Policy, *, by: Actor) -> None:
    today = now().date()
    coverage.add_authorization(
        policy, kind="referral", services=[{"code": "", "units": 4, "counts": "visits"}],
        status="approved", number="REF2207", referred_by="Dr. Sims, Riverbend Pediatrics",
        starts_on=today - timedelta(days=20), ends_on=today + timedelta(days=70), by=by,
    )  # fmt: skip
