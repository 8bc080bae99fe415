"""The demo practice's facts: its sites, people, visit types, charges, payers and plans."""

from datetime import time
from decimal import Decimal
from typing import NamedTuple

PRACTICE = {
    "name": "Alder Creek Family Medicine",
    "legal_name": "Alder Creek Family Medicine LLC",
    "tax_id": "12-3456789",
    "npi": "9900000008",
    "taxonomy": "207Q00000X",
    "phone": "+16145550100",
    "email": "office@demo.example",
    "address_1": "100 Alder Creek Road",
    "city": "Columbus",
    "state": "OH",
    "zip_code": "43215-1000",
}


class SiteFacts(NamedTuple):
    """A site with its rooms and devices."""

    name: str
    address_1: str
    city: str
    zip_code: str
    phone: str
    npi: str
    rooms: list[tuple[str, str]]
    devices: list[tuple[str, str]]


SITES = [
    SiteFacts(
        "Alder Creek", "100 Alder Creek Road", "Columbus", "43215-1000", "+16145550100",
        "9900000016",
        [*((f"Room {n}", "exam") for n in range(1, 8)), ("Procedure", "procedure")],
        [("Ultrasound 1", "ultrasound"), ("ECG 1", "ecg")],
    ),
    SiteFacts(
        "North Gate", "2500 North Gate Avenue", "Westerville", "43081-2000", "+16145550120",
        "9900000024",
        [*((f"Room {n}", "exam") for n in range(1, 6)), ("Procedure", "procedure")],
        [("ECG 2", "ecg")],
    ),
]  # fmt: skip


class ProviderFacts(NamedTuple):
    """A provider and the site where they usually are."""

    first_name: str
    last_name: str
    credential: str
    npi: str
    taxonomy: str
    specialty: str
    site: str
    sees: str  # which ages: "all", "children", "adults"


PROVIDERS = [
    ProviderFacts("Amara", "Osei", "MD", "9900001006", "207Q00000X", "Family medicine",
                  "Alder Creek", "all"),
    ProviderFacts("Rolf", "Lindqvist", "MD", "9900001014", "207R00000X", "Internal medicine",
                  "Alder Creek", "adults"),
    ProviderFacts("Dana", "Park", "MD", "9900001030", "208000000X", "Pediatrics",
                  "Alder Creek", "children"),
    ProviderFacts("Teresa", "Vega", "NP", "9900001048", "363LF0000X", "Family nurse practitioner",
                  "Alder Creek", "all"),
    ProviderFacts("Marcus", "Bell", "DO", "9900001022", "207Q00000X", "Family medicine",
                  "North Gate", "all"),
]  # fmt: skip


class TypeFacts(NamedTuple):
    """A visit type: its phases as (role, kind, starts after, minutes) and its usual codes."""

    code: str
    name: str
    minutes: int
    phases: list[tuple[str, str, int, int]]
    charges: list[str]
    ages: str  # all, child, adult, senior
    weight: int
    is_new: bool = False
    needs_authorization: bool = False


VISIT_TYPES = [
    TypeFacts("new", "New patient", 40, [("assistant", "", 0, 10), ("provider", "", 10, 30),
              ("room", "exam", 0, 40)], ["Z9203"], "all", 8, is_new=True),
    TypeFacts("follow-up", "Follow-up", 20, [("provider", "", 0, 20), ("room", "exam", 0, 20)],
              ["Z9213"], "all", 38),
    TypeFacts("sick", "Sick visit", 15, [("provider", "", 0, 15), ("room", "exam", 0, 20)],
              ["Z9213"], "all", 24),
    TypeFacts("wellness", "Annual wellness", 40, [("assistant", "", 0, 10),
              ("provider", "", 10, 30), ("room", "exam", 0, 40)], ["G0439"], "senior", 9),
    TypeFacts("physical", "Physical", 40, [("assistant", "", 0, 10), ("provider", "", 10, 30),
              ("room", "exam", 0, 40)], ["Z9396"], "adult", 8),
    TypeFacts("well-child", "Well child", 30, [("assistant", "", 0, 10),
              ("provider", "", 10, 20), ("room", "exam", 0, 30)], ["Z9391"], "child", 26),
    TypeFacts("procedure", "Procedure", 30, [("provider", "", 0, 30), ("assistant", "", 0, 30),
              ("room", "procedure", 0, 40)], ["Z9710"], "adult", 5, needs_authorization=True),
    TypeFacts("ecg", "ECG", 20, [("assistant", "", 0, 10), ("device", "ecg", 0, 10),
              ("provider", "", 10, 10), ("room", "exam", 0, 20)], ["Z9640"], "adult", 3),
    TypeFacts("lab-review", "Lab review", 15, [("provider", "", 0, 15), ("room", "exam", 0, 15)],
              ["Z9212"], "adult", 7),
]  # fmt: skip

