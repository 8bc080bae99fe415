"""Questions about charts: the charts opened last, families, consents, what was merged."""

from uuid import UUID

from django.db.models import Q, QuerySet

from frontdesk.core.composed import Composed
from frontdesk.core.models import AuditEntry, AuditSubject
from frontdesk.core.scoping import current_practice_id
from frontdesk.people.models import Channel, ChannelConsent, Contact, Duplicate, Import, Patient


def recent(user_id: UUID | None, limit: int = 8) -> list[Patient]:
    """Return the patients whose charts this person opened last, the latest first."""
    opened = (
        AuditEntry.objects.filter(
            practice_id=current_practice_id(), user_id=user_id, operation="people.open_chart"
        )
        .order_by("-at")
        .values_list("patient_id", flat=True)[: limit * 5]
    )
    keys = list(dict.fromkeys(key for key in opened if key))[:limit]
    patients = Patient.objects.in_bulk(keys)
    return [patients[key] for key in keys if key in patients]


def may_reach(patient: Patient, channel: str) -> bool:
    """Say whether the patient may be written to or called this way.

    The newest answer counts. Without one, a letter and a call are fine; e-mail and text need to
    be how the patient asked to be reached (47 CFR 64.1200: prior express consent).
    """
    if not address_for(patient, channel):
        return False
    said = _consents.first(patient.pk, str(channel))
    if said is not None:
        return said
    return channel in (Channel.MAIL, Channel.VOICE) or patient.preferred_channel == channel


_consents = Composed(
    lambda patient, channel: (
        ChannelConsent.objects.filter(patient_id=patient, channel=channel)
        .order_by("-said_at", "-pk")
        .values_list("is_given", flat=True)[:1]
    )
)


def address_for(patient: Patient, channel: str) -> str:
    """Return where a message goes on this channel, or nothing when it can't."""
    if channel == Channel.EMAIL:
        return patient.email
    if channel == Channel.SMS:
        return patient.mobile_phone
    if channel == Channel.VOICE:
        return patient.phone
    return "\n".join(patient.address_lines) if patient.address_1 else ""


def consents_of(patient: Patient) -> dict[str, ChannelConsent]:
    """Return the newest answer for each channel of which something was said."""
    said = ChannelConsent.objects.filter(patient=patient).order_by("said_at", "pk")
    return {consent.channel: consent for consent in said}


def family_of(patient: Patient) -> QuerySet[Patient]:
    """Return the others for whose bills the same person answers, and that person."""
    if patient.guarantor_id is None:
        return Patient.objects.none()
    return (
        Patient.objects.filter(
            Q(guarantor_id=patient.guarantor_id) | Q(answers_for=patient.guarantor_id)
        )
        .exclude(pk=patient.pk)
        .exclude(status=Patient.Status.MERGED)
        .distinct()
        .order_by("birth_date", "pk")
    )


def charts_of(patient: Patient) -> list[UUID]:
    """Return the keys of the patient's chart and of every chart merged into it."""
    keys = [patient.pk]
    layer = [patient.pk]
    while layer:
        layer = list(
            Patient.objects.filter(merged_into__in=layer)
            .exclude(pk__in=keys)
            .values_list("pk", flat=True)
        )
        keys += layer
    return keys


def kept_chart(patient: Patient) -> Patient:
    """Return the chart that a merged one leads to, or the chart itself."""
    seen = {patient.pk}
    while patient.merged_into_id and patient.merged_into_id not in seen:
        seen.add(patient.merged_into_id)
        patient = Patient.objects.get(pk=patient.merged_into_id)
    return patient


def proposed_duplicates() -> QuerySet[Duplicate]:
    """Return the pairs of charts to decide on, the likeliest first."""
    return (
        Duplicate.objects.filter(status=Duplicate.Status.PROPOSED)
        .select_related("kept", "other")
        .order_by("-score", "pk")
    )


def looked_at(patient: Patient, limit: int = 50) -> QuerySet[AuditEntry]:
    """Return what was done with the patient's chart, the latest first."""
    practice_id = current_practice_id()
    several = AuditSubject.objects.filter(practice_id=practice_id, patient_id=patient.pk)
    return (
        AuditEntry.objects.filter(practice_id=practice_id)
        .filter(Q(patient_id=patient.pk) | Q(pk__in=several.values("entry_id")))
        .order_by("-at")[:limit]
    )


def contacts_of(patient: Patient) -> QuerySet[Contact]:
    """Return whom to call about the patient, in an emergency first."""
    return Contact.objects.filter(patient=patient, is_active=True).order_by("-is_emergency", "pk")


def recent_imports(limit: int = 20) -> QuerySet[Import]:
    """Return the files brought in last."""
    return Import.objects.order_by("-started_at")[:limit]
