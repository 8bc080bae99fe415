"""A statement on paper: each line explained in plain words, in the patient's language."""

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from frontdesk.billing.models import Claim, Placement, Statement
from frontdesk.billing.queries.bills import Family, FamilyBill
from frontdesk.billing.queries.told import Told
from frontdesk.billing.rules.bills import BillLine
from frontdesk.billing.rules.explaining import Decided, explain, source_of
from frontdesk.billing.rules.paper import HELD_WORDS, NOTICES, WORDS
from frontdesk.billing.rules.reading import Reading, measure
from frontdesk.core.later import Later
from frontdesk.core.money import ZERO
from frontdesk.core.paper import pdf
from frontdesk.ledger.exchange import day, dollars, spoken
from frontdesk.ui.figures import phone

if TYPE_CHECKING:
    import segno
else:
    segno = Later("segno")

DATA = Path(__file__).parent.parent / "data"
COLUMNS = ("label", "charged", "discount", "plan_paid", "paid", "due")
_MONEY = (
    "charged", "discount", "other", "helped", "plan_paid", "paid", "due", "insurance_due",
    "elsewhere",
)  # fmt: skip


def statement_lines(bill: FamilyBill, decided: dict[UUID, Decided]) -> list[dict[str, Any]]:
    """Return what a statement keeps of a bill: a part for each visit of each patient."""
    names = {patient.pk: patient.name for patient, _ in bill.parts}
    return _grouped(bill.lines, names, decided)


def held_lines(bill: FamilyBill) -> list[dict[str, Any]]:
    """Return what a statement keeps of the lines it does not ask for."""
    names = {patient.pk: patient.name for patient, _ in bill.parts}
    return _grouped(bill.held, names, {})


def read_lines(kept: list[dict[str, Any]]) -> list[BillLine]:
    """Return the lines of a statement as they were kept."""
    return [line_of(charge, visit) for visit in kept for charge in visit["charges"]]


def line_of(charge: dict[str, Any], visit: dict[str, Any]) -> BillLine:
    """Return one kept line."""
    return BillLine(
        patient_id=UUID(visit["patient_id"]),
        visit_id=UUID(visit["visit"]) if visit["visit"] else None,
        charge_id=UUID(charge["charge"]) if charge["charge"] else None,
        label=charge["label"],
        on=date.fromisoformat(visit["on"]) if visit["on"] else None,
        why=tuple((reason, Decimal(amount)) for reason, amount in charge["why"]),
        held=charge["held"],
        **{name: Decimal(charge[name]) for name in _MONEY},
    )


def statement_reading(statement: Statement) -> Reading:
    """Return how hard the statement is to read, names of services aside."""
    language = spoken(statement.language)
    words, notice = WORDS[language], NOTICES[language][min(statement.step, 4)]
    lines = read_lines(statement.lines)
    said = [words["intro"], notice["text"], words["how_text"], words["scan_text"]]
    said += [sentence for line in lines for sentence in explain(line, language)]
    return measure("\n".join(said), language)


def notice_readings() -> list[tuple[str, list[Reading]]]:
    """Return how hard each notice is to read, in English and Spanish."""
    texts = []
    for step in range(1, 6):
        said = [(tongue, NOTICES[tongue][step]) for tongue in WORDS]
        readings = [
            measure("\n".join([notice.get("text", ""), *notice.get("paragraphs", ())]), tongue)
            for tongue, notice in said
        ]
        texts.append((NOTICES["en"][step]["title"], readings))
    return texts


def statement_pdf(statement: Statement, family: Family, address: str = "") -> bytes:
    """Return the statement as printed, the same however often it is asked for.

    With the address of its pay page a code stands on it that a phone's camera reads.
    """
    return pdf(DATA / "statement.typ", _told(statement, family) | _scan(address))


def _scan(address: str) -> dict[str, str]:
    if not address:
        return {"code": "", "address": ""}
    out = io.BytesIO()
    segno.make(address, error="m").save(out, kind="svg", border=4)
    # Its last slash stays: a hyphen at the end of a line is lost where the text is copied.
    return {"code": out.getvalue().decode(), "address": address.split("://", 1)[-1]}


def letter_pdf(placement: Placement, family: Family, language: str) -> bytes:
    """Return the last letter before a balance goes to an agency."""
    words, practice = NOTICES[language][5], placement.practice
    until = day(placement.letter_until, language) if placement.letter_until else ""
    facts = {"amount": dollars(placement.amount), "until": until, "phone": phone(practice.phone)}
    told = {
        "title": words["title"],
        "lang": language,
        "practice": practice.legal_name or practice.name,
        "practice_lines": [*practice.address_lines, phone(practice.phone)],
        "made_on": day(placement.letter_on, language) if placement.letter_on else "",
        "to": family.name,
        "to_lines": family.address,
        "reference": words["reference"] % placement.number,
        "paragraphs": [text.format(**facts) for text in words["paragraphs"]],
        "footer": WORDS[language]["footer"] % phone(practice.phone),
    }
    return pdf(DATA / "letter.typ", told)


