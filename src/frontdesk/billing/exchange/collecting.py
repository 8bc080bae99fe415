"""Accounts handed over to an agency as a CSV file whose last row counts and sums them."""

from collections.abc import Sequence

from frontdesk.billing.models import Placement
from frontdesk.billing.rules.collecting import manifest

COLUMNS = (
    "account", "amount", "first_name", "last_name", "birth_date", "address", "city", "state",
    "zip", "phone", "answers_for_bill", "first_billed_days", "notices", "last_letter",
)  # fmt: skip


def hand_over_csv(placements: Sequence[Placement]) -> bytes:
    """Return the file: who owes, how much, where they live; nothing of what was done and why.

    The least that is needed to collect (45 CFR 164.502(b), 164.501 "payment").
    """
    return manifest([_row(one) for one in placements], COLUMNS)


def _row(one: Placement) -> list[object]:
    patient = one.patient
    return [
        one.number, one.amount, patient.first_name, patient.last_name, patient.birth_date,
        " ".join(part for part in (patient.address_1, patient.address_2) if part), patient.city,
        patient.state, patient.zip_code, patient.phone, str(one.guarantor or ""),
        one.facts.get("days", ""), one.facts.get("notices", ""), one.letter_on or "",
    ]  # fmt: skip
