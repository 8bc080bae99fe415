"""Bring in files of patients: all that can be used or nothing, and the same file once."""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from django.core.files.base import ContentFile

from frontdesk.core.actor import Actor
from frontdesk.core.database.statistics import refresh_statistics
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.people import exchange
from frontdesk.people.exchange.patients import PatientRow, missing_fields
from frontdesk.people.models import Guarantor, Import, OutsideKey, Patient
from frontdesk.people.operations.charts import OWN_FIELDS, guarantor_for, next_chart_numbers
from frontdesk.people.operations.keys import add_keys
from frontdesk.staff.models import Provider

LARGEST_FILE = 25 * 1024 * 1024  # bytes
NPI_DIGITS = 10
LOOKED_UP = 500  # keys in one query
PATIENT, PROVIDER = "people.Patient", "staff.Provider"


@operation("people.import")
def upload(content: bytes, *, file_name: str, at: datetime, by: Actor) -> Import:
    """Keep a file to be brought in, with a first guess of what its columns are."""
    if len(content) > LARGEST_FILE:
        raise Refused("The file is larger than 25 MB. Bring it in by: frontdesk import patients")
    table = exchange.read_table(content, largest=LARGEST_FILE)
    sha256 = hashlib.sha256(content).hexdigest()
    done = Import.objects.filter(kind="patients", sha256=sha256, status=Import.Status.DONE).first()
    if done is not None:
        return done
    imported = Import(
        kind="patients",
        file_name=file_name[:200],
        sha256=sha256,
        mapping=exchange.guess_mapping(table.headings),
        rows=len(table.rows),
        started_at=at,
    )
    imported.content.save(f"{imported.pk}.csv", ContentFile(content), save=False)
    imported.save()
    return imported


@operation("people.import")
def try_out(imported: Import, mapping: Mapping[str, str], *, at: datetime, by: Actor) -> Import:
    """Read the file by the mapping and say what would become of each row; save no patient."""
    imported = Import.objects.lock(imported.pk)
    imported.status = Import.lifecycle.move(imported.status, Import.Status.CHECKED)
    if missing := missing_fields(mapping):
        raise Refused(f"No column is chosen for: {', '.join(missing)}.")
    imported.mapping = dict(mapping)
    reading = _read(imported, at)
    new = without_known(reading.rows)
    _report(imported, reading, new)
    imported.save()
    return imported


@operation("people.import")
def begin(imported: Import, *, by: Actor) -> Import:
    """Say that the file is to be brought in as tried out; the job does it."""
    imported = Import.objects.lock(imported.pk)
    imported.status = Import.lifecycle.move(imported.status, Import.Status.WAITING)
    imported.refused_because = ""
    imported.save()
    return imported


@operation("people.import")
def bring_in(imported: Import, *, at: datetime, by: Actor) -> Import:
    """Bring in every row that can be used, in one transaction; done twice, it is done once."""
    imported = Import.objects.lock(imported.pk)
    if imported.status == Import.Status.DONE:
        return imported
    reading = _read(imported, at)
    new = without_known(reading.rows)
    bring_in_patients(new, at=at, by=by)
    _report(imported, reading, new)
    imported.status = Import.Status.DONE
    imported.ended_at = at
    imported.save()
    return imported


@operation("people.import")
def give_up(imported: Import, *, because: str, at: datetime, by: Actor) -> Import:
    """Note that nothing of the file was brought in, and why."""
    imported = Import.objects.lock(imported.pk)
    imported.status = Import.lifecycle.move(imported.status, Import.Status.FAILED)
    imported.refused_because = because[:300]
    imported.ended_at = at
    imported.save()
    return imported


@operation("people.import")
def bring_in_patients(
    rows: Sequence[PatientRow], *, at: datetime, by: Actor
) -> dict[tuple[str, str], UUID]:
    """Open charts for rows not yet here, in bulk; return {(system, key): patient}.

    A row's guarantor may stand in the same rows or be here already; without one the patient
    answers for their own bill.
    """
    _refuse_taken_charts(rows)
    known = known_keys(PATIENT, {(row.system, row.guarantor_key) for row in rows})
    providers = known_keys(PROVIDER, {(row.system, row.provider_key) for row in rows})
    providers |= _providers_by_npi(rows)
    numbers = iter(next_chart_numbers(sum(not row.chart_number for row in rows)))
    patients = [
        _patient_from(row, row.chart_number or next(numbers), providers, at) for row in rows
    ]
    keys = {(row.system, row.key): patient.pk for row, patient in zip(rows, patients, strict=True)}
    guarantors = _settle_guarantors(rows, patients, {**known, **keys})
    Guarantor.objects.bulk_create(guarantors, batch_size=1000)
    Patient.objects.bulk_create(patients, batch_size=500)
    add_keys(patients)
    remember(
        PATIENT,
        [
            (system, key, patient.pk)
            for row, patient in zip(rows, patients, strict=True)
            for system, key in ((row.system, row.key), *row.also)
        ],
    )
    refresh_statistics()
    return keys


