"""What messages say and when they are tried again: no database, no clock."""

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from string import Template
from typing import NamedTuple

LANGUAGES = ("en", "es")

# How long after each try that failed the next one comes. After the last one a person is asked.
PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
)
LEASE = timedelta(minutes=3)  # a worker that has not answered by then is taken for dead

DOOR = "/l/"  # where links without login lead: `/l/<secret>/`
SECRET_BYTES = 18  # of randomness in a link: 144 bits
MOST_MISSES = 5  # wrong birth dates before a link is taken back


def digest_of(secret: str) -> str:
    """Return what is kept of a link's secret: SHA-256, hexadecimal.

    The secret is random and long, so that no slow hash is needed; and whoever measures how long
    a look-up takes learns of the digest, which leads nowhere.
    """
    return hashlib.sha256(secret.encode()).hexdigest()


class Enclosure(NamedTuple):
    """A file that goes with a message; `content_type` may carry parameters."""

    name: str
    content_type: str
    content: bytes


class Text(NamedTuple):
    """What a message says. `$name` stands for a fact told when it is written."""

    subject: str
    body: str

    def filled(self, facts: Mapping[str, str]) -> "Text":
        """Return the text with its facts; a name nobody told stays as it is written."""
        subject = Template(self.subject).safe_substitute(facts)
        return Text(" ".join(subject.split()), Template(self.body).safe_substitute(facts))


class Wording(NamedTuple):
    """One kind of message: what it is called, which facts it may use, its text by language."""

    label: str
    facts: tuple[str, ...]
    texts: Mapping[str, Text]


_VISIT_FACTS = ("patient", "when", "provider", "site", "address", "phone", "practice")

# Reading grade 8 or below, and nothing about why the patient comes: e-mail is read by others.
WORDINGS: dict[str, Wording] = {
    "appointment.booked": Wording(
        "Visit booked",
        _VISIT_FACTS,
        {
            "en": Text(
                "Your visit on $when",
                "Hello $patient,\n\nYour visit is booked.\n\nWhen: $when\nWith: $provider\n"
                "Where: $site, $address\n\nPlease come 10 minutes early. Bring your photo ID and "
                "your insurance card.\n\nTo change or cancel, call $phone.\n\n$practice",
            ),
            "es": Text(
                "Su cita: $when",
                "Hola, $patient:\n\nSu cita está reservada.\n\nCuándo: $when\nCon: $provider\n"
                "Dónde: $site, $address\n\nLlegue 10 minutos antes. Traiga una identificación con "
                "foto y su tarjeta del seguro.\n\nPara cambiar o cancelar, llame al $phone.\n\n"
                "$practice",
            ),
        },
    ),
    "appointment.moved": Wording(
        "Visit moved",
        (*_VISIT_FACTS, "was"),
        {
            "en": Text(
                "Your visit has moved to $when",
                "Hello $patient,\n\nYour visit has a new time.\n\nNew time: $when\nWith: $provider"
                "\nWhere: $site, $address\n\nThe old time ($was) is no longer yours.\n\nIf this "
                "does not work for you, call $phone.\n\n$practice",
            ),
            "es": Text(
                "Su cita cambió: $when",
                "Hola, $patient:\n\nSu cita tiene una nueva hora.\n\nNueva hora: $when\nCon: "
                "$provider\nDónde: $site, $address\n\nLa hora anterior ($was) ya no es suya.\n\n"
                "Si no le queda bien, llame al $phone.\n\n$practice",
            ),
        },
    ),
    "appointment.cancelled": Wording(
        "Visit cancelled",
        _VISIT_FACTS,
        {
            "en": Text(
                "Your visit on $when is cancelled",
                "Hello $patient,\n\nYour visit on $when with $provider is cancelled.\n\nTo find a "
                "new time, call $phone.\n\n$practice",
            ),
            "es": Text(
                "Su cita fue cancelada: $when",
                "Hola, $patient:\n\nSu cita del $when con $provider fue cancelada.\n\nPara "
                "encontrar otra hora, llame al $phone.\n\n$practice",
            ),
        },
    ),
    "bill.statement": Wording(
        "Statement",
        ("patient", "amount", "due", "phone", "practice"),
        {
            "en": Text(
                "Your statement from $practice",
                "Hello $patient,\n\nYour statement is attached. You owe $amount. Please pay by "
                "$due.\n\nQuestions? Call $phone.\n\n$practice",
            ),
            "es": Text(
                "Su estado de cuenta de $practice",
                "Hola, $patient:\n\nAdjuntamos su estado de cuenta. Usted debe $amount. Pague "
                "antes del $due.\n\n¿Preguntas? Llame al $phone.\n\n$practice",
            ),
        },
    ),
}


def language_of(tag: str) -> str:
    """Return the language in which we write to somebody who speaks this one (BCP 47)."""
    spoken = tag.partition("-")[0].lower()
    return spoken if spoken in LANGUAGES else LANGUAGES[0]


def pause_after(attempts: int) -> timedelta | None:
    """Return how long to wait after so many tries that failed; None when it is enough."""
    return PAUSES[attempts - 1] if 0 < attempts <= len(PAUSES) else None


def unknown_facts(text: Text, kind: str) -> list[str]:
    """Return the names in a text that nobody will fill, for the person who words it."""
    known = set(WORDINGS[kind].facts)
    named = {*Template(text.subject).get_identifiers(), *Template(text.body).get_identifiers()}
    return sorted(named - known)
