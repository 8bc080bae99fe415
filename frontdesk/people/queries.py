"""Questions about patients: who is looked for, who may be the same, who may be reached how."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet
from rapidfuzz.distance import JaroWinkler

from frontdesk.core.clock import now
from frontdesk.core.database.text import starting
from frontdesk.core.models import AuditEntry, AuditSubject
from frontdesk.core.scoping import current_practice_id
from frontdesk.people.models import Channel, ChannelConsent, Duplicate, NameHint, Patient, SearchKey
from frontdesk.people.rules import looking, matching, names, phones

LIKE = 0.80  # Jaro-Winkler, below which a word is not taken for a slip of another
WORDS_LIKE = 10  # how many similar words are tried for each word typed
CANDIDATES = 60  # rows ranked for a page of results


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody here who may be the person described."""

    patient: Patient
    score: int  # 0 to 100
    reasons: tuple[str, ...]

    @property
    def is_sure(self) -> bool:
        """Whether a new chart beside this one needs a reason."""
        return self.score >= matching.SURE


def find(text: str, limit: int = 8) -> list[Patient]:
    """Return the patients whom the text fits, the best first.

    Names in any order and half typed, a birth date in any usual form, a phone (its start or its
    last four digits), a chart number, an e-mail; every part must fit. When nobody's name fits as
    typed, names that sound alike or differ by one letter are tried. A chart merged into another
    leads to the chart that was kept.
    """
    wanted = looking.read(text, this_year=now().year)
    if not wanted:
        return []
    found = _fitting(wanted, [[word] for word in wanted.words], limit)
    if len(found) < limit and wanted.words:
        known = {patient.pk for patient in found}
        alike = [[word, *_words_like(word)] for word in wanted.words]
        if any(len(several) > 1 for several in alike):
            more = _fitting(wanted, alike, limit)
            found += [patient for patient in more if patient.pk not in known]
    return found[:limit]


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


def likely_duplicates(
    *,
    first_name: str = "",
    last_name: str = "",
    birth_date: date | None = None,
    phones_said: Iterable[str] = (),
    email: str = "",
    limit: int = 5,
    besides: UUID | None = None,
    **more: str,
) -> list[Candidate]:
    """Return who may be the person described, the likeliest first, each with the reasons.

    `more` may say sex, middle, suffix, preferred, address and zip_code.
    """
    numbers = [phones.digits(phones.normal(number)) for number in phones_said if number]
    described = matching.Identity.of(
        first=first_name,
        last=last_name,
        birth_date=birth_date,
        phones=numbers,
        email=email,
        **more,
    )
    near = _near(first_name, last_name, birth_date, numbers, email).exclude(pk=besides)
    scored = [
        Candidate(patient, likeness.score, likeness.reasons)
        for patient in near[:CANDIDATES]
        if (likeness := matching.compare(described, identity_of(patient))).score
        >= matching.PROPOSE - 15
    ]
    return sorted(scored, key=lambda one: -one.score)[:limit]


def identity_of(patient: Patient) -> matching.Identity:
    """Return what is compared when charts are matched."""
    return matching.Identity.of(
        first=patient.first_name,
        last=patient.last_name,
        middle=patient.middle_name,
        suffix=patient.suffix,
        preferred=patient.preferred_name,
        birth_date=patient.birth_date,
        sex=patient.sex,
        phones=[phones.digits(patient.mobile_phone), phones.digits(patient.home_phone)],
        email=patient.email,
        address=patient.address_1,
        zip_code=patient.zip_code,
    )


def may_reach(patient: Patient, channel: str) -> bool:
    """Say whether the patient may be written to or called this way.

    The newest answer counts. Without one, a letter and a call are fine; e-mail and text need to
    be how the patient asked to be reached (47 CFR 64.1200: prior express consent).
    """
    if not address_for(patient, channel):
        return False
    said = (
        ChannelConsent.objects.filter(patient=patient, channel=channel)
        .order_by("-said_at", "-pk")
        .values_list("is_given", flat=True)
        .first()
    )
    if said is not None:
        return said
    return channel in (Channel.MAIL, Channel.VOICE) or patient.preferred_channel == channel


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


