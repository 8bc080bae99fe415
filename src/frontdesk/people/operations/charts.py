"""A chart: made, corrected, looked at, closed."""

import io
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from PIL import UnidentifiedImageError

from frontdesk.core import audit
from frontdesk.core.actor import Actor
from frontdesk.core.clock import now
from frontdesk.core.errors import Refused
from frontdesk.core.later import Later
from frontdesk.core.models import Counter
from frontdesk.core.operation import operation
from frontdesk.people import queries
from frontdesk.people.models import Duplicate, Guarantor, Patient
from frontdesk.people.operations.around import add_contact, record_consents
from frontdesk.people.operations.keys import SEARCHED, add_keys, rekey
from frontdesk.people.rules import phones

if TYPE_CHECKING:
    from PIL import Image, ImageOps
else:
    Image = Later("PIL.Image")
    ImageOps = Later("PIL.ImageOps")

FIRST_CHART = 10001
PHONES = ("mobile_phone", "home_phone")
_OWN_FIELDS = """
    first_name middle_name last_name suffix preferred_name pronouns birth_date sex language
    needs_interpreter mobile_phone home_phone email preferred_channel alert provider site
    address_1 address_2 city state zip_code guarantor guarantor_relationship registered_on
"""
OWN_FIELDS = frozenset(_OWN_FIELDS.split())

PHOTO_EDGE = 480  # pixels
LARGEST_PHOTO = 10 * 1024 * 1024  # bytes
MOST_PIXELS = 50_000_000


@operation("people.register")
def register(details: Mapping[str, Any], *, by: Actor, despite: str = "") -> Patient:
    """Open a chart for somebody new; somebody who seems to be here already needs a reason.

    `details` are fields of a patient (phones in any spelling), and may hold `guarantor_patient`
    (the patient who answers for the bill; otherwise they answer themselves), `contact_name`,
    `contact_phone`, `contact_relationship`, and `consents`: {channel: yes or no}.
    """
    patient = Patient(chart_number=next_chart_numbers(1)[0])
    _fill(patient, details)
    patient.registered_on = details.get("registered_on") or now().date()
    here_already = [one for one in _same_as(patient) if one.is_sure]
    if here_already and not despite.strip():
        one = here_already[0]
        raise Refused(
            f"Chart {one.patient.chart_number} seems to be the same person: "
            f"{', '.join(one.reasons)}. Open that chart, or say why this is somebody else."
        )
    patient.save()
    _answer_for_bill(patient, details)
    add_keys([patient])
    _around(patient, details, by=by)
    for one in here_already:
        Duplicate(
            kept=one.patient,
            other=patient,
            score=one.score,
            reasons=list(one.reasons),
            status=Duplicate.Status.DIFFERENT,
            decided_because=despite[:200],
            decided_by=by.name,
        ).save()
    return patient


@operation("people.edit")
def edit(patient: Patient, details: Mapping[str, Any], *, by: Actor, version: str = "") -> Patient:
    """Correct what a chart says. `version` is that of the chart the person saw."""
    patient = Patient.objects.lock(patient.pk)
    patient.expect(version)
    if patient.status == Patient.Status.MERGED:
        raise Refused("This chart was merged into another. Correct the one that was kept.")
    _fill(patient, details)
    patient.save()
    if SEARCHED & set(details):
        rekey(patient)
    return patient


@operation("people.view")
def open_chart(patient: Patient, *, by: Actor, what: str = "chart") -> Patient:
    """Look at a chart. Looking changes nothing and is remembered."""
    audit.note_look(patient, what)
    return patient


@operation("people.edit")
def change_status(
    patient: Patient, status: str, *, by: Actor, deceased_on: date | None = None
) -> Patient:
    """Make a chart inactive or active again, or note that the patient has died."""
    patient = Patient.objects.lock(patient.pk)
    new = Patient.Status(status)
    if Patient.Status.MERGED in (new, patient.status):
        raise Refused("Charts are merged and parted under Duplicates.")
    patient.status = Patient.lifecycle.move(patient.status, new)
    patient.deceased_on = deceased_on if new == Patient.Status.DECEASED else None
    patient.save()
    return patient


