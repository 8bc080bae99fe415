"""Made-up claims and remittances for the X12 measurements: the same at every run."""

import io
import random
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

from frontdesk import x12
from frontdesk.x12 import write
from frontdesk.x12.rules.checkdigits import npi_is_sound

_BATCH = 2_000
CENT = Decimal("0.01")
CLAIMS_IN_A_REMITTANCE = 1_000


def envelope(control: int = 1) -> x12.Envelope:
    """From the office to its clearinghouse."""
    at = datetime(2026, 1, 30, 9, 0)  # noqa: DTZ001 - X12 has no time zone
    return x12.Envelope(sender="OFFICE1", receiver="CLEARING1", control=control, at=at)


class Endless(io.RawIOBase):
    """Interchanges of 2,000 claims, one after the other, until so many bytes are read."""

    def __init__(self, size: int) -> None:
        """Make one interchange; the others differ from it in their numbers."""
        self._one = _renumbered(write(envelope(), claims(_BATCH)), 1)
        self._size, self._given, self._control = size, 0, 1
        self._rest = self._one

    def readable(self) -> bool:
        """It can be read, and that is all."""
        return True

    def read(self, size: int = -1) -> bytes:
        """The next bytes; nothing once the size is reached and an interchange is whole."""
        if not self._rest:
            if self._given >= self._size:
                return b""
            self._control += 1
            self._rest = _renumbered(self._one, self._control)
        piece, self._rest = self._rest[:size], self._rest[size:]
        self._given += len(piece)
        return piece


def _renumbered(data: bytes, control: int) -> bytes:
    """The same interchange under another number."""
    start, end = data.index(b"*00501*") + 7, data.rindex(b"*") + 1
    number = f"{control:09}".encode()
    return data[:start] + number + data[start + 9 : end] + number + data[end + 9 :]


def claims(count: int) -> list[x12.Claim]:
    """Professional claims of one to five lines, a quarter of them for dependents."""
    dice = random.Random(7)
    submitter = x12.Party(
        name="OAK AVENUE CLINIC",
        id_qualifier="46",
        identifier="OFFICE1",
        contacts=(x12.Contact(name="BILLING", phone="5555550100"),),
    )
    receiver = x12.Party(name="CLEARINGHOUSE", id_qualifier="46", identifier="CH1")
    billing = x12.Party(
        name="OAK AVENUE CLINIC",
        id_qualifier="XX",
        identifier=_npi(1),
        taxonomy="207Q00000X",
        references=(x12.Reference("EI", "123456789"),),
        address=_address(1),
    )
    payer = x12.Party(name="EXAMPLE HEALTH", id_qualifier="PI", identifier="99001")
    return [_claim(dice, n, submitter, receiver, billing, payer) for n in range(count)]


def remittances(count: int) -> Iterator[x12.Remittance]:
    """Balanced remittances that together decide `count` claims."""
    dice = random.Random(7)
    for first in range(0, count, CLAIMS_IN_A_REMITTANCE):
        last = min(first + CLAIMS_IN_A_REMITTANCE, count)
        decided = tuple(_decided(dice, n) for n in range(first, last))
        yield x12.Remittance(
            payment=x12.Payment(
                amount=sum((claim.paid for claim in decided), Decimal(0)),
                paid_on=date(2026, 2, 27),
            ),
            trace=f"CHK{first}",
            trace_origin="1999999999",
            payer=x12.Party(
                name="EXAMPLE HEALTH",
                address=_address(2),
                contacts=(x12.Contact(function="BL", name="EDI", phone="5555550111"),),
            ),
            payee=x12.Party(name="OAK AVENUE CLINIC", id_qualifier="XX", identifier=_npi(1)),
            claims=decided,
            produced_on=date(2026, 2, 27),
        )


def _npi(number: int) -> str:
    stem = str(100_000_000 + number)
    return next(f"{stem}{digit}" for digit in range(10) if npi_is_sound(f"{stem}{digit}"))


def _address(number: int) -> x12.Address:
    return x12.Address(
        line1=f"{number} ELM ST", city="SPRINGFIELD", state="IL", postal_code="627040001"
    )


