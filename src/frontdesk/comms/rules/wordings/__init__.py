"""Every kind of message in both languages: one file a subject.

Reading grade 8 or below, and nothing about why the patient comes: others may read it too. A
text is short; "á", "í", "ó" and "ú" are sent without their accents.
"""

from frontdesk.comms.rules.saying import Wording
from frontdesk.comms.rules.wordings import (
    bills,
    check_in,
    estimates,
    floor,
    late,
    payments,
    readiness,
    replies,
    several,
    visits,
    waitlist,
)

WORDINGS: dict[str, Wording] = {
    **visits.WORDINGS,
    **late.WORDINGS,
    **bills.WORDINGS,
    **payments.WORDINGS,
    **check_in.WORDINGS,
    **estimates.WORDINGS,
    **floor.WORDINGS,
    **replies.WORDINGS,
    **several.WORDINGS,
    **waitlist.WORDINGS,
    **readiness.WORDINGS,
}

# What the facts look like, for the preview of a wording.
EXAMPLES: dict[str, str] = {
    "address": "1 Elm Street, Columbus, OH 43215",
    "amount": "$48.20",
    "card": "Visa 4242",
    "count": "3",
    "dates": "Tuesday, November 24, 9:20 AM, Dr. Ada Okafor, Elm Street",
    "choices": "1: Ann, Tue 9:20 AM. 2: Ben, Wed 3:00 PM.",
    "due": "Dec 15, 2026",
    "join": "Join here: https://meet.example.org/4f1c9e/",
    "link": "https://example.org/l/R2x9…/",
    "patient": "Ann Lee",
    "phone": "(614) 555-0100",
    "practice": "Elm Street Family Medicine",
    "provider": "Dr. Ada Okafor",
    "receipt": "1042",
    "site": "Elm Street",
    "told": "$25.00",
    "until": "Monday, November 23, 6:00 PM",
    "was": "Mon, Nov 23, 8:00 AM",
    "when": "Tuesday, November 24, 9:20 AM",
}
