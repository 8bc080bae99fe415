"""Laying the demo practice: its sites, staff, visit types, charges, payers, and its patients."""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from uuid import UUID

from django.contrib.auth.hashers import make_password

from frontdesk.coding.models import ChargeItem, Fee, FeeSchedule
from frontdesk.core.actor import Actor
from frontdesk.core.clock import now, today
from frontdesk.core.keys import new_key
from frontdesk.core.models import Counter
from frontdesk.core.operation import operation
from frontdesk.coverage.models import Payer, Plan, Policy, Subscription
from frontdesk.demo import folk, office
from frontdesk.demo.logins import LOGINS, PASSWORD
from frontdesk.people.models import Channel, ChannelConsent, Contact, Guarantor, Patient
from frontdesk.people.operations.keys import add_keys
from frontdesk.practice.models import Device, Hours, Practice, Room, Site
from frontdesk.records import operations as records_operations
from frontdesk.scheduling.models import Phase, Session, VisitType
from frontdesk.staff.models import Member, Provider, User
from frontdesk.staff.roles import EVERY_PERMISSION

CENT = Decimal("0.01")
_KIN = {True: "parent", False: "spouse"}
YEARS = 2


@dataclass
class World:
    """What has been laid, at hand for the history and the days to come."""

    by: Actor
    practice: Practice
    sites: dict[str, Site] = field(default_factory=dict)
    rooms: dict[UUID, list[Room]] = field(default_factory=dict)
    devices: dict[UUID, list[Device]] = field(default_factory=dict)
    providers: list[Provider] = field(default_factory=list)
    assistants: list[Member] = field(default_factory=list)
    visit_types: dict[str, VisitType] = field(default_factory=dict)
    payers: dict[str, Payer] = field(default_factory=dict)
    plans: dict[str, Plan] = field(default_factory=dict)
    fees: dict[str, Decimal] = field(default_factory=dict)
    patients: list[Patient] = field(default_factory=list)
    policies: dict[UUID, Policy] = field(default_factory=dict)  # primary, by patient
    facts: dict[UUID, folk.Person] = field(default_factory=dict)


def allowed(payer: office.PayerFacts, charge: Decimal) -> Decimal:
    """Return what the payer's contract allows for a charge, in dollars."""
    return (charge * payer.ratio).quantize(CENT, ROUND_HALF_UP)


def lay(*, is_demo: bool = True) -> World:
    """Make the practice with everything but patients."""
    by = Actor(name="Frontdesk", practice_id=new_key(), permissions=EVERY_PERMISSION)
    return found(by=by, is_demo=is_demo)


@operation("practice.edit")
def found(*, by: Actor, is_demo: bool) -> World:
    """Set up the demo practice."""
    practice = Practice(id=by.practice_id, is_demo=is_demo, is_set_up=True, **office.PRACTICE)
    practice.save()
    world = World(by=by, practice=practice)
    _places(world)
    _providers(world)
    _staff(world)
    _visit_types(world)
    _charges(world)
    _payers(world)
    records_operations.add_starter_forms(by=by)
    return world


@operation("people.import")
def bring_patients(
    world: World, homes: list[folk.Household], *, chance: random.Random, by: Actor
) -> None:
    """Bring in households, with their guarantors, insurance, consents and contacts."""
    made = _People(world, chance)
    for home in homes:
        made.add(home)
    made.save()


def _places(world: World) -> None:
    for facts in office.SITES:
        site = Site.objects.create(
            name=facts.name, address_1=facts.address_1, city=facts.city, state="OH",
            zip_code=facts.zip_code, phone=facts.phone, npi=facts.npi,
        )  # fmt: skip
        world.sites[site.name] = site
        for weekday in range(5):
            Hours.objects.create(
                site=site, weekday=weekday, opens=office.OPENS, closes=office.CLOSES
            )
        world.rooms[site.pk] = [
            Room.objects.create(site=site, name=name, kind=kind) for name, kind in facts.rooms
        ]
        world.devices[site.pk] = [
            Device.objects.create(site=site, name=name, kind=kind) for name, kind in facts.devices
        ]


def _providers(world: World) -> None:
    start = today(next(iter(world.sites.values()))) - timedelta(days=366 * YEARS)
    for facts in office.PROVIDERS:
        site = world.sites[facts.site]
        provider = Provider.objects.create(
            first_name=facts.first_name, last_name=facts.last_name, credential=facts.credential,
            npi=facts.npi, taxonomy=facts.taxonomy, specialty=facts.specialty, site=site,
        )  # fmt: skip
        world.providers.append(provider)
        for weekday in range(5):
            Session.objects.create(
                provider=provider, site=site, weekday=weekday, starts=office.OPENS,
                ends=office.CLOSES, from_on=start,
            )  # fmt: skip