CHARGES: list[tuple[str, str, str, str, str]] = [  # code, words, dollars, group, system
    ("Z9202", "Office visit, new patient, 15 min", "130.00", "New patient", "local"),
    ("Z9203", "Office visit, new patient, 30 min", "195.00", "New patient", "local"),
    ("Z9204", "Office visit, new patient, 45 min", "290.00", "New patient", "local"),
    ("Z9212", "Office visit, known patient, 10 min", "95.00", "Office visits", "local"),
    ("Z9213", "Office visit, known patient, 20 min", "148.00", "Office visits", "local"),
    ("Z9214", "Office visit, known patient, 30 min", "208.00", "Office visits", "local"),
    ("Z9215", "Office visit, known patient, 40 min", "310.00", "Office visits", "local"),
    ("Z9391", "Preventive visit, child", "185.00", "Preventive", "local"),
    ("Z9396", "Preventive visit, adult", "235.00", "Preventive", "local"),
    ("Z9471", "Shot given, first", "38.00", "Shots", "local"),
    ("Z9472", "Shot given, each further", "22.00", "Shots", "local"),
    ("Z9480", "Flu shot given", "42.00", "Shots", "local"),
    ("Z9600", "Rapid strep test", "32.00", "Tests", "local"),
    ("Z9610", "Urine dipstick", "18.00", "Tests", "local"),
    ("Z9620", "Blood draw", "15.00", "Tests", "local"),
    ("Z9036", "Finger-stick sugar", "18.00", "Tests", "local"),
    ("Z9640", "ECG with reading", "68.00", "Tests", "local"),
    ("Z9710", "Skin growth removed", "165.00", "Procedures", "local"),
    ("Z9720", "Abscess drained", "240.00", "Procedures", "local"),
    ("Z9730", "Joint injection", "190.00", "Procedures", "local"),
    ("Z9740", "Wound closed, simple", "260.00", "Procedures", "local"),
    ("G0438", "Annual wellness visit, first", "260.00", "Preventive", "hcpcs"),
    ("G0439", "Annual wellness visit, later", "205.00", "Preventive", "hcpcs"),
    ("G0444", "Depression screening", "30.00", "Preventive", "hcpcs"),
    ("J3420", "Vitamin B-12, up to 1,000 mcg", "12.00", "Medicines", "hcpcs"),
    ("J0696", "Ceftriaxone, 250 mg", "15.00", "Medicines", "hcpcs"),
]


class PayerFacts(NamedTuple):
    """A payer, what share of our charge its contract allows, and one plan's benefits."""

    payer_id: str
    name: str
    filing_indicator: str
    filing_days: int
    ratio: Decimal
    plan: str
    kind: str
    copay: Decimal
    coinsurance: Decimal
    deductible: Decimal
    out_of_pocket: Decimal
    ages: str
    share: int  # of patients, in percent


FIND_BY_NAME = ("BL", "MC")  # kinds of payers that answer without a member ID
PAYERS = [
    PayerFacts("BLUEF", "Bluefern Mutual", "BL", 180, Decimal("0.76"), "PPO Choice", "PPO",
               Decimal("25.00"), Decimal("0.20"), Decimal("500.00"), Decimal("4000.00"), "all", 30),
    PayerFacts("CASCA", "Cascadia Health Plan", "HM", 90, Decimal("0.68"), "HMO Standard", "HMO",
               Decimal("30.00"), Decimal("0.00"), Decimal("0.00"), Decimal("6000.00"), "all", 20),
    PayerFacts("HEART", "Hearthstone Benefits", "CI", 180, Decimal("0.72"), "HSA 3000", "HDHP",
               Decimal("0.00"), Decimal("0.20"), Decimal("3000.00"), Decimal("7000.00"), "all", 14),
    PayerFacts("DMEDB", "Demo Medicare Part B", "MB", 365, Decimal("0.62"), "Part B", "Medicare",
               Decimal("0.00"), Decimal("0.20"), Decimal("257.00"), Decimal("0.00"), "senior", 0),
    PayerFacts("NORTH", "Northstar Advantage", "16", 180, Decimal("0.63"), "Advantage Plus", "HMO",
               Decimal("20.00"), Decimal("0.00"), Decimal("0.00"), Decimal("5000.00"), "senior", 0),
    PayerFacts("DMCAI", "Demo State Medicaid", "MC", 365, Decimal("0.48"), "Medicaid", "Medicaid",
               Decimal("0.00"), Decimal("0.00"), Decimal("0.00"), Decimal("0.00"), "all", 16),
]  # fmt: skip

NEEDS_AUTHORIZATION = {"BLUEF": ["Z9710", "Z9720"], "CASCA": ["Z9710", "Z9730"]}
NOT_COVERED = {"DMCAI": ["Z9730"], "HEART": ["Z9472"]}
FREE = ["Z9391", "Z9396", "Z9480", "Z9471", "G0438", "G0439", "G0444"]  # preventive: no share

DIAGNOSES: dict[str, list[tuple[str, int]]] = {
    "child": [("J06.9", 16), ("Z00.129", 30), ("H66.91", 8), ("J02.0", 7), ("J45.20", 5),
              ("L20.9", 4), ("R50.9", 7), ("A08.4", 4)],
    "adult": [("I10", 18), ("E11.9", 9), ("E78.5", 10), ("F41.1", 8), ("M54.50", 7), ("J06.9", 8),
              ("Z00.00", 12), ("K21.9", 6), ("E03.9", 5), ("N39.0", 4), ("M25.561", 3)],
    "senior": [("I10", 22), ("E11.22", 8), ("E78.5", 12), ("I48.91", 6), ("M17.0", 6),
               ("J44.9", 6), ("I25.10", 7), ("E11.9", 8), ("Z00.00", 6), ("F32.A", 4)],
}  # fmt: skip
EXTRAS: dict[str, list[tuple[str, int]]] = {
    "child": [("Z9471", 22), ("Z9600", 12)],
    "adult": [("Z9620", 14), ("Z9036", 10), ("Z9480", 9), ("Z9610", 6)],
    "senior": [("Z9620", 18), ("Z9036", 12), ("Z9480", 12), ("G0444", 7), ("J3420", 5)],
}
REASONS = {
    "sick": ["Cough for a week", "Sore throat", "Fever since yesterday", "Back pain", "Rash"],
    "follow-up": ["Blood pressure", "Diabetes check", "Medicine check", "Knee pain", "Sleep"],
    "procedure": ["Skin growth on the arm"],
    "ecg": ["Skipped beats"],
}
OPENS, CLOSES = time(8), time(17)


def dollars(text: str) -> Decimal:
    """Return money from its digits."""
    return Decimal(text)
