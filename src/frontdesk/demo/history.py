"""The demo practice's past: kept visits, missed ones, claims and money, by the audited bulk path.

Everything is as the operations would have left it: each visit has its log, superbill, charges
and entries, and the books balance because entries only move money.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from frontdesk.billing.models import Charge, Claim, ClaimEvent, ClaimLine
from frontdesk.coding.models import Diagnosis
from frontdesk.core.actor import Actor
from frontdesk.core.clock import at_wall, now
from frontdesk.core.models import Counter
from frontdesk.core.operation import operation
from frontdesk.coverage.models import Policy
from frontdesk.demo import folk, office
from frontdesk.demo.bulk import new
from frontdesk.demo.figures import chance_of_missing
from frontdesk.demo.foundation import World
from frontdesk.demo.past_money import DESK, ZERO, Money, has_copay
from frontdesk.ledger.models import Account, Entry, Payment, Posting
from frontdesk.ledger.rules import CHART
from frontdesk.people.models import Patient
from frontdesk.records.models import Consent, ConsentForm
from frontdesk.scheduling.models import Appointment, Occupancy, VisitType
from frontdesk.visits.models import (
    CheckIn,
    FlowEvent,
    Stage,
    Superbill,
    SuperbillDiagnosis,
    SuperbillLine,
    Visit,
    Vitals,
)

SLOT = 20  # minutes
FIRST_RECEIPT, FIRST_CLAIM = 1001, 100001
CHECKED = (
    "identity_confirmed_at", "details_confirmed_at", "coverage_confirmed_at", "forms_done_at",
    "payment_done_at", "finished_at",
)  # fmt: skip
CANCELLED = 0.07


@dataclass
class Rows:
    """Rows of many days, saved together in the order of their foreign keys."""

    made: dict[type[Any], list[Any]] = field(default_factory=dict)

    ORDER = (
        Appointment, Occupancy, Visit, FlowEvent, CheckIn, Vitals, Superbill, SuperbillDiagnosis,
        SuperbillLine, Posting, Charge, Payment, Claim, ClaimLine, ClaimEvent, Entry,
        Consent,
    )  # fmt: skip

    def add(self, record: Any) -> Any:
        """Remember a row and give it back."""
        self.made.setdefault(type(record), []).append(record)
        return record

    def save(self) -> None:
        """Number what people read, and write everything."""
        self._number(Posting, "number", "posting", 1)
        self._number(Charge, "number", "charge", 1)
        self._number(Payment, "number", "receipt", FIRST_RECEIPT)
        claims = self.made.get(Claim, [])
        first = Counter.take("claim", start=FIRST_CLAIM, count=len(claims)) if claims else 0
        for number, claim in enumerate(claims, start=first):
            claim.number = str(number)
        for kind in self.ORDER:
            kind.objects.create_many(self.made.get(kind, []))
        self.made.clear()

    def _number(self, kind: type[Any], name: str, counter: str, start: int) -> None:
        rows = self.made.get(kind, [])
        if rows:
            first = Counter.take(counter, start=start, count=len(rows))
            for number, row in enumerate(rows, start=first):
                setattr(row, name, number)


class Past:
    """Writes past days of the practice, one after the other."""

    def __init__(self, world: World, *, chance: random.Random, per_day: int) -> None:
        self.world = world
        self.chance = chance
        self.per_day = per_day
        self.rows = Rows()
        self.accounts: dict[str, Account] = {}
        self.words: dict[str, str] = {}
        self.forms: list[ConsentForm] = []
        self.signed: set[Any] = set()
        self.types = {facts.code: facts for facts in office.VISIT_TYPES}
        self.panels: dict[Any, list[Patient]] = {p.pk: [] for p in world.providers}
        self.met: dict[Any, Decimal] = {}  # of the year's deductible, by patient

    def learn(self) -> None:
        """Read what the rows refer to; once, inside the practice's scope."""
        codes = [code for group in office.DIAGNOSES.values() for code, _ in group]
        found = Diagnosis.objects.filter(code__in=codes).values_list("code", "description")
        self.words = dict(found)
        self.forms = list(ConsentForm.objects.filter(is_current=True, language="en"))
        for patient in self.world.patients:
            if patient.provider_id:
                self.panels[patient.provider_id].append(patient)
        for code, account in CHART.items():
            self.accounts[code] = Account.objects.get_or_create(
                code=code, defaults={"name": account.name, "kind": account.kind}
            )[0]

    def day(self, on: date) -> None:
        """Write one past day."""
        for number, provider in enumerate(self.world.providers):
            site = next(s for s in self.world.sites.values() if s.pk == provider.site_id)
            room = self.world.rooms[site.pk][number]
            start = at_wall(site, on, office.OPENS)
            share = self.per_day // len(self.world.providers)
            wanted = min(self.chance.randint(share - 2, share + 2), 27)
            for slot in sorted(self.chance.sample(range(27), max(wanted, 1))):
                at = (start + timedelta(minutes=slot * SLOT)).astimezone(UTC)
                patient = self.chance.choice(self.panels[provider.pk] or self.world.patients)
                self._appointment(patient, provider, site, room, at, on)

    def _appointment(
        self, patient: Patient, provider: Any, site: Any, room: Any, at: datetime, on: date
    ) -> None:
        group = folk.age_group(self.world.facts[patient.pk], on)
        visit_type = self._visit_type(group)
        booked_at = at - timedelta(days=self.chance.randint(0, 40), hours=self.chance.randint(1, 6))
        appointment = new(
            Appointment,
            patient=patient, provider=provider, site=site, room=room, visit_type=visit_type,
            starts_at=at, ends_at=at + timedelta(minutes=SLOT), booked_at=booked_at,
            booked_by=DESK, reason=self._reason(visit_type), status="fulfilled",
        )  # fmt: skip
        self.rows.add(appointment)
        luck = self.chance.random()
        missed = chance_of_missing(patient.pk, (at - booked_at).days)
        if luck < missed:
            appointment.status = "no_show"
            if self.chance.random() < 0.2:
                appointment.confirmed_at = at - timedelta(days=1)
            return
        if luck < missed + CANCELLED:
            notice = timedelta(hours=self.chance.choice([2, 20, 30, 72]))
            appointment.status = "booked"
            appointment.cancel(
                because="Could not come", whose="patient", told_at=max(booked_at, at - notice)
            )
            return
        if self.chance.random() < 0.5:
            appointment.confirmed_at = at - timedelta(days=1)
        for kind, resource in (("provider", provider), ("room", room)):
            self.rows.add(
                new(
                    Occupancy,
                    resource_kind=kind, resource_id=resource.pk, starts_at=appointment.starts_at,
                    ends_at=appointment.ends_at, appointment=appointment,
                )
            )  # fmt: skip
        self._visit(appointment, group, on)

    def _visit(self, appointment: Appointment, group: str, on: date) -> None:
        events = list(self._events(appointment))
        visit = new(
            Visit,
            appointment=appointment, patient=appointment.patient, provider=appointment.provider,
            site=appointment.site, on=on, stage=Stage.GONE, stage_since=events[-1][1],
            closed_at=events[-1][1], closed_by=DESK,
        )  # fmt: skip
        self.rows.add(visit)
        for place, (stage, at, room) in enumerate(events):
            self.rows.add(
                new(
                    FlowEvent, visit=visit, stage=stage, at=at, room=room, by_name=DESK, place=place
                )
            )
        self._sign_forms(visit, events[0][1])
        if group != "child" and self.chance.random() < 0.9:
            self.rows.add(self._vitals(visit, events[1][1]))
        superbill, lines = self._superbill(visit, group, events[3][1])
        policy = self.world.policies.get(visit.patient_id)
        is_due = any(has_copay(line.code) for line in lines)
        copay = self._check_in(visit, policy, events[0][1], is_due=is_due)
        Money(self, visit, superbill, lines, policy, copay).post()

    def _events(self, appointment: Appointment) -> Iterator[tuple[str, datetime, Any]]:
        minutes = self.chance.randint
        at = appointment.starts_at - timedelta(minutes=minutes(-6, 15))
        yield Stage.ARRIVED, at, None
        at += timedelta(minutes=minutes(4, 18))
        yield Stage.ROOMED, at, appointment.room
        at += timedelta(minutes=minutes(3, 14))
        yield Stage.WITH_PROVIDER, at, appointment.room
        at += timedelta(minutes=minutes(8, 24))
        yield Stage.CHECK_OUT, at, None
        yield Stage.GONE, at + timedelta(minutes=minutes(2, 9)), None

    def _sign_forms(self, visit: Visit, at: datetime) -> None:
        if visit.patient_id in self.signed or at < now() - timedelta(days=330):
            return
        self.signed.add(visit.patient_id)
        for form in self.forms:
            self.rows.add(
                new(
                    Consent, patient=visit.patient, form=form, answer="signed", answered_at=at,
                    signed_name=visit.patient.legal_name, signed_as="self", taken_by=DESK,
                    expires_on=visit.on + timedelta(days=form.valid_months * 30),
                )
            )  # fmt: skip

    def _vitals(self, visit: Visit, at: datetime) -> Vitals:
        systolic = self.chance.randint(108, 152)
        return new(
            Vitals, visit=visit, patient=visit.patient, taken_at=at, taken_by="Lena Fischer",
            systolic=systolic, diastolic=systolic - self.chance.randint(38, 52),
            pulse=self.chance.randint(58, 94), oxygen=self.chance.randint(95, 100),
            respiration=self.chance.randint(12, 18),
            temperature=Decimal(self.chance.randint(362, 374)) / 10,
            weight=Decimal(self.chance.randint(5200, 11500)) / 100,
            height=Decimal(self.chance.randint(1520, 1900)) / 10,
        )  # fmt: skip

    def _superbill(
        self, visit: Visit, group: str, at: datetime
    ) -> tuple[Superbill, list[SuperbillLine]]:
        superbill = self.rows.add(
            new(
                Superbill,
                visit=visit,
                status="signed",
                signed_at=at,
                signed_by=visit.provider.full_name,
            )
        )
        for place in range(self.chance.choice([1, 1, 2])):
            code = folk.weighted(office.DIAGNOSES[group], self.chance)
            self.rows.add(
                new(
                    SuperbillDiagnosis, superbill=superbill, place=place, code=code,
                    description=self.words.get(code, code),
                )
            )  # fmt: skip
        codes = list(self.types[visit.appointment.visit_type.code].charges)
        for code, weight in office.EXTRAS[group]:
            if self.chance.random() * 100 < weight:
                codes.append(code)
        words = {code: said for code, said, *_ in office.CHARGES}
        lines = [
            new(
                SuperbillLine, superbill=superbill, place=place, code=code, description=words[code],
                pointers="A", charge=self.world.fees[code],
            )
            for place, code in enumerate(codes)
        ]  # fmt: skip
        for line in lines:
            self.rows.add(line)
        return superbill, lines

    def _check_in(
        self, visit: Visit, policy: Policy | None, at: datetime, *, is_due: bool
    ) -> Decimal:
        payer = self.world.facts[visit.patient_id].payer if policy and is_due else None
        due = payer.copay if payer else ZERO
        taken = due if self.chance.random() < 0.94 else ZERO
        done = dict.fromkeys(CHECKED, at)
        self.rows.add(
            new(
                CheckIn,
                visit=visit, identity_by="Birth date", pays="insurance" if policy else "self_pay",
                policy=policy, copay_due=due, finished_by=DESK,
                copay_not_taken_because="" if taken == due else "Forgot the wallet", **done,
            )
        )  # fmt: skip
        return taken

    def _visit_type(self, group: str) -> VisitType:
        fitting = [
            (facts.code, facts.weight)
            for facts in office.VISIT_TYPES
            if facts.ages in ("all", group) or (facts.ages == "adult" and group == "senior")
        ]
        return self.world.visit_types[folk.weighted(fitting, self.chance)]

    def _reason(self, visit_type: VisitType) -> str:
        return self.chance.choice(office.REASONS.get(visit_type.code, [visit_type.name]))


@operation("people.import")
def bring_days(past: Past, days: list[date], *, by: Actor) -> None:
    """Bring in several past days of the practice."""
    for on in days:
        past.day(on)
    past.rows.save()


@operation("people.import")
def get_ready(past: Past, *, by: Actor) -> None:
    """Open the books' accounts and learn what the days refer to."""
    past.learn()
