"""The superbill as the patient takes it home: our nouns to a PDF."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from frontdesk.core.paper import pdf
from frontdesk.practice.models import Practice
from frontdesk.ui import figures
from frontdesk.visits.models import Superbill, SuperbillDiagnosis, SuperbillLine

_PRINT = Path(__file__).parent / "templates" / "visits" / "superbill.typ"


def superbill_data(
    practice: Practice,
    bill: Superbill,
    diagnoses: Sequence[SuperbillDiagnosis],
    lines: Sequence[SuperbillLine],
) -> dict[str, Any]:
    """Return everything that stands on the paper, as text ready to set."""
    visit = bill.visit
    patient, provider, site = visit.patient, visit.provider, visit.site
    total = sum((line.charge for line in lines), Decimal(0))
    return {
        "practice": {
            "name": practice.name,
            "lines": [
                *site.address_lines,
                figures.phone(site.phone or practice.phone),
                _("Tax ID %(id)s, NPI %(npi)s") % {"id": practice.tax_id, "npi": practice.npi},
            ],
        },
        "title": _("Superbill"),
        "status": _status(bill),
        "facts": [
            [_("Patient"), patient.legal_name],
            [_("Born"), date_format(patient.birth_date, "M j, Y")],
            [_("Chart"), patient.chart_number],
            [_("Visit"), date_format(visit.on, "M j, Y")],
            [_("Provider"), provider.full_name],
            [_("Provider NPI"), provider.npi],
            [_("Place of service"), bill.place_of_service],
            *_beginning(bill),
            *([[_("Authorization"), bill.authorization_number]] * bool(bill.authorization_number)),
        ],
        "diagnoses": [[one.letter, one.code, one.description] for one in diagnoses],
        "head": [
            _("Code"),
            _("What was done"),
            _("Modifiers"),
            _("For"),
            _("Units"),
            _("Charge"),
        ],
        "lines": [
            [
                line.code,
                line.description,
                " ".join(line.modifiers),
                ", ".join(line.pointers),
                str(line.units),
                figures.money(line.charge),
            ]
            for line in lines
        ],
        "total": [_("Total charges"), figures.money(total)],
        "words": {
            "diagnoses": _("What was found"),
            "note": _(
                "These are the charges, before your health plan pays or takes anything off. "
                "It is not a bill. You may send it to your plan yourself."
            ),
        },
    }


def superbill_pdf(
    practice: Practice,
    bill: Superbill,
    diagnoses: Sequence[SuperbillDiagnosis],
    lines: Sequence[SuperbillLine],
) -> bytes:
    """Return the superbill as a PDF."""
    return pdf(_PRINT, superbill_data(practice, bill, diagnoses, lines), fonts=False)


def _beginning(bill: Superbill) -> list[list[str]]:
    if not bill.beginning:
        return []
    began = date_format(bill.began_on, "M j, Y") if bill.began_on else ""
    return [[bill.beginning, f"{began} {bill.accident_state}".strip()]]


def _status(bill: Superbill) -> str:
    if bill.status == Superbill.Status.SIGNED and bill.signed_at:
        return _("Signed by %(name)s, %(day)s") % {
            "name": bill.signed_by,
            "day": date_format(bill.signed_at, "M j, Y"),
        }
    return _("Not signed: %(status)s") % {"status": bill.get_status_display().lower()}
