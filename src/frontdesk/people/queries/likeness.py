"""Who may be the same person, by what two charts share."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from frontdesk.core.database.text import starting
from frontdesk.core.scoping import current_practice_id
from frontdesk.people.models import Patient, SearchKey
from frontdesk.people.queries.finding import words_like
from frontdesk.people.rules import matching, names, phones

COMPARED = 60  # charts compared with what is being typed


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
    near = _near(first_name, last_name, birth_date, numbers, email)
    if besides is not None:
        near = near.exclude(pk=besides)
    scored = [
        Candidate(patient, likeness.score, likeness.reasons)
        for patient in near[:COMPARED]
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
    ours = [[word, *words_like(word)] for word in names.words(f"{first} {last}")]
    if first and last and len(ours) > 1:
        named = Q()
        for several in ours:
            named &= Q(pk__in=_worded(several))
        fits |= named
    return Patient.objects.filter(fits).exclude(status=Patient.Status.MERGED)


def _keyed(kind: str, start: str) -> QuerySet[SearchKey, UUID]:
    keys = SearchKey.objects.filter(practice_id=current_practice_id(), kind=kind)
    return keys.filter(starting("value", start)).values_list("patient_id", flat=True)


def _worded(several: Sequence[str]) -> QuerySet[SearchKey, UUID]:
    first, *others = several
    fits = starting("value", first)
    if others:
        fits |= Q(value__in=others)
    keys = SearchKey.objects.filter(practice_id=current_practice_id(), kind=SearchKey.Kind.WORD)
    return keys.filter(fits).values_list("patient_id", flat=True)
