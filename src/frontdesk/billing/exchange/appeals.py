"""An appeal on paper: the letter, the payer's decision, the proof of filing, and the papers."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from frontdesk.billing.models import Appeal, ClaimEvent, Denial
from frontdesk.billing.rules.balancing import ClaimRead
from frontdesk.billing.rules.levels import level_of
from frontdesk.core.clock import local
from frontdesk.core.money import ZERO
from frontdesk.core.paper import pdf
from frontdesk.ledger.exchange import day, dollars
from frontdesk.ledger.rules import reason_in_words
from frontdesk.ui.figures import phone

TEMPLATE = Path(__file__).parent.parent / "data" / "appeal.typ"


@dataclass(frozen=True, slots=True)
class Paper:
    """A document of the chart that is enclosed: its title, its type and its bytes."""

    title: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class AppealPaper:
    """All that an appeal is printed from; the decision and the proof where they are enclosed."""

    appeal: Appeal
    denials: Sequence[Denial]
    on: date
    signed: str
    decision: ClaimRead | None
    decided_on: date | None
    trace: str
    proof: Sequence[ClaimEvent]
    papers: Sequence[Paper]


def appeal_pdf(paper: AppealPaper) -> bytes:
    """Return the whole packet as one PDF, the letter first."""
    return joined([pdf(TEMPLATE, _told(paper)), *(_as_pdf(one) for one in paper.papers)])


def joined(parts: Sequence[bytes]) -> bytes:
    """Return several PDFs as one, in their order."""
    if len(parts) == 1:
        return parts[0]
    import pypdfium2

    whole = pypdfium2.PdfDocument.new()
    for part in parts:
        whole.import_pages(pypdfium2.PdfDocument(part))
    made = io.BytesIO()
    whole.save(made)
    return made.getvalue()


def _as_pdf(paper: Paper) -> bytes:
    if paper.content_type == "application/pdf":
        return paper.content
    from PIL import Image

    made = io.BytesIO()
    with Image.open(io.BytesIO(paper.content)) as picture:
        picture.convert("RGB").save(made, format="PDF", resolution=150)
    return made.getvalue()


def _told(paper: AppealPaper) -> dict[str, Any]:
    appeal, claim = paper.appeal, paper.appeal.claim
    practice = claim.practice
    name = practice.legal_name or practice.name
    level = level_of(appeal.payer.filing_indicator, appeal.level)
    return {
        "title": f"{level.request}: claim {claim.number}",
        "practice": name,
        "practice_lines": [*practice.address_lines, phone(practice.phone)],
        "on": day(paper.on),
        "to": [line for line in appeal.to.splitlines() if line.strip()] or [appeal.payer.name],
        "facts": _facts(paper),
        "lines": [_line(denial) for denial in paper.denials],
        "total": dollars(sum((denial.amount for denial in paper.denials), ZERO)),
        "greeting": f"To the {level.to or 'appeals department'}:",
        "argument": [part for part in appeal.argument.split("\n\n") if part.strip()],
        "asks": f"Please answer in writing. Questions reach us at {phone(practice.phone)}.",
        "closing": "Sincerely,",
        "signed": paper.signed,
        "enclosed": _enclosed(paper),
        "remittance": _remittance(paper),
        "proof": [_proof(event, paper) for event in paper.proof],
        "footer": f"{name}, appeal {appeal.number}",
    }


def _facts(paper: AppealPaper) -> list[list[str]]:
    claim = paper.appeal.claim
    subscription = claim.policy.subscription
    found = [
        ["Patient", claim.patient.legal_name],
        ["Born", day(claim.patient.birth_date)],
        ["Member id", subscription.member_id],
        ["Group", subscription.plan.group_number],
        ["Our claim", claim.number],
        ["Your claim", claim.payer_control_number],
        ["Day of service", day(claim.on)],
        ["Provider", f"{claim.provider.full_name}, NPI {claim.provider.npi}"],
        ["Authorization", claim.authorization_number],
        ["Decided on", day(paper.decided_on) if paper.decided_on else ""],
    ]
    return [fact for fact in found if fact[1]]


def _line(denial: Denial) -> dict[str, str]:
    remarks = f" ({', '.join(denial.remarks)})" if denial.remarks else ""
    return {
        "on": day(denial.on),
        "code": denial.code,
        "reason": f"{denial.carc}{remarks}: {reason_in_words(denial.reason)}",
        "charged": dollars(denial.line.charge.amount),
        "refused": dollars(denial.amount),
    }


def _enclosed(paper: AppealPaper) -> list[str]:
    named = [one.title for one in paper.papers]
    if paper.decision is not None:
        named.insert(0, "Your decision on the claim")
    if paper.proof:
        named.insert(len(named) - len(paper.papers), "When the claim was filed: acknowledgements")
    return named


def _remittance(paper: AppealPaper) -> dict[str, Any] | None:
    if paper.decision is None:
        return None
    read = paper.decision
    facts = [
        ["Payer", paper.appeal.payer.name],
        ["Payment", paper.trace],
        ["Day", day(paper.decided_on) if paper.decided_on else ""],
        ["Your claim", read.payer_control],
    ]
    return {
        "facts": [fact for fact in facts if fact[1]],
        "lines": [
            {
                "code": " ".join((line.code, *line.modifiers)),
                "charged": dollars(line.charge),
                "paid": dollars(line.paid),
                "reasons": [
                    *(f"{one.code} {dollars(one.amount)}: {one.words}" for one in line.adjustments),
                    *([", ".join(line.remarks)] if line.remarks else []),
                ],
            }
            for line in read.lines
        ],
    }


def _proof(event: ClaimEvent, paper: AppealPaper) -> dict[str, str]:
    at = local(paper.appeal.claim.visit.site, event.at)
    exchange = event.exchange
    return {
        "at": f"{at:%m/%d/%Y %H:%M}",
        "claim": event.claim.number,
        "words": f"{event.words} {event.code}".strip(),
        "file": f"{exchange.kind} {exchange.interchange_control}".strip() if exchange else "",
    }
