"""Messages with one defect each, made up from the guides' facts without the edits in view.

When they were written, 27 of these 55 were told; the edits that tell the others came after.
"""

from tests.x12.mutate_edits import told

OTHER = "SBR*S*18*******CI~AMT*D*100~OI***Y***Y~NM1*IL*1*LEE*ANN****MI*W2~NM1*PR*2*OTHER*****PI*88~"
DECISION = "~SVD*88*100*HC:99213**1~CAS*CO*45*50~DTP*573*D8*20261121~"

UNSEEN = [
    told("accident-state", "837P", ("Y*A*Y*Y~", "Y*A*Y*Y**AA~DTP*439*D8*20261118~")),
    told("ambulance-transport", "837P", ("11:B:1", "41:B:1"), ("HC:99213", "HC:A0429")),
    told(
        "segment-missing",
        "837P",
        ("HC:99213", "HC:J1885"),
        ("~REF*6R*L1~", "~REF*6R*L1~LIN**N4*00409379501~"),
    ),
    told("onset-after-service", "837P", ("~HI*", "~DTP*431*D8*20261122~HI*")),
    told("served-after-death", "837P", ("CI~NM1*IL", "CI~PAT*****D8*20261101~NM1*IL")),
    told("born-later", "837P", ("19800517*F", "18500517*F")),
    told("units-sense", "837P", ("*UN*1***", "*UN*0***")),
    told("modifier-form", "837P", ("HC:99213", "HC:99213:25:25")),
    told("diagnosis-twice", "837P", ("ABF:R059", "ABF:J069")),
    told("pointer-twice", "837P", ("UN*1***1~", "UN*1***1:1~")),
    told("span-reversed", "837P", ("DTP*472*D8*20261120", "DTP*472*RD8*20261120-20261118")),
    told("first-treatment-date", "837P", ("*******CI~", "*******MB~"), ("HC:99213", "HC:98940:AT")),
    told("mammography-number", "837P", ("HC:99213", "HC:77067")),
    told("procedure-sex", "837P", ("19800517*F", "19800517*M"), ("HC:99213", "HC:59400")),
    told("payer-rank", "837P", ("LX*1~", OTHER.replace("SBR*S", "SBR*P") + "LX*1~")),
    told(
        "decision-date-twice",
        "837P",
        ("LX*1~", OTHER + "DTP*573*D8*20261121~LX*1~"),
        ("~REF*6R*L1~", "~REF*6R*L1" + DECISION),
    ),
    told("paid-more", "837P", ("~HI*", "~AMT*F5*900~HI*")),
    told("referral-condition", "837P", ("~HI*", "~CRC*ZZ*N*AV~HI*")),
    told("attachment-number", "837P", ("~HI*", "~PWK*OZ*EL~HI*")),
    told("served-outside-stay", "837P", ("11:B:1", "21:B:1"), ("~HI*", "~DTP*435*D8*20261122~HI*")),
    told("member-number-filler", "837P", ("MI*W100200", "MI*UNKNOWN")),
    told("mail-form", "837P", ("TE*5555550100", "EM*BILLING.EXAMPLE.COM")),
    told("denied-paid", "835", ("CLP*CLM-17*1*", "CLP*CLM-17*4*")),
    told("crossover-payer", "835", ("CLP*CLM-17*1*", "CLP*CLM-17*19*")),
    told("remark-form", "835", ("~SVC*", "~MOA***ZZ99~SVC*")),
    told("payment-method", "835", ("*C*CHK*", "*C*NON*")),
    told(
        "trace-origin",
        "835",
        (
            "*CHK************2026",
            "*ACH*CCP*01*071000013*DA*123456*1888888888**01*071000013*DA*654321*2026",
        ),
    ),
    told("npi-check-digit", "835", ("~SVC*", "~NM1*82*1*OKAFOR*CHI****XX*1245319590~SVC*")),
    told("statement-reversed", "835", ("~SVC*", "~DTM*232*20261120~DTM*233*20261110~SVC*")),
    told(
        "npi-check-digit",
        "835",
        ("SE*20", "PLB*1234567890*20261231*L6:X*10~SE*20"),
        ("BPR*I*80", "BPR*I*70"),
    ),
    told("span-reversed", "270", ("D8*20261123~EQ", "RD8*20261130-20261101~EQ")),
    told("asked-twice", "270", ("EQ*30^98", "EQ*30^30")),
    told("nobody-to-find", "270", ("LEE*ANN****MI*W100200~DMG*D8*19800517*F", "LEE*ANN")),
    told("share-above-all", "271", ("*0.2**", "*20**")),
    told("active-and-not", "271", ("EB*B*IND", "EB*6*IND*30**GOLD~EB*B*IND")),
    told("benefit-amount", "271", ("EB*B*IND*98****25*****Y", "EB*B*IND*98*********Y")),
    told(
        "left-above-whole",
        "271",
        ("EB*C*IND*30***29", "EB*C*IND*30***23*500*****Y~EB*C*IND*30***29"),
    ),
    told(
        "end-before-start",
        "271",
        ("DTP*346*D8*20260101", "DTP*346*D8*20260101~DTP*347*D8*20251231"),
    ),
    told("refused-with-benefits", "271", ("~DMG*", "~AAA*N**75*C~DMG*")),
    told("asked-ahead", "276", ("DTP*472*D8*20261120", "DTP*472*D8*20301120")),
    told("line-above-claim", "276", ("99213:25*150", "99213:25*950")),
    told("unpaid-with-payment", "277", ("STC*F1:65*20261201**150", "STC*F2:65*20261201**150")),
    told("paid-above-charge", "277", ("**150*80*", "**150*800*")),
    told("status-unknown", "277", ("STC*F1:65*20261201**150", "STC*F9:65*20261201**150")),
    told("unpaid-with-payment", "277", ("STC*F1:65*20261201**150", "STC*P1:65*20261201**150")),
    told("status-action", "277CA", ("STC*A2:20*20261124*WQ", "STC*A2:20*20261124*U")),
    told("received-after-sent", "277CA", ("DTP*009*D8*20261124", "DTP*009*D8*20261101")),
    told("acknowledged-claims", "277CA", ("QTY*90*1", "QTY*90*3")),
    told(
        "admission-unsaid",
        "278 request",
        ("UM*HS*I*1", "UM*AR*I*1"),
        ("DTP*AAH*RD8*20261201-20270131~", ""),
    ),
    told("nothing-asked", "278 request", ("HSD*VS*10", "HSD*VS*0")),
    told(
        "span-reversed", "278 request", ("AAH*RD8*20261201-20270131", "AAH*RD8*20261201-20260131")
    ),
    told("npi-check-digit", "278 request", ("1245319599", "1245319590")),
    told("certification-number", "278 answer", ("HCR*A6*CERT88~", "HCR*A1~")),
    told("decision-reason", "278 answer", ("HCR*A4**0U^1D", "HCR*A3")),
    told("refused-with-number", "278 answer", ("HCR*A6*CERT88~", "HCR*A3*CERT88*0U~")),
]
