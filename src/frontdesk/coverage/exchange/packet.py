"""The cover sheet of a packet for a payer's reviewer, to fax, upload or mail."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from frontdesk.core.paper import pdf
from frontdesk.coverage.models import Authorization, AuthorizedService, ReviewTerms
from frontdesk.ledger.exchange import day
from frontdesk.practice.models import Practice
from frontdesk.ui.figures import phone

TEMPLATE = Path(__file__).parent.parent / "data" / "packet.typ"


def packet_cover(
    authorization: Authorization,
    terms: ReviewTerms,
    titles: Sequence[str],
    pages: int,
    *,
    practice: Practice,
    asked_on: date | None,
) -> bytes:
    """Return the cover sheet; load the authorization by `queries.authorization_page` first."""
    told = _told(authorization, terms, titles, pages)
    told["asked_on"] = day(asked_on) if asked_on else ""
    told["practice"] = practice.legal_name or practice.name
    told["practice_lines"] = [*practice.address_lines, phone(practice.phone), f"NPI {practice.npi}"]
    return pdf(TEMPLATE, told)


def _told(
    authorization: Authorization, terms: ReviewTerms, titles: Sequence[str], pages: int
) -> dict[str, Any]:
    policy, patient = authorization.policy, authorization.patient
    subscription = policy.subscription
    letter = next((one.letter for one in authorization.disputes.all() if one.is_to_send), "")
    lines: list[AuthorizedService] = authorization.lines  # type: ignore[attr-defined] # prefetched
    facts = [
        ["Patient", f"{patient.name}, born {day(patient.birth_date)}"],
        ["Member ID", subscription.member_id],
        ["Plan", subscription.plan.name],
        ["Visit", day(authorization.service_on) if authorization.service_on else "not yet booked"],
        ["Provider", _provider(authorization)],
        ["Diagnoses", ", ".join(authorization.diagnoses) or "see the notes"],
        ["Our reference", authorization.reference or authorization.trace[-12:] or "none yet"],
    ]
    return {
        "title": str(authorization.get_kind_display()),
        "is_urgent": authorization.is_urgent,
        "is_retroactive": authorization.is_retroactive,
        "retro_because": authorization.retro_because,
        "payer": subscription.plan.payer.name,
        "payer_lines": [f"Fax {phone(terms.fax)}"] if terms.fax else [],
        "facts": facts,
        "services": [
            [line.code or "Any service", f"{line.asked or 1} {line.counts}"] for line in lines
        ],
        "note": authorization.note,
        "papers": list(titles),
        "letter": letter,
        "pages": pages + (2 if letter else 1),
    }


def _provider(authorization: Authorization) -> str:
    doctor = authorization.provider
    return f"{doctor.full_name}, NPI {doctor.npi}" if doctor else "the practice"
