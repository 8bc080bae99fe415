"""Money that a payer moves for no claim in particular (PLB): where it goes, and what is asked.

Reasons are X12's (PLB03-1, 005010X221A1). A positive amount lowers the payment.
"""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from frontdesk.billing.rules.balancing import ProviderAdjustmentRead
from frontdesk.core.money import ZERO
from frontdesk.ledger.rules import Line, signed
from frontdesk.ledger.rules.chart import (
    BANK,
    CAPITATION,
    INTEREST,
    OTHER,
    RECOUPMENT,
    WITHHELD,
)

CARRIED = "FB"  # a balance carried from one remittance to the next
_WORDS = {
    "50": "late filing charge",
    "51": "interest penalty",
    "72": "refund that the payer received",
    "90": "early payment allowance",
    "AH": "fee for beginning",
    "AM": "paid to somebody we borrowed from",
    "AP": "advance payment",
    "B2": "rebate",
    "B3": "recovery allowance",
    "BD": "bad debt",
    "BN": "bonus",
    "C5": "temporary allowance",
    "CR": "interest on capitation",
    "CS": "adjustment",
    "CT": "capitation",
    "CV": "cost of capital",
    "CW": "cost of nurse anesthetists",
    "DM": "cost of medical education",
    "E3": "withheld",
    "FB": "balance carried forward",
    "FC": "money of a fund",
    "GO": "cost of graduate medical education",
    "HM": "clotting factor supplement",
    "IP": "incentive",
    "IR": "tax withheld",
    "IS": "interim settlement",
    "J1": "not reimbursed",
    "L3": "penalty",
    "L6": "interest",
    "LE": "levy",
    "LS": "lump sum",
    "OA": "cost of organs",
    "OB": "set off for an affiliated provider",
    "PI": "periodic interim payment",
    "PL": "final payment",
    "RA": "change for a past time",
    "RE": "return on equity",
    "SL": "student loan",
    "TL": "somebody else is liable",
    "WO": "overpayment taken back",
    "WU": "overpayment taken back",
}
_ACCOUNTS = {
    **dict.fromkeys(("L6", "CR"), INTEREST),
    **dict.fromkeys(("CT", "BN", "IP", "LS", "B2"), CAPITATION),
    **dict.fromkeys(("50", "51", "90", "BD", "J1", "L3"), OTHER),
    **dict.fromkeys(("AM", "E3", "IR", "LE", "SL"), WITHHELD),
}  # everything else stands with the payer until it is explained or taken


def account_of(reason: str) -> str:
    """Return the account that a reason moves money to or from."""
    return _ACCOUNTS.get(reason, RECOUPMENT)


def reason_words(reason: str) -> str:
    """Return a reason in words: "WO" is "overpayment taken back"."""
    return _WORDS.get(reason, f"reason {reason}")


def provider_line(reason: str, amount: Decimal, *, payer_id: UUID | None) -> Line:
    """Return how money of no claim is posted; `amount` has the sign of the PLB."""
    told = f"PLB-{reason}"[:12]
    line = Line(BANK, account_of(reason), amount, "provider", payer_id=payer_id, reason=told)
    return signed(line)


def to_explain(
    made: Sequence[ProviderAdjustmentRead], *, stands: Decimal, taken_back: Decimal
) -> list[ProviderAdjustmentRead]:
    """Return what a person must explain: the rest is money that was announced before.

    `stands` is what we owe the payer before this remittance; `taken_back` the dollars of the
    decisions that this remittance reverses. A payer that reverses a claim and can't take the
    money at once carries it on (FB, or WO with a minus), and takes it from a later payment.
    """
    asked = []
    for one in made:
        if not one.amount or account_of(one.reason) in {INTEREST, CAPITATION}:
            continue
        if account_of(one.reason) != RECOUPMENT:
            asked.append(one)
        elif one.amount < ZERO:
            is_known = one.reason == CARRIED or -one.amount <= taken_back
            stands -= one.amount
            if not is_known:
                asked.append(one)
        elif one.amount <= stands:
            stands -= one.amount
        else:
            asked.append(one)
    return asked
