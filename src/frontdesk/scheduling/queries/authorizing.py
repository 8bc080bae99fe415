"""What a visit needs an authorization for, booked or only thought of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from frontdesk.core.clock import local
from frontdesk.core.money import ZERO
from frontdesk.coverage import operations as coverage_operations
from frontdesk.coverage import queries as coverage
from frontdesk.coverage.models import AuthorizedService
from frontdesk.coverage.rules import authorizing as rules
from frontdesk.people.models import Patient
from frontdesk.practice.models import Site
from frontdesk.scheduling.models import Appointment, VisitType
from frontdesk.scheduling.queries.asked import questions_about
from frontdesk.scheduling.queries.readiness import Facts
from frontdesk.staff.models import Provider

MOST_VISITS = 60
LATE = timedelta(hours=18)  # of today: who waits in the lobby may still be approved
STILL_TO_BE = (Appointment.Status.BOOKED, Appointment.Status.ARRIVED)


@dataclass(frozen=True, slots=True)
class Note:
    """What whoever books should know before they promise the time."""

    text: str
    tone: str


def wanted(appointment: Appointment, at: datetime) -> coverage_operations.Wanted:
    """Return a booked visit as authorizations see it."""
    kind = appointment.visit_type
    return coverage_operations.Wanted(
        appointment_id=appointment.pk,
        patient=appointment.patient,
        on=local(appointment.site, appointment.starts_at).date(),
        codes=list(kind.charge_codes),
        visit_type=kind.code,
        visit_type_name=kind.name,
        type_says=kind.needs_authorization,
        provider_id=appointment.provider_id,
        expected=expected(kind, at.date()),
        site_id=appointment.site_id,
    )


def expected(kind: VisitType, on: date) -> Decimal | None:
    """Return what a visit of this type is charged; None where no price is known."""
    told = coverage.prices(kind.charge_codes, coverage.charge_schedule(on))
    amounts = [amount for (_code, modifier), amount in told.items() if not modifier]
    return sum(amounts, ZERO) if amounts else None


def coming_visits(patient: Patient, at: datetime) -> list[Appointment]:
    """Return the patient's visits of today and to come, the next first."""
    booked = Appointment.objects.filter(
        patient=patient, status__in=STILL_TO_BE, starts_at__gt=at - LATE
    ).select_related("patient", "site", "visit_type", "provider")
    return list(booked.order_by("starts_at", "pk")[:MOST_VISITS])


def booking_notes(
    patient: Patient,
    kind: VisitType,
    starts_at: datetime,
    site: Site,
    provider: Provider | None = None,
) -> list[Note]:
    """Say before a visit is booked what the office's rules want asked, and what the payer wants."""
    on = local(site, starts_at).date()
    who = coverage.Who(provider.pk if provider else None, site.pk, expected(kind, on))
    return _asked(patient, kind, starts_at, site, provider) + _authorizing(
        patient, kind, on, provider, who
    )


def _asked(
    patient: Patient, kind: VisitType, starts_at: datetime, site: Site, provider: Provider | None
) -> list[Note]:
    """Say what to ask while the patient is on the phone; what stops, stops at check-in."""
    thought = Facts(
        pk=patient.pk, patient_id=patient.pk, starts_at=local(site, starts_at),
        visit_type=kind.code, state=site.state, site_id=site.pk,
        provider_id=provider.pk if provider else None,
    )  # fmt: skip
    return [
        Note(_("Ask: %(words)s. %(how)s") % {"words": one.words.rstrip("."), "how": one.how},
             "red" if one.stops else "amber")
        for one in questions_about(thought)
    ]  # fmt: skip


def _authorizing(
    patient: Patient, kind: VisitType, on: date, provider: Provider | None, who: coverage.Who
) -> list[Note]:
    policy = coverage.policies_of(patient, on).first()
    if policy is None:
        return []
    need = coverage.need_for(
        policy, list(kind.charge_codes), on, visit_type=kind.code,
        type_says=kind.needs_authorization, who=who,
    )  # fmt: skip
    lines = list(coverage.allowed_services([patient.pk]).filter(authorization__policy=policy))
    notes = []
    if need.is_needed and not _is_covered(need, lines, on, provider):
        payer = policy.subscription.plan.payer.name
        what = ", ".join(code for code in need.codes if code) or kind.name
        words = _("%(payer)s: %(what)s needs an authorization, and none is there for that day.")
        text = words % {"payer": payer, "what": what}
        is_stop = need.stops == rules.STOPS_VISIT
        notes.append(Note(f"{text} {need.words}", "red" if is_stop else "amber"))
    return notes + _left(lines, list(kind.charge_codes), on, provider)


def _is_covered(
    need: rules.Need, lines: Sequence[AuthorizedService], on: date, provider: Provider | None
) -> bool:
    held = coverage.held(lines)
    asked = [rules.Asked(code) for code in need.codes]
    return not rules.take(asked, held, on, provider_id=provider.pk if provider else None)[1]


def _left(
    lines: Sequence[AuthorizedService], codes: Sequence[str], on: date, provider: Provider | None
) -> list[Note]:
    """Say how much is left of approvals and referrals that the visit would use."""
    notes = []
    for line, held in zip(lines, coverage.held(lines), strict=True):
        fits = any(held.fits(code, on, provider.pk if provider else None) for code in codes or [""])
        if not fits or held.approved is None:
            continue
        whole = line.authorization
        left = held.left or 0
        text = ngettext(
            "%(what)s %(number)s: %(left)s of %(all)s left.",
            "%(what)s %(number)s: %(left)s of %(all)s left.",
            left,
        ) % {
            "what": whole.get_kind_display(),
            "number": whole.number,
            "left": left,
            "all": held.approved,
        }
        notes.append(Note(text, "green" if left else "amber"))
    return notes
