"""Bring in FHIR R4 resources: once each, by their identifiers, all in one transaction."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from frontdesk.core.actor import Actor
from frontdesk.core.database.statistics import refresh_statistics
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.coverage.models import Payer
from frontdesk.coverage.operations import PolicyRow, bring_in_policies, save_payer
from frontdesk.people.exchange import PatientRow, Rejected
from frontdesk.people.models import Patient
from frontdesk.people.operations import add_contact, bring_in_patients
from frontdesk.people.operations.imports import PATIENT, PROVIDER, known_keys, remember
from frontdesk.practice.models import Site
from frontdesk.practice.operations import save_site
from frontdesk.scheduling.models import VisitType
from frontdesk.scheduling.operations import (
    AppointmentRow,
    bring_in_appointments,
    save_visit_type,
)
from frontdesk.staff.models import Provider
from frontdesk.staff.operations import save_provider
from frontdesk.workspace.exchange import fhir_nouns as nouns
from frontdesk.workspace.exchange.fhir import Key, Resource, Resources
from frontdesk.workspace.operations.intake import APPOINTMENT, POLICY, Taken

SITE, PAYER, CONTACT = "practice.Site", "coverage.Payer", "people.Contact"
READ = (
    "Organization", "Location", "Practitioner", "Patient", "RelatedPerson", "Coverage",
    "Appointment", "Encounter",
)  # fmt: skip


@dataclass(slots=True)
class FhirIntake:
    """What became of the resources, kind by kind; kinds that are not kept here are counted."""

    taken: dict[str, Taken] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)
    met: dict[tuple[str, Key], UUID] = field(default_factory=dict)  # keys, before any saved ones
    visit_types: dict[str, UUID] = field(default_factory=dict)  # by what meetings call them


@operation("people.import", always_ask=True)
def bring_in_fhir(
    resources: Resources, *, at: datetime, by: Actor, earlier: FhirIntake | None = None
) -> FhirIntake:
    """Bring in what the resources say and the practice can keep.

    A resource is known again by its identifiers (else by its address), and then left as it is.
    What lacks something needed is reported: which resource, which element, why; no values.
    A part of a large export is given what became of its `earlier` parts, and adds to that.
    """
    intake = _Intake(resources, at, by, earlier or FhirIntake()).run()
    if earlier is None:
        refresh_statistics()
    return intake


class _Intake:
    """One run: the keys met so far, and the report."""

    def __init__(self, resources: Resources, at: datetime, by: Actor, report: FhirIntake) -> None:
        self.resources = resources
        self.at = at
        self.by = by
        self.report = report
        self.local = report.met

    def run(self) -> FhirIntake:
        """Take the kinds in the order in which they refer to each other."""
        if self.resources.rejected:
            self.report.taken["unreadable"] = Taken(
                len(self.resources.rejected), rejected=self.resources.rejected
            )
        self._one_by_one("Organization", PAYER, self._payer)
        self._one_by_one("Location", SITE, self._site)
        self._one_by_one("Practitioner", PROVIDER, self._provider)
        self._patients()
        self._one_by_one("RelatedPerson", CONTACT, self._contact)
        self._coverages()
        self._meetings("Appointment", nouns.appointment)
        self._meetings("Encounter", nouns.encounter)
        for resource in self.resources.found:
            if resource.kind not in READ:
                self.report.left_out[resource.kind] += 1
        return self.report

    def _one_by_one(self, kind: str, ours: str, bring: Callable[[Resource], UUID | None]) -> None:
        """Bring in resources of which there are few; `bring` returns None for one not kept here."""
        taken = self._taken(kind)
        new: list[tuple[Resource, UUID]] = []
        for resource, known in self._with_known(kind, ours):
            if known is not None:
                taken.known += 1
                self._meet(ours, resource, known)
                continue
            try:
                record_id = bring(resource)
            except (nouns.Unusable, Refused) as trouble:
                element = getattr(trouble, "element", "")
                taken.rejected.append(Rejected(resource.row, element, str(trouble)))
                continue
            if record_id is None:
                self.report.left_out[f"{kind} (not a payer)"] += 1
                continue
            taken.new += 1
            self._meet(ours, resource, record_id)
            new.append((resource, record_id))
        self._remember(ours, new)

    def _payer(self, resource: Resource) -> UUID | None:
        if not nouns.is_payer(resource):
            return None
        return self._payer_named(nouns.payer(resource))

    def _payer_named(self, values: dict[str, str]) -> UUID:
        known = Payer.objects.filter(name__iexact=values["name"]).first()
        if known is not None:
            return known.pk
        number = values.get("payer_id") or "".join(filter(str.isalnum, values["name"]))
        said = {**values, "payer_id": number[:20], "takes_eligibility": False}
        return save_payer(None, {**said, "takes_claims": False}, by=self.by).pk

    def _site(self, resource: Resource) -> UUID:
        values: dict[str, Any] = nouns.location(resource)
        known = Site.objects.filter(name__iexact=values["name"]).first()
        if known is not None:
            return known.pk
        like = Site.objects.order_by("pk").first()
        if like is not None:
            values["time_zone"] = like.time_zone
        return save_site(None, values, by=self.by).pk

    def _provider(self, resource: Resource) -> UUID:
        values = nouns.practitioner(resource)
        known = Provider.objects.filter(npi=values["npi"]).first()
        if known is None:
            return save_provider(None, values, by=self.by).pk
        if known.last_name.casefold() != values["last_name"].casefold():
            raise nouns.Unusable("identifier", "Somebody with another name has this NPI")
        return known.pk

    def _patients(self) -> None:
        taken = self._taken("Patient")
        new: dict[Key, tuple[Resource, PatientRow]] = {}
        for resource, known in self._with_known("Patient", PATIENT):
            if known is not None:
                taken.known += 1
                self._meet(PATIENT, resource, known)
                continue
            try:
                row = nouns.patient(resource)
            except nouns.Unusable as trouble:
                taken.rejected.append(Rejected(resource.row, trouble.element, str(trouble)))
                continue
            if (row.system, row.key) in new:
                taken.rejected.append(Rejected(resource.row, "identifier", "It stands there twice"))
                continue
            new[row.system, row.key] = (resource, row)
        made = bring_in_patients([row for _, row in new.values()], at=self.at, by=self.by)
        for key, (resource, _) in new.items():
            self._meet(PATIENT, resource, made[key])
        self._remember(PATIENT, [(resource, made[key]) for key, (resource, _) in new.items()])
        taken.new += len(made)

    def _contact(self, resource: Resource) -> UUID:
        whose, values = nouns.contact(resource)
        patient_id = self._find(PATIENT, whose)
        if patient_id is None:
            raise nouns.Unusable("patient", "The patient is not here")
        patient = Patient.objects.get(pk=patient_id)
        said: dict[str, Any] = {**values, "is_emergency": False}
        return add_contact(patient, **said, by=self.by).pk

    def _coverages(self) -> None:
        taken = self._taken("Coverage")
        rows: list[tuple[Resource, PolicyRow]] = []
        for resource, known in self._with_known("Coverage", POLICY):
            if known is not None:
                taken.known += 1
                continue
            try:
                rows.append((resource, self._policy(nouns.coverage(resource))))
            except nouns.Unusable as trouble:
                taken.rejected.append(Rejected(resource.row, trouble.element, str(trouble)))
        made = bring_in_policies([row for _, row in rows], today=self.at.date(), by=self.by)
        both = zip(rows, made, strict=True)
        self._remember(POLICY, [(resource, policy.pk) for (resource, _), policy in both])
        taken.new += len(made)

    def _policy(self, said: nouns.CoverageSaid) -> PolicyRow:
        patient_id = self._find(PATIENT, said.patient)
        if patient_id is None:
            raise nouns.Unusable("beneficiary", "The patient is not here")
        payer_id = self._find(PAYER, said.payer)
        if payer_id is None and not said.payer_name:
            raise nouns.Unusable("payor", "The payer is not here")
        payer_id = payer_id or self._payer_named({"name": said.payer_name})
        holder_id = (
            patient_id if said.relationship == "18" else self._find(PATIENT, said.subscriber)
        )
        if holder_id is None:
            raise nouns.Unusable("subscriber", "Who holds the policy is not told")
        return PolicyRow(
            patient_id=patient_id,
            payer_id=payer_id,
            member_id=said.member_id,
            plan_name=said.plan_name or said.payer_name,
            group_number=said.group_number,
            rx_bin=said.rx_bin,
            rx_pcn=said.rx_pcn,
            rx_group=said.rx_group,
            rank=said.rank,
            relationship=said.relationship,
            holder_id=holder_id,
            starts_on=said.starts_on,
            ends_on=said.ends_on,
        )

    def _meetings(self, kind: str, read: Callable[[Resource], nouns.MeetingSaid]) -> None:
        taken = self._taken(kind)
        rows: list[tuple[Resource, AppointmentRow]] = []
        for resource, known in self._with_known(kind, APPOINTMENT):
            try:
                said = read(resource)
                promised = known or self._find(APPOINTMENT, said.appointment)
                if promised is not None:  # an encounter of an appointment that is here
                    taken.known += 1
                    self._meet_appointment(resource, promised)
                else:
                    rows.append((resource, self._appointment(said)))
            except nouns.Unusable as trouble:
                taken.rejected.append(Rejected(resource.row, trouble.element, str(trouble)))
        made = bring_in_appointments([row for _, row in rows], at=self.at, by=self.by)
        both = [(one[0], appointment.pk) for one, appointment in zip(rows, made, strict=True)]
        for resource, record_id in both:
            self._meet_appointment(resource, record_id)
        self._remember(APPOINTMENT, both)
        taken.new += len(made)

    def _appointment(self, said: nouns.MeetingSaid) -> AppointmentRow:
        found = {
            "patient": self._find(PATIENT, said.patient),
            "practitioner": self._find(PROVIDER, said.practitioner),
            "location": self._find(SITE, said.location) or self._only_site(said.location),
        }
        for element, record_id in found.items():
            if record_id is None:
                raise nouns.Unusable(element, f"The {element} is not here")
        if said.ends_at <= said.starts_at:
            raise nouns.Unusable("end", "It ends before it starts")
        status = "fulfilled" if said.status == "arrived" and said.ends_at < self.at else said.status
        return AppointmentRow(
            patient_id=found["patient"],  # type: ignore[arg-type]  # none is missing, see above
            provider_id=found["practitioner"],  # type: ignore[arg-type]
            site_id=found["location"],  # type: ignore[arg-type]
            visit_type_id=self._kind(said),
            starts_at=said.starts_at,
            ends_at=said.ends_at,
            booked_at=said.booked_at,
            booked_by="Earlier system",
            status=status,
            reason=said.reason,
            cancelled_because=said.cancelled_because,
        )

    def _kind(self, said: nouns.MeetingSaid) -> UUID:
        name = said.kind[:60]
        if name not in self.report.visit_types:
            self.report.visit_types[name] = self._kind_named(name, said)
        return self.report.visit_types[name]

    def _kind_named(self, name: str, said: nouns.MeetingSaid) -> UUID:
        known = VisitType.objects.filter(name__iexact=name).first()
        if known is not None:
            return known.pk
        minutes = int((said.ends_at - said.starts_at).total_seconds() // 60)
        code = "fhir-" + "-".join(name.casefold().split())
        code = code[:16] + f"-{VisitType.objects.count():03d}"
        values = {"name": name, "code": code, "minutes": max(5, min(minutes, 480))}
        return save_visit_type(None, values, by=self.by).pk

    def _only_site(self, said: list[Key]) -> UUID | None:
        """Return the practice's one site for a meeting that names no place."""
        sites = list(Site.objects.all()[:2])
        return sites[0].pk if not said and len(sites) == 1 else None

    def _with_known(self, kind: str, ours: str) -> list[tuple[Resource, UUID | None]]:
        """Pair each resource with the record it is known as here, if it is."""
        every = self.resources.of(kind)
        known = known_keys(ours, {key for one in every for key in _lasting(one)})
        return [
            (one, next((known[key] for key in _lasting(one) if key in known), None))
            for one in every
        ]

    def _meet(self, ours: str, resource: Resource, record_id: UUID) -> None:
        for key in (*resource.identifiers, *resource.addresses):
            self.local[ours, key] = record_id

    def _meet_appointment(self, resource: Resource, record_id: UUID) -> None:
        """Keep what encounters refer to; to encounters nothing does, and there are many."""
        if resource.kind == "Appointment":
            self._meet(APPOINTMENT, resource, record_id)

    def _find(self, ours: str, keys: Iterable[Key]) -> UUID | None:
        wanted = list(keys)
        here = next((self.local[ours, key] for key in wanted if (ours, key) in self.local), None)
        if here is not None or not wanted:
            return here
        known = known_keys(ours, wanted)
        return next((known[key] for key in wanted if key in known), None)

    def _remember(self, ours: str, made: list[tuple[Resource, UUID]]) -> None:
        """Keep the keys of new records; an address that another server used stays with that."""
        keys = [
            (*key, record_id)
            for resource, record_id in made
            for key in dict.fromkeys((*_lasting(resource), *resource.addresses))
        ]
        known = known_keys(ours, {(system, value) for system, value, _ in keys})
        fresh: dict[Key, UUID] = {}
        for system, value, record_id in keys:
            if (system, value) not in known:
                fresh.setdefault((system, value), record_id)
        remember(ours, [(*key, record_id) for key, record_id in fresh.items()])

    def _taken(self, kind: str) -> Taken:
        rows = len(self.resources.of(kind))
        if not rows:
            return Taken()
        taken = self.report.taken.setdefault(kind, Taken())
        taken.rows += rows
        return taken


def _lasting(resource: Resource) -> tuple[Key, ...]:
    """Return the keys by which a resource is known again."""
    return resource.identifiers or (resource.own_key,)
