"""Small complete messages that most tests start from. A test changes what it is about."""

from datetime import date, datetime
from decimal import Decimal

from frontdesk import x12

# X12 has no time zone: moments are those of the sender's clock.
AT = datetime(2026, 11, 23, 9, 30)  # noqa: DTZ001
NPI_CLINIC = "1234567893"
NPI_DOCTOR = "1245319599"
ELM = x12.Address(line1="2 ELM ST", city="SPRINGFIELD", state="IL", postal_code="62704")
OAK = x12.Address(line1="1 OAK AVE", city="SPRINGFIELD", state="IL", postal_code="627040001")


def envelope(control=1, **changes):
    """From the office to a payer."""
    fields = {"sender": "OFFICE1", "receiver": "PAYER9", "control": control, "at": AT}
    return x12.Envelope(**{**fields, **changes})


def payer():
    """Example Health."""
    return x12.Party(name="EXAMPLE HEALTH", id_qualifier="PI", identifier="99001", entity="PR")


def clinic(**changes):
    """Oak Avenue Clinic, with an NPI and a tax id."""
    fields = {
        "name": "OAK AVENUE CLINIC",
        "id_qualifier": "XX",
        "identifier": NPI_CLINIC,
        "taxonomy": "207Q00000X",
        "address": OAK,
        "references": (x12.Reference("EI", "123456789"),),
    }
    return x12.Party(**{**fields, **changes})


def ann(**changes):
    """Ann Lee, who is insured."""
    fields = {
        "name": "LEE",
        "first": "ANN",
        "id_qualifier": "MI",
        "identifier": "W100200",
        "birth_date": date(1980, 5, 17),
        "sex": "F",
        "address": ELM,
    }
    return x12.Member(**{**fields, **changes})


def ben(**changes):
    """Ben Lee, Ann's child."""
    fields = {
        "name": "LEE",
        "first": "BEN",
        "birth_date": date(2015, 3, 2),
        "sex": "M",
        "address": ELM,
        "relationship": "19",
    }
    return x12.Member(**{**fields, **changes})


def doctor(entity="82"):
    """Dr Okafor."""
    return x12.Party(
        entity=entity,
        is_person=True,
        name="OKAFOR",
        first="CHI",
        id_qualifier="XX",
        identifier=NPI_DOCTOR,
        taxonomy="207Q00000X" if entity == "82" else "",
    )


def line(charge="150", code="99213", control="L1", **changes):
    """An office visit of 20 November."""
    fields = {
        "procedure": x12.Procedure(code=code),
        "charge": Decimal(charge),
        "service_date": date(2026, 11, 20),
        "control": control,
    }
    return x12.ServiceLine(**{**fields, **changes})


def claim(**changes):
    """Ann's visit of one line."""
    fields = {
        "number": "CLM-17",
        "charge": Decimal(150),
        "submitter": x12.Party(
            name="OAK AVENUE CLINIC",
            id_qualifier="46",
            identifier="OFFICE1",
            contacts=(x12.Contact(name="BILLING", phone="5555550100"),),
        ),
        "receiver": x12.Party(name="CLEARINGHOUSE", id_qualifier="46", identifier="CH1"),
        "billing": clinic(),
        "subscriber": ann(),
        "payer": payer(),
        "diagnoses": (x12.Diagnosis(code="J069", qualifier="ABK"), x12.Diagnosis(code="R059")),
        "lines": (line(),),
        "providers": (doctor(),),
    }
    return x12.Claim(**{**fields, **changes})


def adjudicated(number="CLM-17", **changes):
    """Ann's visit as the payer paid it: 150 charged, 50 written off, 20 copay, 80 paid."""
    adjustments = (
        x12.Adjustment("CO", "45", Decimal(50)),
        x12.Adjustment("PR", "3", Decimal(20)),
    )
    fields = {
        "number": number,
        "status": "1",
        "charge": Decimal(150),
        "paid": Decimal(80),
        "patient_responsibility": Decimal(20),
        "filing": "12",
        "payer_control": "ICN1",
        "place_of_service": "11",
        "frequency": "1",
        "patient": x12.Party(
            entity="QC",
            is_person=True,
            name="LEE",
            first="ANN",
            id_qualifier="MI",
            identifier="W100200",
        ),
        "lines": (
            x12.RemittanceLine(
                procedure=x12.Procedure(code="99213"),
                charge=Decimal(150),
                paid=Decimal(80),
                units=Decimal(1),
                periods=(x12.Period("472", date(2026, 11, 20)),),
                adjustments=adjustments,
                references=(x12.Reference("6R", "L1"),),
                amounts=(x12.Amount("B6", Decimal(100)),),
                remarks=("N130",),
            ),
        ),
    }
    return x12.RemittanceClaim(**{**fields, **changes})


def remittance(**changes):
    """A check for Ann's visit."""
    fields = {
        "payment": x12.Payment(amount=Decimal(80), paid_on=date(2026, 12, 1), method="CHK"),
        "trace": "CHK1001",
        "trace_origin": "1999999999",
        "payer": x12.Party(
            name="EXAMPLE HEALTH",
            entity="PR",
            address=x12.Address(line1="9 MAIN ST", city="CHICAGO", state="IL", postal_code="60601"),
            contacts=(x12.Contact(function="BL", name="EDI", phone="5555550111"),),
        ),
        "payee": x12.Party(
            name="OAK AVENUE CLINIC", entity="PE", id_qualifier="XX", identifier=NPI_CLINIC
        ),
        "claims": (adjudicated(),),
        "produced_on": date(2026, 12, 1),
    }
    return x12.Remittance(**{**fields, **changes})


