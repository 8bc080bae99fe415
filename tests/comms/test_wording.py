"""What messages say: in two languages, in plain words, and in the practice's own."""

import re

import pytest

from frontdesk.comms import operations, queries
from frontdesk.comms.rules import EXAMPLES, WORDINGS, Text, language_of
from frontdesk.core.errors import NotPermitted, Refused

FACTS = {
    **EXAMPLES,
    "when": "Tue, Nov 24, 9:20 AM",
    "practice": "Elm Street Family Medicine",
    "patient": "Ann Lee",
}


@pytest.mark.parametrize("kind", WORDINGS)
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_wording_is_whole_when_its_facts_are_filled_in(kind, language):
    wording = WORDINGS[kind]
    text = wording.texts[language].filled({name: FACTS[name] for name in wording.facts})
    assert not re.search(r"\$(?!48\.20|25\.00)", text.subject + text.body + text.short)
    assert set(wording.facts) <= set(EXAMPLES)  # so that its preview is whole
    assert "Ann Lee" in text.body or kind.startswith("reply.")
    assert "Elm Street Family Medicine" in text.body


@pytest.mark.parametrize("kind", WORDINGS)
def test_english_reads_at_grade_8_or_below(kind):
    body = WORDINGS[kind].texts["en"].body
    words = re.findall(r"[A-Za-z']+", body)
    sentences = max(1, len(re.findall(r"[.?!:]|\n\n", body)))
    syllables = sum(max(1, len(re.findall(r"[aeiouy]+", w.lower()))) for w in words)
    grade = 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59
    assert grade <= 8  # Flesch-Kincaid


def test_the_patients_language_decides(clinic):
    ann = clinic.patient(email="a@example.com", language="es-MX")
    with clinic.reading():
        text = queries.wording("appointment.booked", ann.language).filled(FACTS)
    assert text.subject == "Su cita: Tue, Nov 24, 9:20 AM"
    assert text.body.startswith("Hola, Ann Lee:")
    assert [language_of(tag) for tag in ("es", "en-US", "vi", "")] == ["es", "en", "en", "en"]


def test_a_practice_says_it_in_its_own_words(clinic, other):
    text = Text("See you $when", "Hi $patient, see you at $site.")
    operations.word("appointment.booked", "en", text=text, by=clinic.actor("practice.edit"))

    with clinic.reading():
        own = queries.wording("appointment.booked", "en").filled(FACTS)
    with other.reading():
        theirs = queries.wording("appointment.booked", "en")
    assert own[:2] == ("See you Tue, Nov 24, 9:20 AM", "Hi Ann Lee, see you at Elm Street.")
    assert own.short.startswith("Elm Street Family Medicine: Ann Lee, you are booked")
    assert theirs == WORDINGS["appointment.booked"].texts["en"]


def test_words_that_nothing_fills_are_refused(clinic):
    by = clinic.actor("practice.edit")
    with pytest.raises(Refused, match=r"\$diagnosis"):
        operations.word("appointment.booked", "en", text=Text("Hi", "$diagnosis"), by=by)
    with pytest.raises(Refused, match="no such message"):
        operations.word("appointment.lost", "en", text=Text("Hi", "you"), by=by)
    with pytest.raises(NotPermitted):
        operations.word(
            "appointment.booked", "en", text=Text("Hi", "you"), by=clinic.actor("comms.send")
        )


def test_a_line_break_cannot_enter_the_subject():
    assert Text("Hi $patient", "").filled({"patient": "A\nBcc: b@x"}).subject == "Hi A Bcc: b@x"
