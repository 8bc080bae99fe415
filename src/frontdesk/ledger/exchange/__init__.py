"""The books on paper and in other programs' words: translation only."""

from frontdesk.ledger.exchange.agreements import agreement_pdf, draft_pdf, refund_letter_pdf
from frontdesk.ledger.exchange.beancount import whole_journal
from frontdesk.ledger.exchange.paper import day, dollars, receipt_pdf, slip_pdf, spoken

__all__ = [
    "agreement_pdf",
    "day",
    "dollars",
    "draft_pdf",
    "pdf",
    "receipt_pdf",
    "refund_letter_pdf",
    "slip_pdf",
    "spoken",
    "whole_journal",
]