def inquiry(**changes):
    """Is Ann covered for an office visit on 23 November?"""
    fields = {
        "payer": payer(),
        "provider": x12.Party(
            name="OAK AVENUE CLINIC",
            entity="1P",
            id_qualifier="XX",
            identifier=NPI_CLINIC,
        ),
        "subscriber": ann(address=None),
        "service_date": date(2026, 11, 23),
        "service_types": ("30", "98"),
        "trace": "VISIT17",
        "trace_origin": "9123456789",
        "reference": "Q17",
        "at": AT,
    }
    return x12.EligibilityInquiry(**{**fields, **changes})


def response(**changes):
    """Ann is covered, with a copay of 25 and a deductible half met."""
    fields = {
        "payer": payer(),
        "provider": inquiry().provider,
        "subscriber": ann(periods=(x12.Period("346", date(2026, 1, 1)),)),
        "benefits": (
            x12.Benefit(
                code="1", coverage_level="IND", service_types=("30",), plan_description="GOLD"
            ),
            x12.Benefit(
                code="B",
                coverage_level="IND",
                service_types=("98",),
                amount=Decimal(25),
                in_network="Y",
                messages=("PER VISIT",),
            ),
            x12.Benefit(
                code="C",
                coverage_level="IND",
                service_types=("30",),
                period_qualifier="29",
                amount=Decimal("612.5"),
                in_network="Y",
                related=(
                    x12.Party(entity="PRP", name="OTHER PLAN", id_qualifier="PI", identifier="77"),
                ),
            ),
            x12.Benefit(code="A", service_types=("98",), percent=Decimal("0.2"), in_network="N"),
        ),
        "trace": "VISIT17",
        "trace_origin": "9123456789",
        "reference": "Q17",
        "at": AT,
    }
    return x12.EligibilityResponse(**{**fields, **changes})


def claim_acknowledgement(**changes):
    """One claim taken in, one sent back."""
    day = date(2026, 11, 24)
    accepted = x12.Status(category="A2", code="20", on=day, action="WQ", amount=Decimal(150))
    rejected = x12.Status(
        category="A3", code="21", entity="IL", on=day, action="U", amount=Decimal(99)
    )
    patient = x12.Party(
        is_person=True,
        name="LEE",
        first="ANN",
        entity="QC",
        id_qualifier="MI",
        identifier="W100200",
    )
    fields = {
        "source": x12.Party(
            name="EXAMPLE HEALTH", entity="PR", id_qualifier="PI", identifier="99001"
        ),
        "receiver": x12.Party(
            name="OAK AVENUE CLINIC", entity="41", id_qualifier="46", identifier="OFFICE1"
        ),
        "reference": "ACK1",
        "at": AT,
        "source_trace": "T1",
        "received_on": date(2026, 11, 23),
        "sent_on": date(2026, 11, 24),
        "batch": "BATCH7",
        "statuses": (
            x12.Status(
                category="A1",
                code="19",
                entity="PR",
                on=date(2026, 11, 24),
                action="WQ",
                amount=Decimal(249),
            ),
        ),
        "quantities": (x12.Quantity("90", Decimal(1)), x12.Quantity("AA", Decimal(1))),
        "amounts": (x12.Amount("YU", Decimal(150)), x12.Amount("YY", Decimal(99))),
        "providers": (
            x12.AcknowledgedProvider(
                provider=x12.Party(
                    name="OAK AVENUE CLINIC",
                    entity="85",
                    id_qualifier="XX",
                    identifier=NPI_CLINIC,
                ),
                claims=(
                    x12.AcknowledgedClaim(
                        number="CLM-17",
                        statuses=(accepted,),
                        patient=patient,
                        references=(x12.Reference("1K", "ICN1"),),
                        periods=(x12.Period("472", date(2026, 11, 20)),),
                    ),
                    x12.AcknowledgedClaim(
                        number="CLM-18",
                        statuses=(rejected,),
                        patient=patient,
                        periods=(x12.Period("472", date(2026, 11, 20)),),
                    ),
                ),
            ),
        ),
    }
    return x12.ClaimAcknowledgement(**{**fields, **changes})


def errors(report):
    """The codes of all errors of a report, envelopes first."""
    return [d.code for d in report.errors] + [d.code for t in report.transactions for d in t.errors]


def edited(data, old, new):
    """The bytes with one occurrence replaced; the old text must be there."""
    text = data.decode("ascii")
    assert old in text
    return text.replace(old, new, 1).encode("ascii")


def recounted(data):
    """The bytes with the segment counts (SE01) made right again."""
    texts = data.decode("ascii").split("~")
    start = 0
    for index, text in enumerate(texts):
        if text.startswith("ST*"):
            start = index
        if text.startswith("SE*"):
            control = text.split("*")[2]
            texts[index] = f"SE*{index - start + 1}*{control}"
    return "~".join(texts).encode("ascii")