def _fitting(wanted: looking.Wanted, alike: Sequence[Sequence[str]], limit: int) -> list[Patient]:
    found = Patient.objects.select_related("merged_into")
    if wanted.born:
        found = found.filter(birth_date=wanted.born)
    if wanted.digits:
        found = found.filter(_digits_fit(wanted.digits))
    if wanted.email:
        found = found.filter(pk__in=_keyed(SearchKey.Kind.EMAIL, wanted.email))
    for several in alike:
        found = found.filter(pk__in=_worded(several))
    ranked = sorted(found[:CANDIDATES], key=lambda patient: _rank(patient, wanted.words))
    kept = [patient.merged_into or patient for patient in ranked]
    return list({patient.pk: patient for patient in kept}.values())[:limit]


def _digits_fit(digits: str) -> Q:
    fits = starting("chart_number", digits)
    if len(digits) >= 4:
        fits |= Q(pk__in=_keyed(SearchKey.Kind.END, digits[::-1]))
        fits |= Q(pk__in=_keyed(SearchKey.Kind.PHONE, phones.digits(digits)))
    return fits


def _keyed(kind: str, start: str) -> QuerySet[SearchKey, UUID]:
    return (
        SearchKey.objects.filter(practice_id=current_practice_id(), kind=kind)
        .filter(starting("value", start))
        .values_list("patient_id", flat=True)
    )


def _worded(several: Sequence[str]) -> QuerySet[SearchKey, UUID]:
    first, *others = several
    fits = starting("value", first)
    if others:
        fits |= Q(value__in=others)
    return SearchKey.objects.filter(
        fits, practice_id=current_practice_id(), kind=SearchKey.Kind.WORD
    ).values_list("patient_id", flat=True)


def _words_like(word: str) -> list[str]:
    """Return words of patients' names that sound like this one or differ by one letter."""
    if len(word) < 3:
        return []
    hints = NameHint.objects.filter(practice_id=current_practice_id())
    found = set(
        hints.filter(
            Q(kind=NameHint.Kind.SOUND, value=names.sound(word) or word)
            | Q(kind=NameHint.Kind.SLIP, value__in=names.slips(word))
        ).values_list("word", flat=True)
    )
    scored = [(JaroWinkler.similarity(word, other), other) for other in found - {word}]
    likely = sorted((pair for pair in scored if pair[0] >= LIKE), reverse=True)
    return [other for _, other in likely[:WORDS_LIKE]]


def _rank(patient: Patient, typed: Sequence[str]) -> tuple[int, float, str, str]:
    """Sort active charts first, then names nearest to what was typed, then by name."""
    own = names.search_words(patient.first_name, patient.last_name, patient.preferred_name)
    near = sum(max((_nearness(word, one) for one in own), default=0) for word in typed)
    gone = int(patient.status not in (Patient.Status.ACTIVE, Patient.Status.MERGED))
    return gone, -near, patient.last_name, patient.first_name


def _nearness(typed: str, own: str) -> float:
    if typed == own:
        return 2.0
    if own.startswith(typed):
        return 1.5
    return JaroWinkler.similarity(typed, own)


def _near(
    first: str, last: str, born: date | None, numbers: Sequence[str], email: str
) -> QuerySet[Patient]:
    """Return whoever shares something that the same person would."""
    fits = Q(pk=None)
    if born:
        fits |= Q(birth_date=born)
    for number in numbers:
        fits |= Q(pk__in=_keyed(SearchKey.Kind.PHONE, number)) if len(number) >= 7 else Q(pk=None)
    if email:
        fits |= Q(pk__in=_keyed(SearchKey.Kind.EMAIL, email.casefold()))
    ours = [[word, *_words_like(word)] for word in names.words(f"{first} {last}")]
    if first and last and len(ours) > 1:
        named = Q()
        for several in ours:
            named &= Q(pk__in=_worded(several))
        fits |= named
    return Patient.objects.filter(fits).exclude(status=Patient.Status.MERGED)