def without_known(rows: Sequence[PatientRow]) -> list[PatientRow]:
    """Return the rows whose patient is not here by any of its keys."""
    known = known_keys(
        PATIENT, {pair for row in rows for pair in ((row.system, row.key), *row.also)}
    )
    return [row for row in rows if not known.keys() & {(row.system, row.key), *row.also}]


def known_keys(kind: str, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], UUID]:
    """Return the records that other systems' keys lead to, for those that are known."""
    asked = set(wanted)
    values = sorted({value for _, value in asked if value})
    found = {}
    for start in range(0, len(values), LOOKED_UP):
        for key in OutsideKey.objects.filter(
            kind=kind, value__in=values[start : start + LOOKED_UP]
        ):
            if (key.system, key.value) in asked:
                found[(key.system, key.value)] = key.record_id
    return found


def remember(kind: str, keys: Iterable[tuple[str, str, UUID]]) -> None:
    """Keep what other systems call records, as a step of bringing them in."""
    OutsideKey.objects.bulk_create(
        [
            OutsideKey(kind=kind, system=system[:200], value=value[:200], record_id=record_id)
            for system, value, record_id in dict.fromkeys(keys)
        ],
        batch_size=1000,
    )


def _read(imported: Import, at: datetime) -> exchange.Reading:
    with imported.content.open("rb") as kept:
        table = exchange.read_table(kept.read())
    return exchange.read_patients(table, imported.mapping, today=at.date())


def _report(imported: Import, reading: exchange.Reading, new: Sequence[PatientRow]) -> None:
    imported.accepted = len(new)
    imported.known = len(reading.rows) - len(new)
    imported.rejected = [asdict(one) for one in reading.rejected]


def _refuse_taken_charts(rows: Sequence[PatientRow]) -> None:
    wanted = {row.chart_number: row.row for row in rows if row.chart_number}
    numbers = sorted(wanted)
    for start in range(0, len(numbers), LOOKED_UP):
        some = numbers[start : start + LOOKED_UP]
        taken = Patient.objects.filter(chart_number__in=some).values_list("chart_number", flat=True)
        if taken:
            told = ", ".join(str(wanted[number]) for number in sorted(taken)[:10])
            raise Refused(
                f"{len(taken)} chart numbers of the file are in use here (rows {told}). Nothing "
                "was brought in. Leave the chart number column out, and new numbers are given."
            )


def _patient_from(
    row: PatientRow, chart_number: str, providers: Mapping[tuple[str, str], UUID], at: datetime
) -> Patient:
    details = {name: value for name, value in row.details.items() if name in OWN_FIELDS}
    details.setdefault("registered_on", at.date())
    return Patient(
        chart_number=chart_number,
        provider_id=providers.get((row.system, row.provider_key)),
        **details,
    )


def _providers_by_npi(rows: Sequence[PatientRow]) -> dict[tuple[str, str], UUID]:
    said = {row.provider_key for row in rows if len(row.provider_key) == NPI_DIGITS}
    if not said:
        return {}
    known = dict(Provider.objects.filter(npi__in=said).values_list("npi", "pk"))
    return {
        (row.system, row.provider_key): known[row.provider_key]
        for row in rows
        if row.provider_key in known
    }


def _settle_guarantors(
    rows: Sequence[PatientRow],
    patients: Sequence[Patient],
    keys: Mapping[tuple[str, str], UUID],
) -> list[Guarantor]:
    """Give each patient who answers for the bill; return the guarantors to be made."""
    by_key = {patient.pk: patient for patient in patients}
    made: dict[UUID, Guarantor] = {}
    elsewhere = _guarantors_here(
        {key for pair, key in keys.items() if pair[1] and key not in by_key}
    )
    for row, patient in zip(rows, patients, strict=True):
        answering = keys.get((row.system, row.guarantor_key), patient.pk)
        if answering not in by_key and answering in elsewhere:
            patient.guarantor_id = elsewhere[answering]
            continue
        one = by_key.get(answering, patient)
        guarantor = made.setdefault(one.pk, guarantor_for(one))
        patient.guarantor = guarantor
        patient.guarantor_relationship = "self" if one is patient else ""
    return list(made.values())


def _guarantors_here(patients: Collection[UUID]) -> dict[UUID, UUID]:
    found: dict[UUID, UUID] = {}
    several = sorted(patients)
    for start in range(0, len(several), LOOKED_UP):
        some = Patient.objects.filter(pk__in=several[start : start + LOOKED_UP])
        found.update(some.exclude(guarantor=None).values_list("pk", "guarantor_id"))
    return found
