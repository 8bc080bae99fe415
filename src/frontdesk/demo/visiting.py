"""One patient's way through the office by the real operations, as the staff would press them."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from frontdesk.core.actor import Actor
from frontdesk.core.clock import local
from frontdesk.core.errors import Refused
from frontdesk.core.scoping import practice_scope
from frontdesk.demo import folk, office
from frontdesk.practice.models import Room
from frontdesk.records import operations as records
from frontdesk.records import queries as record_queries
from frontdesk.records.models import ConsentForm
from frontdesk.records.rules.choosing import is_minor
from frontdesk.scheduling.models import Appointment
from frontdesk.staff.roles import EVERY_PERMISSION, ROLES
from frontdesk.visits import operations
from frontdesk.visits.models import Stage, Superbill, Visit
from frontdesk.visits.queries import check_in as check_in_queries
from frontdesk.visits.queries.intake import facts_of

ZERO = Decimal("0.00")


def staff(practice_id: UUID, role: str, name: str) -> Actor:
    """Somebody of the demo's staff, with just the rights of the role."""
    permissions = EVERY_PERMISSION if role == "clock" else ROLES[role].permissions
    label = ROLES[role].label if role in ROLES else ""
    return Actor(name=name, practice_id=practice_id, permissions=permissions, role=label)


@dataclass
class Office:
    """Those who see a patient through, and the luck of the day."""

    desk: Actor
    assistant: Actor
    clinician: Actor
    chance: random.Random
    ways: tuple[str, ...] = ("cash", "check")  # in which copays are paid

    @classmethod
    def of(cls, practice_id: UUID, chance: random.Random) -> "Office":
        """The demo's usual staff."""
        return cls(
            desk=staff(practice_id, "receptionist", "Maya Ortiz"),
            assistant=staff(practice_id, "assistant", "Lena Fischer"),
            clinician=staff(practice_id, "provider", "Dr. Amara Osei"),
            chance=chance,
        )

    def arrive(self, appointment: Appointment, at: datetime) -> Visit:
        """The patient stands at the desk."""
        return operations.arrive(appointment, at=at, by=self.desk)

    def check_in(self, visit: Visit, at: datetime) -> None:
        """The five steps at the desk: who, what we hold, who pays, forms, copay."""
        by = self.desk
        with practice_scope(by.practice_id):
            born = visit.patient.birth_date
            policy = check_in_queries.policies(visit).first()
            forms = list(
                record_queries.forms_due(visit.patient, visit.on, facts_of(visit.appointment))
            )
        operations.confirm_identity(visit, how="birth date", said=born, at=at, by=by)
        operations.confirm_details(visit, at=at, by=by)
        pays = "insurance" if policy else "self_pay"
        operations.choose_coverage(visit, pays=pays, policy=policy, at=at, by=by)
        is_child = is_minor(born, visit.on, visit.patient.state)
        name = f"Alex {visit.patient.last_name}" if is_child else visit.patient.legal_name
        for form in forms:
            records.sign_consent(
                visit.patient, form=form, signed_name=name,
                signed_as="parent" if is_child else "self", filled=_filled(form),
                at=at, on=visit.on, by=by,
            )  # fmt: skip
        operations.finish_forms(visit, at=at, by=by)
        self._copay(visit, at)
        operations.finish_check_in(visit, at=at, by=by)

    def room(self, visit: Visit, rooms: list[Room], at: datetime) -> bool:
        """Take the patient to the first room that is free, and measure; False when none is."""
        for room in rooms:
            try:
                operations.move(visit, Stage.ROOMED, room=room, at=at, by=self.assistant)
            except Refused:
                continue
            self._measure(visit, at + timedelta(minutes=2))
            return True
        return False

    def see(self, visit: Visit, at: datetime) -> None:
        """The provider comes in."""
        operations.move(visit, Stage.WITH_PROVIDER, at=at, by=self.clinician)

    def sign(self, visit: Visit, at: datetime) -> Superbill:
        """Diagnoses and what was done, signed; the patient goes to check-out."""
        with practice_scope(self.desk.practice_id):
            group = folk_group(visit)
        superbill = operations.begin_superbill(visit, by=self.clinician)
        for _ in range(self.chance.choice([1, 1, 2])):
            code = folk.weighted(office.DIAGNOSES[group], self.chance)
            operations.add_diagnosis(superbill, code, by=self.clinician)
        for code, weight in office.EXTRAS[group]:
            if self.chance.random() * 100 < weight:
                operations.add_line(superbill, code, pointers="A", by=self.clinician)
        operations.move(visit, Stage.CHECK_OUT, at=at, by=self.clinician)
        return operations.sign_superbill(superbill, at=at, by=self.clinician)

    def check_out(self, visit: Visit, at: datetime) -> Visit:
        """What is open is answered, and the visit is closed."""
        by = self.desk
        operations.answer_item(
            visit, "follow_up", "declined", because="Calls when needed", at=at, by=by
        )
        operations.answer_item(visit, "balance", "done", at=at, by=by)
        operations.close(visit, at=at, by=by)
        operations.move(visit, Stage.GONE, at=at, by=by)
        with practice_scope(by.practice_id):
            return Visit.objects.get(pk=visit.pk)

    def _copay(self, visit: Visit, at: datetime) -> None:
        with practice_scope(self.desk.practice_id):
            due = check_in_queries.copay_due(visit, visit.check_in)
        if due and self.chance.random() < 0.95:
            way = self.chance.choice(self.ways)
            operations.take_copay(
                visit, amount=due, method=way, key=str(visit.pk), at=at,
                reference="" if way == "cash" else "1042",
                approval="083471" if way == "card" else "", by=self.desk,
            )  # fmt: skip
        else:
            because = "" if due == ZERO else "Pays when the plan has answered"
            operations.skip_copay(visit, because=because, at=at, by=self.desk)

    def _measure(self, visit: Visit, at: datetime) -> None:
        with practice_scope(self.desk.practice_id):
            if folk_group(visit) == "child":
                return
        systolic = self.chance.randint(108, 148)
        operations.take_vitals(
            visit,
            {
                "systolic": str(systolic), "diastolic": str(systolic - 44), "oxygen": "98",
                "pulse": str(self.chance.randint(60, 92)), "temperature": "98.4",
                "weight": str(self.chance.randint(130, 230)), "height": "67",
            },
            units={"temperature": "°F", "weight": "lb", "height": "in"}, at=at,
            by=self.assistant, is_confirmed=True,
        )  # fmt: skip


def folk_group(visit: Visit) -> str:
    """Return child, adult or senior, on the day of the visit."""
    on = local(visit.site, visit.stage_since).date()
    return folk.group_of(visit.patient.birth_date, on)


def _filled(form: ConsentForm) -> dict[str, str]:
    """Fill every blank that must be filled in, with what most patients say."""
    usual = {"yes_no": "no", "date": "2026-01-05", "check": "yes"}
    return {
        one["name"]: one["choices"][0] if one["choices"] else usual.get(one["kind"], "None")
        for one in form.blanks
        if one["is_required"]
    }
