"""Coverage ⇄ the world's forms: 270, 271, 278, and what is printed; no wire, no database."""

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
from frontdesk.coverage.exchange.packet import packet_cover
from frontdesk.coverage.exchange.review import (
    Reviewed,
    ReviewedLine,
    also_certified,
    read_review,
    review_bytes,
)
from frontdesk.coverage.exchange.seeking import Sought, read_sought, seeking_bytes

__all__ = [
    "Answer",
    "Difference",
    "OtherPayer",
    "Reviewed",
    "ReviewedLine",
    "Sought",
    "Unreadable",
    "also_certified",
    "fact_of",
    "good_faith_pdf",
    "inquiry",
    "others",
    "packet_cover",
    "payer_party",
    "read_answer",
    "read_review",
    "read_sought",
    "request_bytes",
    "review_bytes",
    "seeking_bytes",
    "segments",
]
