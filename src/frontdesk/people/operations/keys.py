"""Keep the ways in which a patient can be looked for in step with the patient."""

from collections.abc import Iterable, Iterator

from frontdesk.core.scoping import current_practice_id
from frontdesk.people.models import NameHint, Patient, SearchKey
from frontdesk.people.rules import names, phones

NAMES = ("first_name", "middle_name", "last_name", "preferred_name")
SEARCHED = {*NAMES, "mobile_phone", "home_phone", "email"}
BATCH = 2000
SHORTEST_NUMBER = 4


def rekey(patient: Patient) -> None:
    """Replace the search keys of one patient."""
    SearchKey.objects.filter(practice_id=current_practice_id(), patient_id=patient.pk).delete()
    add_keys([patient])


def add_keys(patients: Iterable[Patient]) -> None:
    """Make the search keys of new patients, in bulk."""
    keys: list[SearchKey] = []
    words: set[str] = set()
    for patient in patients:
        for kind, value in _ways_to_find(patient):
            keys.append(
                SearchKey(
                    practice_id=patient.practice_id, patient_id=patient.pk, kind=kind, value=value
                )
            )
            if kind == SearchKey.Kind.WORD:
                words.add(value)
    SearchKey.objects.bulk_create(keys, batch_size=BATCH)
    _hint_at(words)


def _ways_to_find(patient: Patient) -> Iterator[tuple[str, str]]:
    for word in names.search_words(*(getattr(patient, name) for name in NAMES)):
        yield SearchKey.Kind.WORD, word[:80]
    for number in {phones.digits(patient.mobile_phone), phones.digits(patient.home_phone)}:
        if len(number) >= SHORTEST_NUMBER:
            yield SearchKey.Kind.PHONE, number
            yield SearchKey.Kind.END, number[::-1]
    if patient.email:
        yield SearchKey.Kind.EMAIL, patient.email.casefold()[:80]


def _hint_at(words: set[str]) -> None:
    practice_id = current_practice_id()
    hints = [
        NameHint(practice_id=practice_id, kind=kind, value=value, word=word)
        for word in sorted(words)
        for kind, value in _hints(word)
    ]
    NameHint.objects.bulk_create(hints, batch_size=BATCH, ignore_conflicts=True)


def _hints(word: str) -> Iterator[tuple[str, str]]:
    if heard := names.sound(word):
        yield NameHint.Kind.SOUND, heard[:80]
    for slip in names.slips(word):
        yield NameHint.Kind.SLIP, slip
