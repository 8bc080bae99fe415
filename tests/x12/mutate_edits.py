"""Claims and answers that a guide allows and a payer sends back: one for each edit at least."""

from dataclasses import dataclass

from tests.x12.samples import recounted


@dataclass(frozen=True)
class Told:
    """A faulty message: the edit that must tell it, and the texts that are exchanged."""

    code: str
    base: str
    changes: tuple


def told(code, base, *changes):
    """One mutant: pairs of an old and a new text."""
    return Told(code, base, changes)


_LINE = "LX*1~SV1*HC:99213*150*UN*1***1~DTP*472*D8*20261120~REF*6R*L1"
_OTHER = (
    "SBR*P*18*******CI~AMT*D*{paid}~OI***Y***Y~NM1*IL*1*LEE*ANN****MI*X1"
    "~NM1*PR*2*FIRST PLAN*****PI*F1~DTP*573*D8*20261121~"
)
_HEAD = "CLM*CLM-17*150***11:B:1*Y*A*Y*Y~"
_STAY = "CLM*CLM-17*150***21:B:1*Y*A*Y*Y~DTP*435*D8*20261119~"
_SV1 = "SV1*HC:99213*150*UN*1***1~"


def _twice(second):
    """Two lines of 75 dollars in place of one of 150."""
    one = _LINE.replace("*150*", "*75*")
    return f"{one}~{second.replace('LX*1', 'LX*2').replace('*150*', '*75*').replace('*L1', '*L2')}"