@operation("people.edit")
def answer_for_bill(
    patient: Patient, answering: Patient | None, *, by: Actor, relationship: str = ""
) -> Patient:
    """Say which patient answers for this patient's bill; None is the patient."""
    patient = Patient.objects.lock(patient.pk)
    one = answering if answering is not None and answering.pk != patient.pk else patient
    guarantor = Guarantor.objects.filter(patient=one).order_by("pk").first()
    if guarantor is None:
        guarantor = guarantor_for(one)
        guarantor.save()
    patient.guarantor = guarantor
    patient.guarantor_relationship = "self" if one is patient else relationship or "other"
    patient.save()
    return patient


@operation("people.edit")
def take_photo(patient: Patient, content: bytes, *, by: Actor) -> Patient:
    """Keep a picture of the patient's face: drawn anew, so that nothing hides in the file."""
    patient = Patient.objects.lock(patient.pk)
    face = _redrawn(content)
    patient.photo.save(f"{patient.pk}.jpg", ContentFile(face), save=False)
    patient.save()
    return patient


def _fill(patient: Patient, details: Mapping[str, Any]) -> None:
    for name in OWN_FIELDS & set(details):
        value = details[name]
        if name in PHONES:
            value = phones.normal(value or "")
        elif isinstance(value, str):
            value = value.strip()
        setattr(patient, name, value)
    if not (patient.first_name and patient.last_name and patient.birth_date):
        raise Refused("A chart needs a first name, a last name and a birth date.")
    if patient.birth_date > now().date():
        raise Refused("The birth date is in the future.")


def _same_as(patient: Patient) -> list[queries.Candidate]:
    return queries.likely_duplicates(
        first_name=patient.first_name,
        last_name=patient.last_name,
        birth_date=patient.birth_date,
        phones_said=(patient.mobile_phone, patient.home_phone),
        email=patient.email,
        sex=patient.sex,
        middle=patient.middle_name,
        suffix=patient.suffix,
        preferred=patient.preferred_name,
        address=patient.address_1,
        zip_code=patient.zip_code,
    )


def _answer_for_bill(patient: Patient, details: Mapping[str, Any]) -> None:
    if patient.guarantor_id is not None:
        return
    answering: Patient | None = details.get("guarantor_patient")
    if answering is not None and answering.guarantor_id:
        patient.guarantor_id = answering.guarantor_id
        patient.guarantor_relationship = details.get("guarantor_relationship") or "parent"
    else:
        patient.guarantor = guarantor_for(answering or patient)
        patient.guarantor.save()
        patient.guarantor_relationship = "self"
    patient.save()


def guarantor_for(patient: Patient) -> Guarantor:
    """Return a new guarantor, not yet saved, who is the patient."""
    return Guarantor(
        patient=patient,
        first_name=patient.first_name,
        last_name=patient.last_name,
        birth_date=patient.birth_date,
        phone=patient.phone,
        email=patient.email,
        address_1=patient.address_1,
        address_2=patient.address_2,
        city=patient.city,
        state=patient.state,
        zip_code=patient.zip_code,
    )


def next_chart_numbers(count: int) -> list[str]:
    """Return numbers never given before, passing over those that an import brought along."""
    free: list[str] = []
    while len(free) < count:
        first = Counter.take("chart", start=FIRST_CHART, count=count - len(free))
        several = [str(first + more) for more in range(count - len(free))]
        taken: set[str] = set()
        for start in range(0, len(several), 500):
            some = Patient.objects.filter(chart_number__in=several[start : start + 500])
            taken.update(some.values_list("chart_number", flat=True))
        free += [number for number in several if number not in taken]
    return free


def _around(patient: Patient, details: Mapping[str, Any], *, by: Actor) -> None:
    if name := str(details.get("contact_name") or "").strip():
        add_contact(
            patient,
            name=name,
            phone=details.get("contact_phone") or "",
            relationship=details.get("contact_relationship") or "",
            by=by,
        )
    consents: Mapping[str, bool] = details.get("consents") or {}
    record_consents(patient, consents, how="at registration", at=now())


def _redrawn(content: bytes) -> bytes:
    if len(content) > LARGEST_PHOTO:
        raise Refused("The picture is larger than 10 MB.")
    try:
        with Image.open(io.BytesIO(content), formats=["JPEG", "PNG", "WEBP"]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise Refused("The picture has too many pixels.")
            upright = ImageOps.exif_transpose(picture)
            face = ImageOps.fit(upright.convert("RGB"), (PHOTO_EDGE, PHOTO_EDGE))
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as trouble:
        raise Refused("This is not a picture we can read. Take a JPEG, PNG or WebP.") from trouble
    drawn = io.BytesIO()
    face.save(drawn, "JPEG", quality=85)
    return drawn.getvalue()
