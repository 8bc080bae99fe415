"""Bring in another system's export of a whole practice: all of it, or nothing."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from frontdesk.core.actor import Actor
from frontdesk.core.clock import at_wall
from frontdesk.core.database.statistics import refresh_statistics
from frontdesk.core.operation import operation
from frontdesk.coverage.models import Payer
from frontdesk.coverage.operations import PolicyRow, bring_in_policies
from frontdesk.people import exchange as people
from frontdesk.people.models import Import
from frontdesk.people.operations import bring_in_patients, propose_duplicates
from frontdesk.people.operations.imports import (
    PATIENT,
    PROVIDER,
    known_keys,
    remember,
    without_known,
)
from frontdesk.practice.models import Site
from frontdesk.scheduling.models import VisitType
from frontdesk.scheduling.operations import AppointmentRow, bring_in_appointments
from frontdesk.staff.models import Provider
from frontdesk.workspace.exchange.export_folder import AppointmentLine, CoverageLine, Export
from frontdesk.workspace.operations.practice_file import bring_in_practice

SYSTEM = "csv"
POLICY, APPOINTMENT = "coverage.Policy", "scheduling.Appointment"
Keys = Mapping[tuple[str, str], UUID]


@dataclass(slots=True)
class Taken:
    """What became of one noun of the export."""

    rows: int = 0
    new: int = 0
    known: int = 0
    rejected: list[people.Rejected] = field(default_factory=list)


@dataclass(slots=True)
class Intake:
    """What became of the export, noun by noun, and how many pairs look like one person."""

    taken: dict[str, Taken] = field(default_factory=dict)
    duplicates: int = 0


@operation("people.import", always_ask=True)
def bring_in_export(export: Export, *, at: datetime, by: Actor) -> Intake:
    """Bring in settings, patients, coverages and appointments of an export, in one transaction.

    What was brought in before, known by the other system's keys, stays as it is.
    """
    intake = Intake()
    report = bring_in_practice(export.practice, by=by)
    new, changed = sum(report.new.values()), sum(report.changed.values())
    intake.taken["settings"] = Taken(new + changed, new, changed)
    _remember_providers(export)
    patients = _patients(export, intake, at, by)
    _coverages(export, patients, intake, at, by)
    _appointments(export, patients, intake, at, by)
    if intake.taken["patients"].new:
        intake.duplicates = len(propose_duplicates(by=by))
    refresh_statistics()
    return intake


def _remember_providers(export: Export) -> None:
    by_npi = dict(Provider.objects.values_list("npi", "pk"))
    wanted = {(SYSTEM, key): by_npi[npi] for key, npi in export.providers.items() if npi in by_npi}
    known = known_keys(PROVIDER, wanted)
    remember(
        PROVIDER, [(*pair, record_id) for pair, record_id in wanted.items() if pair not in known]
    )


def _patients(export: Export, intake: Intake, at: datetime, by: Actor) -> Keys:
    """Bring in the patients; return the records of all that the export names."""
    mapping = people.guess_mapping(export.patients.headings)
    reading = people.read_patients(export.patients, mapping, today=at.date())
    new = without_known(reading.rows)
    bring_in_patients(new, at=at, by=by)
    intake.taken["patients"] = Taken(
        len(export.patients.rows), len(new), len(reading.rows) - len(new), reading.rejected
    )
    sha256 = hashlib.sha256(export.patients_content).hexdigest()
    if new and not Import.objects.filter(kind="practice", sha256=sha256, status="done").exists():
        Import(
            kind="practice",
            file_name=export.patients_name,
            sha256=sha256,
            mapping=mapping,
            status=Import.Status.DONE,
            rows=len(export.patients.rows),
            accepted=len(new),
            known=len(reading.rows) - len(new),
            rejected=[asdict(one) for one in reading.rejected],
            started_at=at,
            ended_at=at,
        ).save()
    return known_keys(PATIENT, {(row.system, row.key) for row in reading.rows})


def _coverages(export: Export, patients: Keys, intake: Intake, at: datetime, by: Actor) -> None:
    taken = Taken(len(export.coverages), rejected=list(export.rejected["coverages"]))
    payers = dict(Payer.objects.values_list("payer_id", "pk"))
    names = dict(Payer.objects.values_list("pk", "name"))
    known = known_keys(POLICY, {(SYSTEM, line.key) for line in export.coverages})
    lines: list[CoverageLine] = []
    rows = []
    for line in export.coverages:
        patient, payer = patients.get((SYSTEM, line.patient)), payers.get(line.payer)
        if (SYSTEM, line.key) in known:
            taken.known += 1
        elif patient is None or payer is None:
            column = "mrn" if patient is None else "payer"
            taken.rejected.append(people.Rejected(line.row, column, "Not in the export"))
        else:
            lines.append(line)
            rows.append(_policy(line, patient, payer, names[payer], patients))
    policies = bring_in_policies(rows, today=at.date(), by=by)
    made = zip(lines, policies, strict=True)
    remember(POLICY, [(SYSTEM, line.key, policy.pk) for line, policy in made])
    taken.new = len(policies)
    intake.taken["coverages"] = taken


def _policy(
    line: CoverageLine, patient: UUID, payer: UUID, payer_name: str, patients: Keys
) -> PolicyRow:
    return PolicyRow(
        patient_id=patient,
        payer_id=payer,
        member_id=line.member_id,
        plan_name=payer_name,
        group_number=line.group_number,
        rx_bin=line.rx_bin,
        rx_pcn=line.rx_pcn,
        rx_group=line.rx_group,
        rank=line.rank,
        relationship=line.relationship,
        holder_id=patients.get((SYSTEM, line.subscriber), patient),
        starts_on=line.starts_on,
        ends_on=line.ends_on,
    )


def _appointments(export: Export, patients: Keys, intake: Intake, at: datetime, by: Actor) -> None:
    taken = Taken(len(export.appointments), rejected=list(export.rejected["appointments"]))
    sites = {site.name: site for site in Site.objects.all()}
    places = {key: sites[name] for key, name in export.locations.items() if name in sites}
    kinds = dict(VisitType.objects.values_list("code", "pk"))
    providers = known_keys(PROVIDER, {(SYSTEM, key) for key in export.providers})
    known = known_keys(APPOINTMENT, {(SYSTEM, line.key) for line in export.appointments})
    lines: list[AppointmentLine] = []
    rows = []
    for line in export.appointments:
        if (SYSTEM, line.key) in known:
            taken.known += 1
            continue
        found = {
            "mrn": patients.get((SYSTEM, line.patient)),
            "provider": providers.get((SYSTEM, line.provider)),
            "type": kinds.get(line.kind[:20]),
        }
        site = places.get(line.location)
        missing = [column for column, record in found.items() if record is None]
        if missing or site is None:
            column = missing[0] if missing else "location"
            taken.rejected.append(people.Rejected(line.row, column, "Not in the export"))
            continue
        lines.append(line)
        rows.append(_appointment(line, found, site))
    made = bring_in_appointments(rows, at=at, by=by)
    both = zip(lines, made, strict=True)
    remember(APPOINTMENT, [(SYSTEM, line.key, appointment.pk) for line, appointment in both])
    taken.new = len(made)
    intake.taken["appointments"] = taken


def _appointment(
    line: AppointmentLine, found: Mapping[str, UUID | None], site: Site
) -> AppointmentRow:
    starts = at_wall(site, line.starts.date(), line.starts.time())
    patient, provider, kind = found["mrn"], found["provider"], found["type"]
    if patient is None or provider is None or kind is None:
        raise ValueError("The line was not checked.")
    return AppointmentRow(
        patient_id=patient,
        provider_id=provider,
        site_id=site.pk,
        visit_type_id=kind,
        starts_at=starts,
        ends_at=starts + timedelta(minutes=line.minutes),
        booked_at=at_wall(site, line.booked.date(), line.booked.time()),
        booked_by=line.booked_by,
        status=line.status,
        cancelled_because=line.cancelled_because,
        cancelled_by=line.cancelled_by,
    )
