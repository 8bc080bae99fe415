"""Messages that break one note of a guide each ("required when", "otherwise do not send").

Of two sets written by others without the edits in view 54 of 94 and 96 of 184 were told, before
the edits here came; the second set was at 117 with those that the first asked for.
"""

from tests.x12.mutate_edits import told
from tests.x12.mutate_unseen import DECISION, OTHER

_MEDICARE = ("*******CI~", "*******MB~")
_OAK = "N3*1 OAK AVE~N4*SPRINGFIELD*IL*627040001~"
_HEAD, _LINE, _SERVICE = "~HI*", "~REF*6R*L1~", "~SVC*"


def before(place, text):
    """A segment put before another."""
    return (place, f"~{text}{place}")


def after(place, text):
    """A segment put after another."""
    return (place, f"{place}{text}~")


NOTES = [
    told("secondary-reason", "837P", ("SBR*P*18*******CI", "SBR*S*18*******MB")),
    told("secondary-reason", "837P", ("SBR*P*18*******CI", "SBR*P*18***12****CI")),
    told("facility-same", "837P", ("~LX*1", f"~NM1*77*2*OAK~{_OAK}LX*1")),
    told("referral-order", "837P", before("~NM1*82", "NM1*P3*1*HILL*MARY****XX*1245319599")),
    told(
        "remaining-twice",
        "837P",
        ("LX*1~", OTHER.replace("*100~", "*100~AMT*EAF*50~") + "LX*1~"),
        ("~REF*6R*L1~", "~REF*6R*L1" + DECISION + "AMT*EAF*50~"),
    ),
    told("recertification-date", "837P", before("~DTP*472", "CR3*R*MO*12")),
    told("disability-span", "837P", before(_HEAD, "DTP*314*D8*20261101")),
    told("patient-misplaced", "child", before("~NM1*IL", "PAT*******01*150")),
    told("manifestation-principal", "837P", ("ABK:J069", "ABK:J17")),
    told("certificate-unsaid", "837P", before("~DTP*472", "CRC*09*Y*38")),
    told("certificate-unsaid", "837P", after("~DTP*472*D8*20261120~", "DTP*463*D8*20261101")),
    told(
        "reference-laboratory",
        "837P",
        ("HC:99213", "HC:80053:90"),
        after(_LINE, "REF*X4*12D4567890"),
    ),
    told("purchased-provider", "837P", after(_LINE, "PS1*1234567893*50")),
    told("rental-procedure", "837P", after("*UN*1***1~", "SV5*HC:E0601*DA*30*50*40*4")),
    told(
        "ambulance-facility",
        "837P",
        ("11:B:1", "41:B:1"),
        ("~LX*1", f"~NM1*77*2*HOSPITAL~{_OAK}LX*1"),
    ),
    told("ambulance-transport", "837P", ("11:B:1", "41:B:1"), before(_HEAD, "CR1***A*DH*12")),
    told("acute-date", "837P", _MEDICARE, before(_HEAD, "CR2********A")),
    told("prescription-date", "837P", ("HC:99213", "HC:V2100")),
    told("laboratory-number", "837P", ("HC:99213", "HC:85025")),
    told("oversight-number", "837P", _MEDICARE, ("HC:99213", "HC:G0181")),
    told("beneficiary-form", "837P", _MEDICARE, ("MI*W100200", "MI*1SG4TE5MK73")),
    told(
        "pregnant-sex",
        "837P",
        ("CI~NM1*IL", "CI~PAT*********Y~NM1*IL"),
        ("19800517*F", "19800517*M"),
    ),
    told("service-unbilled", "837P", before(_HEAD, "CRC*07*Y*04")),
    told("service-unbilled", "837P", before(_HEAD, "DTP*455*D8*20261101")),
    told("minutes-unwanted", "837P", ("*UN*1***1", "*MJ*15***1")),
    told("acute-date-unwanted", "837P", before(_HEAD, "DTP*453*D8*20261101")),
    told("said-again", "837P", after(_LINE, "NM1*82*1*OKAFOR*CHI****XX*1245319599")),
    told("said-again", "837P", before(_HEAD, "REF*G1*A1"), before(_LINE, "REF*G1*A1")),
    told("pay-to-same", "837P", ("~HL*2*1*22", f"~NM1*87*2~{_OAK}HL*2*1*22")),
    told(
        "pay-to-plan",
        "837P",
        ("~HL*2*1*22", f"~NM1*PE*2*PLAN*****PI*99~{_OAK}REF*EI*123456780~HL*2*1*22"),
    ),
    told("contact-repeated", "837P", after("EI*123456789~", "PER*IC*BILLING*TE*5555550100")),
    told("licence-unwanted", "837P", after("EI*123456789~", "REF*0B*L99")),
    told("number-form", "837P", ("EI*123456789", "EI*12-3456789")),
    told("currency-home", "837P", before("~NM1*85", "CUR*85*USD")),
    told("uncovered-total", "837P", ("LX*1~", OTHER.replace("*D*", "*A8*") + "LX*1~")),
    told("referral-unsaid", "837P", before(_HEAD, "REF*9F*R1")),
    told("tax-above-charge", "837P", after(_LINE, "AMT*T*900")),
    told("laboratory-number-form", "837P", before(_HEAD, "REF*X4*12345")),
    told("social-security-medicare", "837P", _MEDICARE, after("19800517*F~", "REF*SY*123456780")),
    told("extension-alone", "837P", ("TE*5555550100", "EX*12*TE*5555550100")),
    told(
        "end-before-start",
        "837P",
        before(_HEAD, "DTP*297*D8*20261115~DTP*296*D8*20261101"),
    ),
    told("reason-group", "835", ("CAS*CO*45", "CAS*OA*45")),
    told("reason-ended", "835", ("CAS*CO*45", "CAS*CO*A2")),
    told("insured-same", "835", before(_SERVICE, "NM1*IL*1*LEE*ANN****MI*W100200")),
    told("outcome-twice", "835", before(_SERVICE, "MIA*1~MOA***N130")),
    told("period-half", "835", ("DTM*472*20261120", "DTM*150*20261120")),
    told("submitted-same", "835", ("*150*80**1~", "*150*80**1*HC:99213~")),
    told(
        "method-accounts",
        "835",
        ("*CHK************2026", "*CHK**01*071000013*DA*123456*1888888888******2026"),
    ),
    told("notice-amount", "835", ("BPR*I*80", "BPR*H*80")),
    told("crossover-unsaid", "835", before(_SERVICE, "NM1*TT*2*OTHER*****PI*88")),
    told("rendering-payee", "835", before(_SERVICE, "NM1*82*2*OAK*****XX*1234567893")),
    told("stay-of-visit", "835", before(_SERVICE, "QTY*CA*3")),
    told("service-form", "835", ("SVC*HC:99213", "SVC*HC:9921")),
    told("nothing-questioned", "270", ("EQ*30^98~", "")),
    told(
        "questioned-above",
        "270",
        ("~SE*", "~HL*4*3*23*0~NM1*03*1*LEE*BEN~DMG*D8*20150302*M~EQ*30~SE*"),
    ),
    told("questioned-diagnosis", "270", ("EQ*30^98", "EQ*30^98****2")),
    told("facility-unknown", "270", after("EQ*30^98~", "III*ZZ*77")),
    told("trace-company", "270", ("VISIT17*9123456789", "VISIT17*5123456789")),
    told("share-of-dollars", "271", ("98****25*****Y", "98*****0.2****Y")),
    told("questioned-patient", "276", ("DMG*D8*19800517*F~", "")),
    told("status-alone", "277", ("STC*F1:65*20261201**150", "STC*R3:21*20261201**150")),
    told("status-entity", "277", ("STC*F1:65", "STC*F2:88")),
    told("review-accident-state", "278 request", ("11:B*****Y", "11:B*AA****Y")),
    told("review-place", "278 request", ("UM*HS*I*1*11:B", "UM*HS*I*1*77:B")),
    told("review-diagnosis", "278 request", ("ABK:M5450", "ABK:M549")),
]
