"""What messages say, when they may go and are tried again: no database."""

from frontdesk.comms.rules.delivery import (
    DOOR,
    LEASE,
    MOST_MISSES,
    PAUSES,
    Enclosure,
    digest_of,
    links_in,
    mark_of,
    pause_after,
    secrets_in,
    without_links,
)
from frontdesk.comms.rules.saying import LANGUAGES, Text, Wording, language_of, unknown_facts
from frontdesk.comms.rules.texts import (
    Parts,
    Said,
    as_sent,
    choice_in,
    is_about_visit,
    meaning_of,
    parts_of,
    when_allowed,
)
from frontdesk.comms.rules.wordings import EXAMPLES, WORDINGS

__all__ = [
    "DOOR",
    "EXAMPLES",
    "LANGUAGES",
    "LEASE",
    "MOST_MISSES",
    "PAUSES",
    "WORDINGS",
    "Enclosure",
    "Parts",
    "Said",
    "Text",
    "Wording",
    "as_sent",
    "choice_in",
    "digest_of",
    "is_about_visit",
    "language_of",
    "links_in",
    "mark_of",
    "meaning_of",
    "parts_of",
    "pause_after",
    "secrets_in",
    "unknown_facts",
    "when_allowed",
    "without_links",
]
