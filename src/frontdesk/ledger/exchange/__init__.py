"""The books on paper and in other programs' words: translation only."""

from frontdesk.ledger.exchange.beancount import beancount
from frontdesk.ledger.exchange.paper import day, dollars, pdf, receipt_pdf, slip_pdf, spoken

__all__ = ["beancount", "day", "dollars", "pdf", "receipt_pdf", "slip_pdf", "spoken"]
