"""Small complete questions and answers about claims and authorizations."""

from datetime import date
from decimal import Decimal

from frontdesk import x12
from tests.x12.samples import AT, NPI_CLINIC, NPI_DOCTOR, ann, payer


def asker():
    """Who sends: the office under its submitter id."""
    return x12.Party(name="OAK AVENUE CLINIC", entity="41", id_qualifier="46", identifier="OFFICE1")


def status_inquiry(**changes):
    """Where does claim CLM-17 stand?"""
    fields = {
        "payer": payer(),
        "receiver": asker(),
        "provider": x12.Party(
            name="OAK AVENUE CLINIC", entity="1P", id_qualifier="XX", identifier=NPI_CLINIC
        ),
        "subscriber": ann(address=None, entity="IL"),
        "trace": "CLM-17",
        "references": (x12.Reference("1K", "ICN1"), x12.Reference("EJ", "CLM-17")),
        "charge": Decimal(150),
        "service_date": date(2026, 11, 20),
        "lines": (
            x12.StatusLine(
                procedure=x12.Procedure(code="99213", modifiers=("25",)),
                charge=Decimal(150),
                units=Decimal(1),
                references=(x12.Reference("FJ", "L1"),),
                periods=(x12.Period("472", date(2026, 11, 20)),),
            ),
        ),
        "reference": "S17",
        "at": AT,
    }
    return x12.ClaimStatusInquiry(**{**fields, **changes})


def status_response(**changes):
    """It was paid with 80 of 150."""
    paid = x12.ClaimStatus(
        category="F1",
        code="65",
        on=date(2026, 12, 1),
        amount=Decimal(150),
        paid=Decimal(80),
        finalized_on=date(2026, 11, 30),
        paid_on=date(2026, 12, 1),
        payment="CHK1",
    )
    asked = status_inquiry()
    line = x12.StatusLine(
        procedure=asked.lines[0].procedure,
        charge=Decimal(150),
        paid=Decimal(80),
        units=Decimal(1),
        statuses=(x12.ClaimStatus(category="F1", code="65", on=date(2026, 12, 1)),),
        references=asked.lines[0].references,
        periods=asked.lines[0].periods,
    )
    fields = {
        "payer": payer(),
        "receiver": asker(),
        "provider": asked.provider,
        "subscriber": ann(address=None, entity="IL", birth_date=None, sex=""),
        "trace": "CLM-17",
        "statuses": (paid,),
        "references": (x12.Reference("1K", "ICN1"),),
        "periods": (x12.Period("472", date(2026, 11, 20)),),
        "lines": (line,),
        "reference": "S17",
        "at": AT,
    }
    return x12.ClaimStatusResponse(**{**fields, **changes})


def reviewer():
    """Example Health, which reviews for itself."""
    return x12.Party(name="EXAMPLE HEALTH", entity="X3", id_qualifier="PI", identifier="99001")


def requester():
    """Oak Avenue Clinic, which asks."""
    return x12.ReviewParty(
        name="OAK AVENUE CLINIC",
        entity="1P",
        id_qualifier="XX",
        identifier=NPI_CLINIC,
        contacts=(x12.Contact(name="REFERRALS", phone="5555550100"),),
    )


def surgeon():
    """The doctor who is to do it."""
    return x12.ReviewParty(
        name="HILL",
        first="MARY",
        is_person=True,
        entity="SJ",
        id_qualifier="XX",
        identifier=NPI_DOCTOR,
        taxonomy="207X00000X",
        role="PE",
    )


def authorization_request(**changes):
    """May Ann have ten sessions of physical therapy, and a scan?"""
    fields = {
        "reviewer": reviewer(),
        "requester": requester(),
        "subscriber": ann(address=None, entity="IL"),
        "trace": "AUTH17",
        "trace_origin": "9123456789",
        "review": x12.Review(service_type="1", place="11", release="Y"),
        "periods": (x12.Period("AAH", date(2026, 12, 1), date(2027, 1, 31)),),
        "diagnoses": (
            x12.ReviewDiagnosis(code="M5450", on=date(2026, 11, 1)),
            x12.ReviewDiagnosis(code="R519", qualifier="ABF"),
        ),
        "deliveries": (x12.Delivery(quantity_qualifier="VS", quantity=Decimal(10)),),
        "attachments": (x12.Attachment(report="OB", transmission="EL", control="DOC1"),),
        "message": "FAILED SIX WEEKS OF HOME EXERCISE",
        "providers": (surgeon(),),
        "services": (
            x12.ReviewedService(
                procedure=x12.Procedure(code="97110", modifiers=("GP",)),
                charge=Decimal("85.5"),
                unit="UN",
                units=Decimal(10),
                pointers=(1,),
                periods=(x12.Period("472", date(2026, 12, 1), date(2027, 1, 31)),),
            ),
            x12.ReviewedService(
                procedure=x12.Procedure(code="72148"),
                unit="UN",
                units=Decimal(1),
                trace="AUTH17-2",
                trace_origin="9123456789",
            ),
        ),
        "reference": "R17",
        "at": AT,
    }
    return x12.AuthorizationRequest(**{**fields, **changes})


def authorization_response(**changes):
    """Eight sessions are certified, the scan waits for a note."""
    asked = authorization_request()
    therapy, scan = asked.services
    fields = {
        "reviewer": reviewer(),
        "requester": x12.ReviewParty(
            name="OAK AVENUE CLINIC", entity="1P", id_qualifier="XX", identifier=NPI_CLINIC
        ),
        "subscriber": asked.subscriber,
        "trace": "AUTH17",
        "trace_origin": "9123456789",
        "payer_traces": (("EH-1", "1999999999"),),
        "review": x12.Review(service_type="1", place="11"),
        "decision": x12.Decision(action="A6", number="CERT88"),
        "periods": (x12.Period("007", date(2026, 12, 1), date(2027, 1, 31)),),
        "diagnoses": asked.diagnoses,
        "services": (
            x12.ReviewedService(
                procedure=therapy.procedure,
                unit="UN",
                units=Decimal(8),
                decision=x12.Decision(action="A6", number="CERT88-1"),
            ),
            x12.ReviewedService(
                procedure=scan.procedure,
                unit="UN",
                units=Decimal(1),
                trace="AUTH17-2",
                trace_origin="9123456789",
                decision=x12.Decision(action="A4", reasons=("0U", "1D")),
                message="SEND THE LAST VISIT NOTE",
            ),
        ),
        "transaction_type": "19",
        "reference": "R17",
        "at": AT,
    }
    return x12.AuthorizationResponse(**{**fields, **changes})