CLAIMS = [
    told("taxonomy-form", "837P", ("PRV*PE*PXC*207Q00000X", "PRV*PE*PXC*207Q00000")),
    told("taxonomy-form", "837P", ("PRV*BI*PXC*207Q00000X", "PRV*BI*PXC*FAMILYMEDI")),
    told("state-unknown", "837P", ("SPRINGFIELD*IL*62704~", "SPRINGFIELD*XX*62704~")),
    told("postal-code-state", "837P", ("SPRINGFIELD*IL*62704~", "SPRINGFIELD*CA*62704~")),
    told("postal-code-state", "837P", ("SPRINGFIELD*IL*62704~", "SPRINGFIELD*IL*90210~")),
    told("span-reversed", "837P", ("D8*20261120", "RD8*20261120-20261118")),
    told("end-before-start", "837P", (_HEAD, _STAY + "DTP*096*D8*20261118~")),
    told("born-later", "837P", ("DMG*D8*19800517", "DMG*D8*20270517")),
    told("born-later", "837P", ("DMG*D8*19800517", "DMG*D8*18010517")),
    told("date-ahead", "837P", (_HEAD, _HEAD + "DTP*304*D8*20270101~")),
    told("organization-first-name", "270", ("OAK AVENUE CLINIC**", "OAK AVENUE CLINIC*ANN*")),
    told("reference-repeated", "837P", ("~LX*1", "~REF*G2*A1~REF*G2*A1~LX*1")),
    told("number-form", "837P", ("REF*EI*123456789", "REF*EI*12-34567")),
    told("number-form", "837P", ("REF*EI*123456789", "REF*EI*111111111")),
    told("billing-address-box", "837P", ("N3*1 OAK AVE", "N3*PO BOX 17")),
    told("billing-address-box", "837P", ("N3*1 OAK AVE", "N3*P.O. BOX 17")),
    told("billing-postal-code", "837P", ("*IL*627040001", "*IL*62704")),
    told(
        "provider-unidentified",
        "837P",
        ("NM1*82*1*OKAFOR*CHI****XX*1245319599", "NM1*82*1*OKAFOR*CHI"),
    ),
    told(
        "amount-sense",
        "837P",
        (_LINE, _LINE.replace("*150*", "*-150*")),
        ("CLM-17*150", "CLM-17*-150"),
    ),
    told("subscriber-demographics", "837P", ("~DMG*D8*19800517*F", "")),
    told("subscriber-demographics", "837P", ("~N3*2 ELM ST", "")),
    told("patient-relationship", "837P", ("SBR*P*18*", "SBR*P**")),
    told("patient-relationship", "child", ("SBR*P**", "SBR*P*18*")),
    told("admission-date", "837P", ("***11:B:1", "***21:B:1")),
    told("admission-date", "837P", ("***11:B:1", "***51:B:1")),
    told("accident-date", "837P", ("*Y*A*Y*Y~", "*Y*A*Y*Y**OA~")),
    told("accident-cause", "837P", (_HEAD, _HEAD + "DTP*439*D8*20261119~")),
    told(
        "accident-state",
        "837P",
        ("*Y*A*Y*Y~", "*Y*A*Y*Y**AA~DTP*439*D8*20261119~"),
    ),
    told("work-accident", "837P", ("SBR*P*18*******CI", "SBR*P*18*******WC")),
    told("original-unwanted", "837P", ("~HI*", "~REF*F8*ICN9~HI*")),
    told("other-payer-missing", "837P", ("SBR*P*18", "SBR*S*18")),
    told("payer-rank", "837P", ("~LX*1", "~" + _OTHER.format(paid="150") + "LX*1")),
    told(
        "payer-twice",
        "837P",
        ("SBR*P*18", "SBR*T*18"),
        (
            "~LX*1",
            "~"
            + _OTHER.format(paid="150")
            + _OTHER.format(paid="150").replace("SBR*P", "SBR*S")
            + "LX*1",
        ),
    ),
    told(
        "decision-date",
        "837P",
        ("SBR*P*18", "SBR*S*18"),
        ("~LX*1", "~" + _OTHER.format(paid="150").replace("~DTP*573*D8*20261121", "") + "LX*1"),
    ),
    told("attachment-number", "837P", ("~HI*", "~PWK*OB*EL~HI*")),
    told("unlisted-words", "837P", ("HC:99213", "HC:J3490")),
    told("ambulance-transport", "837P", ("***11:B:1", "***41:B:1")),
    told("clia-number", "837P", ("HC:99213", "HC:81002:QW")),
    told("epsdt-referral", "837P", ("*UN*1***1~", "*UN*1***1****Y~")),
    told(
        "drug-quantity",
        "837P",
        ("~REF*6R*L1", "~REF*6R*L1~LIN**N4*00002143380~CTP****0*ML"),
    ),
    told("diagnosis-form", "837P", ("ABK:J069", "ABK:J06.9")),
    told("diagnosis-form", "837P", ("ABF:R059", "ABF:COUGH")),
    told("diagnosis-unknown", "837P", ("ABF:R059", "ABF:R0599")),
    told("diagnosis-era", "837P", ("D8*20261120", "D8*20150901")),
    told("diagnosis-era", "837P", ("ABK:J069*ABF:R059", "BK:4659*BF:7862")),
    told("diagnosis-mixed", "837P", ("ABF:R059", "BF:7862")),
    told("place-unknown", "837P", ("***11:B:1", "***88:B:1")),
    told("place-unknown", "837P", (_SV1, "SV1*HC:99213*150*UN*1*88**1~")),
    told("place-unknown", "837P", ("***11:B:1", "***10:B:1"), ("D8*20261120", "D8*20211231")),
    told("procedure-form", "837P", ("HC:99213", "HC:992133")),
    told("procedure-form", "837P", ("HC:99213", "HC:VISIT")),
    told("procedure-unknown", "837P", ("HC:99213", "HC:99219")),
    told("modifier-form", "837P", ("HC:99213", "HC:99213:2-")),
    told("modifier-form", "837P", ("HC:99213", "HC:99213:25:25")),
    told("modifier-form", "837P", ("HC:99213", "HC:99213:Q0")),
    told(
        "drug-code-form",
        "837P",
        ("~REF*6R*L1", "~REF*6R*L1~LIN**N4*0002143380~CTP****1*ML"),
    ),
    told(
        "adjustment-reason",
        "837P",
        ("SBR*P*18", "SBR*S*18"),
        (
            "~LX*1",
            "~" + _OTHER.format(paid="100").replace("~AMT", "~CAS*CO*4500*50~AMT") + "LX*1",
        ),
    ),
    told("served-before-birth", "837P", ("DMG*D8*19800517", "DMG*D8*20261121")),
    told("served-ahead", "837P", ("D8*20261120", "D8*20261224")),
    told("served-outside-stay", "837P", (_HEAD, _STAY.replace("20261119", "20261121"))),
    told("onset-after-service", "837P", (_HEAD, _HEAD + "DTP*431*D8*20261121~")),
    told("diagnosis-twice", "837P", ("ABF:R059", "ABF:J069")),
    told("diagnosis-sex", "837P", ("ABF:R059", "ABF:N401")),
    told("diagnosis-sex", "837P", ("19800517*F", "19800517*M"), ("ABF:R059", "ABF:O2341")),
    told("diagnosis-age", "837P", ("ABF:R059", "ABF:Z0011")),
    told("diagnosis-age", "child", ("ABF:R059", "ABF:Z0000")),
    told("procedure-age", "837P", ("HC:99213", "HC:99391")),
    told("line-twice", "837P", (_LINE, _twice(_LINE))),
    told("units-sense", "837P", ("*UN*1***1", "*UN*0***1")),
    told("units-sense", "837P", ("*UN*1***1", "*UN*2***1")),
    told("units-sense", "837P", ("*UN*1***1", "*MJ*1.5***1")),
    told("pointer-twice", "837P", ("*UN*1***1~", "*UN*1***1:1~")),
    told("claim-twice", "two", ("CLM*CLM-18", "CLM*CLM-17")),
    told("paid-more", "837P", ("~HI*", "~AMT*F5*151~HI*")),
    told("phone-form", "837P", ("TE*5555550100", "TE*555-555-0100")),
    told("phone-form", "837P", ("TE*5555550100", "TE*CALLUS")),
    told("death-ahead", "837P", ("SBR*P*18*******CI~", "SBR*P*18*******CI~PAT*****D8*20300101~")),
    told("span-long", "837P", ("D8*20261120", "RD8*20240101-20261120")),
    told("first-name-missing", "837P", ("LEE*ANN****MI", "LEE*****MI")),
    told("rendering-same", "837P", ("XX*1245319599", "XX*1234567893")),
    told(
        "line-number-twice",
        "837P",
        (_LINE, _twice(_LINE.replace("HC:99213", "HC:99214")).replace("*L2", "*L1")),
    ),
    told(
        "menstruation-sex",
        "837P",
        ("19800517*F", "19800517*M"),
        (_HEAD, _HEAD + "DTP*484*D8*20261001~"),
    ),
    told("cause-principal", "837P", ("ABK:J069", "ABK:W109XXA")),
    told("anesthesia-minutes", "837P", ("HC:99213", "HC:00100")),
]
ANSWERS = [
    told("remittance-reason", "835", ("CAS*CO*45", "CAS*CO*4500")),
    told("remittance-reason", "835", ("CAS*CO*45", "CAS*CO*999")),
    told("remark-form", "835", ("LQ*HE*N130", "LQ*HE*X130")),
    told("remark-form", "835", ("LQ*HE*N130", "LQ*HE*N999")),
    told("remark-missing", "835", ("CAS*CO*45", "CAS*CO*16"), ("~LQ*HE*N130", "")),
    told("crossover-payer", "835", ("CLP*CLM-17*1*", "CLP*CLM-17*19*")),
    told("decided-date", "835", ("~DTM*472*20261120", "")),
    told(
        "line-missing",
        "835",
        (
            "~SVC*HC:99213*150*80**1~DTM*472*20261120~CAS*CO*45*50~CAS*PR*3*20~REF*6R*L1"
            "~AMT*B6*100~LQ*HE*N130",
            "",
        ),
    ),
    told("allowed-above-charge", "835", ("AMT*B6*100", "AMT*B6*151")),
    told("denied-paid", "835", ("CLP*CLM-17*1*", "CLP*CLM-17*4*")),
    told("decided-ahead", "835", ("DTM*472*20261120", "DTM*472*20270120")),
    told("payment-method", "835", ("*CHK***", "*NON***")),
    told("nobody-to-find", "270", ("LEE*ANN****MI*W100200", "LEE*ANN"), ("~DMG*D8*19800517*F", "")),
    told("benefit-amount", "271", ("EB*C*IND*30***29*612.5*****Y", "EB*C*IND*30***29******Y")),
    told("benefit-amount", "271", ("EB*A**98*****0.2****N", "EB*A**98*********N")),
    told("benefit-negative", "271", ("*612.5*", "*-612.5*")),
    told("share-above-all", "271", ("*****0.2****N", "*****20****N")),
    told(
        "claim-unfindable",
        "276",
        ("~REF*1K*ICN1", ""),
        ("~DTP*472*D8*20261120", ""),
        ("~SVC*HC:99213:25*150*****1~REF*FJ*L1~DTP*472*D8*20261120", ""),
    ),
    told("paid-without-date", "277", ("*150*80*20261130**20261201*CHK1", "*150*80")),
    told("certification-number", "278 answer", ("HCR*A6*CERT88~", "HCR*A6~")),
    told("decision-reason", "278 answer", ("HCR*A6*CERT88~", "HCR*A3~")),
    told(
        "service-outside-event",
        "278 request",
        ("DTP*472*RD8*20261201-20270131", "DTP*472*RD8*20260101-20260131"),
    ),
    told("status-action", "277CA", ("STC*A2:20*20261124*WQ", "STC*A2:20*20261124*U")),
    told("received-after-sent", "277CA", ("DTP*050*D8*20261123", "DTP*050*D8*20261130")),
]


def changed(data, told, start):
    """The message with the texts exchanged, from `start` on where they stand there."""
    text = data.decode("ascii")
    for old, new in told.changes:
        place = text.find(old, start)
        place = text.index(old) if place < 0 else place
        text = text[:place] + new + text[place + len(old) :]
    return recounted(text.encode("ascii"))