def _staff(world: World) -> None:
    site = world.sites["Alder Creek"]
    for login in LOGINS:
        user = _user(login.email, login.name)
        provider = world.providers[0] if login.role == "provider" else None
        Member.objects.create(
            user=user, name=login.name, roles=[login.role], default_site=site, provider=provider
        )
    for name, at in (("Ines Romero", "Alder Creek"), ("Jonas Weber", "North Gate"),
                     ("Priti Shah", "Alder Creek")):  # fmt: skip
        user = _user(f"{name.split()[0].lower()}@demo.example", name)
        Member.objects.create(
            user=user, name=name, roles=["assistant"], default_site=world.sites[at],
            site_ids=[str(world.sites[at].pk)],
        )  # fmt: skip
    world.assistants = list(Member.objects.filter(is_active=True).order_by("pk"))
    world.assistants = [member for member in world.assistants if "assistant" in member.roles]


def _user(email: str, name: str) -> User:
    """Return who signs in with an address. The password is public: it is hashed once for all."""
    known = User.objects.filter(email=email).first()
    if known is not None:
        return known
    made: User = User.objects.create(email=email, name=name, password=_hashed())
    return made


@cache
def _hashed() -> str:
    return make_password(PASSWORD)


def _visit_types(world: World) -> None:
    for facts in office.VISIT_TYPES:
        made = VisitType.objects.create(
            name=facts.name, code=facts.code, minutes=facts.minutes, is_new_patient=facts.is_new,
            needs_authorization=facts.needs_authorization, charge_codes=facts.charges,
        )  # fmt: skip
        world.visit_types[facts.code] = made
        for role, kind, after, minutes in facts.phases:
            Phase.objects.create(
                visit_type=made, role=role, kind=kind, starts_after=after, minutes=minutes
            )


def _charges(world: World) -> None:
    start = today(next(iter(world.sites.values()))) - timedelta(days=366 * YEARS)
    ours = FeeSchedule.objects.create(name="What we charge", kind="charge", starts_on=start)
    items, fees = [], []
    for code, words, dollars, group, system in office.CHARGES:
        items.append(
            ChargeItem(
                code=code, description=words, system=system, group=group,
                is_favorite=group in {"Office visits", "Preventive"},
            )
        )  # fmt: skip
        fees.append(Fee(schedule=ours, code=code, amount=Decimal(dollars)))
        world.fees[code] = Decimal(dollars)
    ChargeItem.objects.bulk_create(items)
    Fee.objects.bulk_create(fees)


def _payers(world: World) -> None:
    start = today(next(iter(world.sites.values()))) - timedelta(days=366 * YEARS)
    for facts in office.PAYERS:
        contract = FeeSchedule.objects.create(
            name=f"{facts.name} allows", kind="contract", starts_on=start
        )
        Fee.objects.bulk_create(
            Fee(schedule=contract, code=code, amount=allowed(facts, charge))
            for code, charge in world.fees.items()
        )
        payer = Payer.objects.create(
            name=facts.name, payer_id=facts.payer_id, filing_indicator=facts.filing_indicator,
            timely_filing_days=facts.filing_days, allowed=contract, phone="+18005550100",
            address_1="PO Box 1000", city="Columbus", state="OH", zip_code="43216",
            finds_by_name=facts.filing_indicator in office.FIND_BY_NAME,
        )  # fmt: skip
        world.payers[facts.payer_id] = payer
        world.plans[facts.payer_id] = Plan.objects.create(
            payer=payer, name=facts.plan, kind=facts.kind, group_number=f"{facts.payer_id}-100"
        )