def told_letter_pdf(claim: Claim, told: Told, family: Family, on: date) -> bytes:
    """Return the letter to a patient who owes more than was estimated, in their language."""
    language = spoken(claim.patient.language)
    words, practice = NOTICES[language][6], claim.practice
    facts = {
        "on": day(claim.on, language), "told": dollars(told.told), "owed": dollars(told.owes),
        "phone": phone(practice.phone),
    }  # fmt: skip
    rows = list(told.by_code)
    charged = [line.charge for line in claim.lines.select_related("charge")]
    named = {one.code: f"{one.code} {one.description}".strip() for one in charged}
    other_told = told.told - sum((was for _, was, _ in rows), ZERO)
    other_owed = told.owes - sum((owed for _, _, owed in rows), ZERO)
    if other_told or other_owed:
        rows.append((words["rest"], other_told, other_owed))
    said = {
        "title": words["title"],
        "lang": language,
        "practice": practice.legal_name or practice.name,
        "practice_lines": [*practice.address_lines, phone(practice.phone)],
        "made_on": day(on, language),
        "to": family.name,
        "to_lines": family.address,
        "reference": words["reference"] % claim.number,
        "paragraphs": [text.format(**facts) for text in words["paragraphs"]],
        "columns": words["columns"],
        "rows": [[named.get(code, code), dollars(was), dollars(now)] for code, was, now in rows],
        "total": [words["total"], facts["told"], facts["owed"]],
        "footer": WORDS[language]["footer"] % phone(practice.phone),
    }
    return pdf(DATA / "letter.typ", said)


def _grouped(
    lines: list[BillLine], names: dict[UUID, str], decided: dict[UUID, Decided]
) -> list[dict[str, Any]]:
    groups: dict[tuple[UUID, UUID | None], dict[str, Any]] = {}
    for line in lines:
        key = (line.patient_id, line.visit_id)
        visit = groups.setdefault(key, _visit_kept(line, names))
        about = decided.get(line.charge_id) if line.charge_id else None
        visit["charges"].append(_charge_kept(line, about or Decided()))
    return list(groups.values())


def _visit_kept(line: BillLine, names: dict[UUID, str]) -> dict[str, Any]:
    return {
        "visit": str(line.visit_id or ""),
        "on": line.on.isoformat() if line.on else "",
        "patient": names[line.patient_id],
        "patient_id": str(line.patient_id),
        "charges": [],
    }


def _charge_kept(line: BillLine, decided: Decided) -> dict[str, Any]:
    return {
        "charge": str(line.charge_id or ""),
        "label": line.label,
        **{name: str(getattr(line, name)) for name in _MONEY},
        "why": [[reason, str(amount)] for reason, amount in line.why],
        "held": line.held,
        "payer": decided.payer,
        "decided_on": decided.on.isoformat() if decided.on else "",
    }


def _told(statement: Statement, family: Family) -> dict[str, Any]:
    language = spoken(statement.language)
    words, practice = WORDS[language], statement.practice
    notice = NOTICES[language][min(statement.step, 4)]
    several = len({visit["patient_id"] for visit in statement.lines}) > 1
    return {
        "title": words["title"] % statement.number,
        "lang": language,
        "practice": practice.legal_name or practice.name,
        "practice_lines": [*practice.address_lines, phone(practice.phone)],
        "made_on": day(statement.made_on, language),
        "due_on": day(statement.due_on, language),
        "to": family.name,
        "to_lines": [*family.address, words["chart"] % statement.patient.chart_number],
        "total": dollars(statement.total),
        "notice": {"title": notice["title"], "text": notice["text"], "step": statement.step},
        "visits": [_visit(visit, language, several) for visit in statement.lines],
        "held": _held(statement, language),
        "aging": _aging(statement, language),
        "plan": statement.agreed.get(language, ""),
        "sums": _sums(statement, words),
        "words": {**words, "columns": [words[f"column.{name}"] for name in COLUMNS]},
        "footer": words["footer"] % phone(practice.phone),
    }


def _sums(statement: Statement, words: dict[str, str]) -> list[dict[str, str]]:
    """What the visits come to and what was paid ahead, where the two differ."""
    if not statement.credit:
        return []
    return [
        {"label": words["yours"], "amount": dollars(statement.total + statement.credit)},
        {"label": words["ahead"], "amount": dollars(-statement.credit)},
    ]


def _aging(statement: Statement, language: str) -> list[list[str]]:
    words = WORDS[language]
    return [
        [words[f"age.{place}"], dollars(Decimal(amount))]
        for place, amount in enumerate(statement.aging)
    ]


def _held(statement: Statement, language: str) -> list[list[str]]:
    return [
        [line.label or WORDS[language]["other"], HELD_WORDS[language].get(line.held, ""),
         dollars(line.due)]
        for line in read_lines(statement.held)
        if line.due > ZERO
    ]  # fmt: skip


def _visit(visit: dict[str, Any], language: str, several: bool) -> dict[str, Any]:
    words = WORDS[language]
    on = day(date.fromisoformat(visit["on"]), language) if visit["on"] else ""
    title = words["visit"] % on if on else words["other"]
    return {
        "title": f"{visit['patient']}: {title}" if several else title,
        "charges": [_printed(charge, visit, language) for charge in visit["charges"]],
    }


def _printed(charge: dict[str, Any], visit: dict[str, Any], language: str) -> dict[str, Any]:
    line = line_of(charge, visit)
    on = date.fromisoformat(charge["decided_on"]) if charge["decided_on"] else None
    source = source_of(Decided(charge["payer"], on), day(on, language) if on else "", language)
    why = explain(replace(line, held=""), language)
    return {
        "label": line.label,
        "charged": dollars(line.charged),
        "discount": dollars(-(line.discount + line.other)),
        "plan_paid": dollars(-line.plan_paid),
        "paid": dollars(-line.paid),
        "due": dollars(line.due),
        "why": [" ".join([*why, source]).strip()],
    }
