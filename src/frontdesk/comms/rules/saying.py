"""What a kind of message is: its name, the facts it may use, its text by language."""

from collections.abc import Mapping
from string import Template
from typing import NamedTuple

LANGUAGES = ("en", "es")


class Text(NamedTuple):
    """What a message says. `$name` stands for a fact told when it is written."""

    subject: str
    body: str
    short: str = ""  # as a text message; without one the kind goes out by e-mail only

    def filled(self, facts: Mapping[str, str]) -> "Text":
        """Return the text with its facts; a name nobody told stays as it is written."""
        subject = Template(self.subject).safe_substitute(facts)
        return Text(
            " ".join(subject.split()),
            Template(self.body).safe_substitute(facts),
            Template(self.short).safe_substitute(facts),
        )


class Wording(NamedTuple):
    """One kind of message: what it is called, which facts it may use, its text by language."""

    label: str
    facts: tuple[str, ...]
    texts: Mapping[str, Text]
    asks: bool = False  # an answer by text is expected: yes, no, another time


def language_of(tag: str) -> str:
    """Return the language in which we write to somebody who speaks this one (BCP 47)."""
    spoken = tag.partition("-")[0].lower()
    return spoken if spoken in LANGUAGES else LANGUAGES[0]


def unknown_facts(text: Text, wording: Wording) -> list[str]:
    """Return the names in a text that nobody will fill, for the person who words it."""
    named = {name for part in text for name in Template(part).get_identifiers()}
    return sorted(named - set(wording.facts))
