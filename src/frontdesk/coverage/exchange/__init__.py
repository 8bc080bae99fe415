"""Coverage ⇄ the world's forms: the 270 and 271, and what is printed; no wire, no database."""

from frontdesk.coverage.exchange.eligibility import (
    Answer,
    Difference,
    OtherPayer,
    Unreadable,
    fact_of,
    inquiry,
    others,
    payer_party,
    read_answer,
    request_bytes,
    segments,
)
from frontdesk.coverage.exchange.good_faith import good_faith_pdf
from frontdesk.coverage.exchange.seeking import Sought, read_sought, seeking_bytes

__all__ = [
    "Answer",
    "Difference",
    "OtherPayer",
    "Sought",
    "Unreadable",
    "fact_of",
    "good_faith_pdf",
    "inquiry",
    "others",
    "payer_party",
    "read_answer",
    "read_sought",
    "request_bytes",
    "seeking_bytes",
    "segments",
]