def _claim(
    dice: random.Random,
    number: int,
    submitter: x12.Party,
    receiver: x12.Party,
    billing: x12.Party,
    payer: x12.Party,
) -> x12.Claim:
    lines = tuple(_line(dice, number, n) for n in range(dice.randint(1, 5)))
    subscriber = x12.Member(
        name=f"LEE{number}",
        first="ANN",
        id_qualifier="MI",
        identifier=f"W{number:07}",
        birth_date=date(1980, 5, 17),
        sex="F",
        address=_address(number),
    )
    patient = x12.Member(
        name=f"LEE{number}",
        first="BEN",
        birth_date=date(2015, 3, 2),
        sex="M",
        address=_address(number),
        relationship="19",
    )
    return x12.Claim(
        number=f"C{number}",
        charge=sum((line.charge for line in lines), Decimal(0)),
        submitter=submitter,
        receiver=receiver,
        billing=billing,
        subscriber=subscriber,
        patient=patient if dice.random() < 0.25 else None,
        payer=payer,
        diagnoses=(x12.Diagnosis(code="J069", qualifier="ABK"), x12.Diagnosis(code="R051")),
        lines=lines,
        providers=(
            x12.Party(
                entity="82",
                is_person=True,
                name="OKAFOR",
                first="CHI",
                id_qualifier="XX",
                identifier=_npi(2),
                taxonomy="207Q00000X",
            ),
        ),
        references=(x12.Reference("EA", f"MRN{number}"), *_laboratory(lines)),
    )


def _laboratory(lines: tuple[x12.ServiceLine, ...]) -> tuple[x12.Reference, ...]:
    """The number of the laboratory, where a test is billed."""
    is_tested = any(line.procedure.code == "85025" for line in lines)
    return (x12.Reference("X4", "12D4567890"),) if is_tested else ()


def _line(dice: random.Random, claim: int, number: int) -> x12.ServiceLine:
    modifiers = ("25",) if dice.random() < 0.3 else ()
    code = dice.choice(("99213", "99214", "85025", "36415"))
    return x12.ServiceLine(
        procedure=x12.Procedure(code=code, modifiers=modifiers),
        charge=Decimal(dice.randint(2_000, 40_000)) / 100,
        service_date=date(2026, 1, dice.randint(1, 28)),
        pointers=(1, 2),
        control=f"L{claim}-{number}",
    )


def _decided(dice: random.Random, number: int) -> x12.RemittanceClaim:
    lines = tuple(_decided_line(dice, n) for n in range(dice.randint(1, 5)))
    reductions = [one for line in lines for one in line.adjustments if one.group == "PR"]
    owed = sum((one.amount for one in reductions), Decimal(0))
    return x12.RemittanceClaim(
        number=f"C{number}",
        status="1",
        charge=sum((line.charge for line in lines), Decimal(0)),
        paid=sum((line.paid for line in lines), Decimal(0)),
        patient_responsibility=owed or None,
        filing="12",
        payer_control=f"ICN{number}",
        place_of_service="11",
        frequency="1",
        patient=x12.Party(is_person=True, name=f"LEE{number}", first="ANN"),
        lines=lines,
    )


def _decided_line(dice: random.Random, number: int) -> x12.RemittanceLine:
    charge = Decimal(dice.randint(2_000, 40_000)) / 100
    written_off = (charge * dice.randint(10, 50) / 100).quantize(CENT)
    copay = (charge * dice.randint(0, 20) / 100).quantize(CENT)
    return x12.RemittanceLine(
        procedure=x12.Procedure(code=dice.choice(("99213", "99214", "85025"))),
        charge=charge,
        paid=charge - written_off - copay,
        units=Decimal(1),
        periods=(x12.Period("472", date(2026, 1, dice.randint(1, 28))),),
        adjustments=(
            x12.Adjustment("CO", "45", written_off),
            *((x12.Adjustment("PR", "3", copay),) if copay else ()),
        ),
        references=(x12.Reference("6R", f"L{number}"),),
        amounts=(x12.Amount("B6", charge - written_off),),
    )