class _People:
    """Rows of many patients, saved together."""

    def __init__(self, world: World, chance: random.Random) -> None:
        self.world = world
        self.chance = chance
        self.at = now()
        self.on = today(next(iter(world.sites.values())))
        self.guarantors: list[Guarantor] = []
        self.patients: list[Patient] = []
        self.subscriptions: list[Subscription] = []
        self.policies: list[Policy] = []
        self.consents: list[ChannelConsent] = []
        self.contacts: list[Contact] = []

    def add(self, home: folk.Household) -> None:
        """Add everybody of a household."""
        head = home.head
        guarantor = Guarantor(
            first_name=head.first_name, last_name=head.last_name, birth_date=head.birth_date,
            phone=head.mobile_phone, email=head.email, address_1=home.address_1, city=home.city,
            state="OH", zip_code=home.zip_code,
        )  # fmt: skip
        self.guarantors.append(guarantor)
        held: dict[str, Subscription] = {}
        for person in home.people:
            patient = self._patient(person, home, guarantor)
            self._insure(patient, person, held)
            self._reach(patient, person, head)

    def _patient(self, person: folk.Person, home: folk.Household, guarantor: Guarantor) -> Patient:
        is_head = person is home.head
        group = folk.age_group(person, self.on)
        fits = [
            provider
            for provider, facts in zip(self.world.providers, office.PROVIDERS, strict=True)
            if facts.sees == "all" or (facts.sees == "children") == (group == "child")
        ]
        provider = self.chance.choice(fits)
        patient = Patient(
            first_name=person.first_name, middle_name=person.middle_name,
            last_name=person.last_name, pronouns=person.pronouns, birth_date=person.birth_date,
            sex=person.sex, language=person.language, needs_interpreter=person.language != "en"
            and self.chance.random() < 0.5, mobile_phone=person.mobile_phone, email=person.email,
            preferred_channel=person.channel, alert=person.alert, guarantor=guarantor,
            guarantor_relationship="self" if is_head else _KIN[group == "child"],
            provider=provider, site_id=provider.site_id, address_1=home.address_1, city=home.city,
            state="OH", zip_code=home.zip_code,
            registered_on=max(
                person.birth_date, self.on - timedelta(days=self.chance.randint(1, 730))
            ),
        )  # fmt: skip
        self.patients.append(patient)
        self.world.facts[patient.pk] = person
        return patient

    def _insure(self, patient: Patient, person: folk.Person, held: dict[str, Subscription]) -> None:
        if person.payer is None:
            return
        subscription = held.get(person.member_id)
        if subscription is None:
            subscription = self._subscription(patient, person, person.payer, person.member_id)
            held[person.member_id] = subscription
        is_holder = subscription.holder_id == patient.pk
        child = folk.age_group(person, self.on) == "child"
        policy = Policy(
            patient=patient, subscription=subscription, starts_on=date(self.on.year, 1, 1),
            relationship="18" if is_holder else "19" if child else "01",
        )  # fmt: skip
        self.policies.append(policy)
        self.world.policies[patient.pk] = policy
        if person.second_payer:
            second = self._subscription(
                patient, person, person.second_payer, f"S{person.member_id[1:]}"
            )
            self.policies.append(
                Policy(patient=patient, subscription=second, rank=2, starts_on=policy.starts_on)
            )

    def _subscription(
        self, patient: Patient, person: folk.Person, payer: office.PayerFacts, member_id: str
    ) -> Subscription:
        made = Subscription(
            plan=self.world.plans[payer.payer_id], member_id=member_id, holder=patient,
            first_name=person.first_name, last_name=person.last_name,
            birth_date=person.birth_date, sex=person.sex, address_1=patient.address_1,
            city=patient.city, state=patient.state, zip_code=patient.zip_code,
        )  # fmt: skip
        self.subscriptions.append(made)
        return made

    def _reach(self, patient: Patient, person: folk.Person, head: folk.Person) -> None:
        self.consents += [
            ChannelConsent(
                patient=patient, channel=channel, is_given=self.chance.random() < 0.93,
                said_at=self.at - timedelta(days=self.chance.randint(1, 700)), how="At the desk",
            )
            for channel in (Channel.EMAIL, Channel.SMS)
            if channel != Channel.EMAIL or person.email
        ]  # fmt: skip
        if person is not head or self.chance.random() < 0.7:
            other = head if person is not head else None
            self.contacts.append(
                Contact(
                    patient=patient, relationship="Family",
                    name=f"{other.first_name} {other.last_name}" if other else "Alex Doe",
                    phone=other.mobile_phone if other else "+16145550199",
                    may_discuss=other is not None,
                )
            )  # fmt: skip

    def save(self) -> None:
        """Number the charts and write every row."""
        first = Counter.take("chart", start=10001, count=len(self.patients))
        for number, patient in enumerate(self.patients, start=first):
            patient.chart_number = str(number)
        Guarantor.objects.bulk_create(self.guarantors, batch_size=500)
        Patient.objects.bulk_create(self.patients, batch_size=500)
        add_keys(self.patients)
        Subscription.objects.bulk_create(self.subscriptions, batch_size=500)
        Policy.objects.bulk_create(self.policies, batch_size=500)
        ChannelConsent.objects.bulk_create(self.consents, batch_size=500)
        Contact.objects.bulk_create(self.contacts, batch_size=500)
        self.world.patients += self.patients
