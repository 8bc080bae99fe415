"""A small made-up practice. Tests say only what matters to them.

The cast, whose rights are the point: Maria (front desk), Sam (medical assistant), Dr Okafor
(provider), Omar (biller), Grace (manager), Ann Lee (patient); and Oak Avenue, another practice
that must see nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import cycle
from zoneinfo import ZoneInfo

from frontdesk.core import audit
from frontdesk.core.actor import Actor
from frontdesk.core.clock import now
from frontdesk.core.scoping import EVERY_PRACTICE, practice_scope
from frontdesk.coverage.models import Payer, Plan, Policy, Subscription
from frontdesk.people.models import Patient
from frontdesk.practice.models import Hours, Practice, Room, Site
from frontdesk.scheduling.models import Appointment, Phase, Session, VisitType
from frontdesk.scheduling.queries import remembered
from frontdesk.staff.models import Member, Provider, User
from frontdesk.staff.roles import EVERY_PERMISSION, permissions_of
from frontdesk.visits.models import Visit

NEW_YORK = ZoneInfo("America/New_York")
PASSWORD = "a long and quiet word"
NPIS = cycle(["9900001006", "9900001014", "9900001022", "9900001030", "9900001048"])


class Clinic:
    """One practice with a site, a provider, two rooms and a visit type."""

    def __init__(self, name: str = "Elm Street Family Medicine") -> None:
        with practice_scope(EVERY_PRACTICE), audit.recording():
            self.practice = Practice.objects.create(
                name=name,
                legal_name=name,
                tax_id="12-3456789",
                npi="1234567893",
                taxonomy="207Q00000X",
                phone="+16145550100",
                address_1="1 Elm Street",
                city="Columbus",
                state="OH",
                zip_code="43215-1000",
                is_set_up=True,
            )
        with self.writing():
            self.site = Site.objects.create(
                name="Elm Street",
                address_1="1 Elm Street",
                city="Columbus",
                state="OH",
                zip_code="43215-1000",
                phone="+16145550100",
            )
            Hours.objects.bulk_create(
                Hours(site=self.site, weekday=weekday, opens=time(8), closes=time(17))
                for weekday in range(7)
            )
            self.room = Room.objects.create(site=self.site, name="Room 1")
            self.second_room = Room.objects.create(site=self.site, name="Room 2")
            self.provider = Provider.objects.create(
                first_name="Ada",
                last_name="Okafor",
                credential="MD",
                npi=next(NPIS),
                taxonomy="207Q00000X",
                site=self.site,
            )
            Session.objects.bulk_create(
                Session(
                    provider=self.provider,
                    site=self.site,
                    weekday=weekday,
                    starts=time(8),
                    ends=time(17),
                    from_on=date(2020, 1, 1),
                )
                for weekday in range(7)
            )
            self.visit_type = VisitType.objects.create(
                name="Follow-up", code="follow-up", minutes=20, charge_codes=["Z9213"]
            )
            Phase.objects.create(
                visit_type=self.visit_type, role=Phase.Role.PROVIDER, starts_after=0, minutes=20
            )
            Phase.objects.create(
                visit_type=self.visit_type, role=Phase.Role.ROOM, starts_after=0, minutes=20
            )

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Arrange records without an operation."""
        try:
            with practice_scope(self.practice.pk), audit.recording():
                yield
        finally:
            remembered.forget(self.practice.pk)  # no entry tells of what is written like this

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Look at records of this practice."""
        with practice_scope(self.practice.pk):
            yield

    def actor(self, *permissions: str) -> Actor:
        """Somebody with just these permissions."""
        return Actor(name="Maria", practice_id=self.practice.pk, permissions=frozenset(permissions))

    def role(self, *roles: str) -> Actor:
        """Somebody with the rights of these roles."""
        return Actor(
            name="Maria", practice_id=self.practice.pk, permissions=permissions_of(list(roles))
        )

    def anybody(self) -> Actor:
        """Somebody who may do everything."""
        return Actor(name="Grace", practice_id=self.practice.pk, permissions=EVERY_PERMISSION)

    def member(self, *roles: str, email: str = "", provider: Provider | None = None) -> Member:
        """Somebody who can sign in (with PASSWORD), holding these roles."""
        name = (roles or ("nobody",))[0].title()
        email = email or f"{'-'.join(roles) or 'nobody'}@{self.practice.pk.hex[-8:]}.example"
        user = User.objects.create_user(email, PASSWORD, name=name)
        with self.writing():
            return Member.objects.create(
                user=user, name=name, roles=list(roles), default_site=self.site, provider=provider
            )

    def patient(self, first: str = "Ann", last: str = "Lee", **more: object) -> Patient:
        """A patient; say only what matters."""
        said = {"birth_date": date(1980, 5, 4), "sex": "F", "registered_on": date(2024, 1, 2)}
        with self.writing():
            number = str(Patient.objects.count() + 10001)
            return Patient.objects.create(
                first_name=first, last_name=last, chart_number=number, **{**said, **more}
            )

    def payer(self, payer_id: str = "DEMOPPO", **more: object) -> Payer:
        """A payer."""
        with self.writing():
            return Payer.objects.create(payer_id=payer_id, **{"name": "Demo PPO", **more})

    def policy(self, patient: Patient, payer: Payer | None = None, **more: object) -> Policy:
        """A policy of which the patient is the subscriber."""
        payer = payer or self.payer()
        with self.writing():
            plan, _ = Plan.objects.get_or_create(payer=payer, name="Choice")
            subscription = Subscription.objects.create(
                plan=plan,
                member_id="W123456789",
                holder=patient,
                first_name=patient.first_name,
                last_name=patient.last_name,
                birth_date=patient.birth_date,
                sex=patient.sex,
            )
            return Policy.objects.create(patient=patient, subscription=subscription, **more)

    def booked(
        self, *, at: datetime, patient: Patient | None = None, minutes: int = 20
    ) -> Appointment:
        """An appointment in the book, made without asking for its resources."""
        patient = patient or self.patient()
        with self.writing():
            return Appointment.objects.create(
                site=self.site,
                provider=self.provider,
                patient=patient,
                room=self.room,
                visit_type=self.visit_type,
                starts_at=at,
                booked_at=at - timedelta(days=7),
                ends_at=at + timedelta(minutes=minutes),
                booked_by="Maria",
            )

    def visit(self, *, at: datetime | None = None, patient: Patient | None = None) -> Visit:
        """A visit that is expected."""
        appointment = self.booked(at=at or now(), patient=patient)
        with self.writing():
            return Visit.objects.create(
                appointment=appointment,
                patient=appointment.patient,
                provider=self.provider,
                site=self.site,
                on=appointment.starts_at.astimezone(NEW_YORK).date(),
                stage_since=appointment.starts_at,
            )


def dollars(text: str) -> Decimal:
    """Money from its digits."""
    return Decimal(text)
