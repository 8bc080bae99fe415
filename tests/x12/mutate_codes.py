"""Messages with one defect each: codes that are none, sums of answers, verdicts that differ."""

from tests.x12.mutate_edits import told

_HOME = "N4*SPRINGFIELD*IL*62704~"
_LINE = "~REF*6R*L1~"
_OTHER = "SBR*P*18*******CI~{}OI***Y***Y~NM1*IL*1*LEE*ANN****MI*W2~NM1*PR*2*OTHER*****PI*88~"
_DECIDED = "~REF*6R*L1~SVD*88*100*HC:99213**1~CAS*CO*45*50~DTP*573*D8*20261121~"
_ACCIDENT = "Y*A*Y*Y**AA:::{}~DTP*439*D8*20261118~"

CODES = [
    told("address-incomplete", "837P", (_HOME, "N4*SPRINGFIELD**62704~")),
    told("address-incomplete", "271", (_HOME, "N4*SPRINGFIELD*IL~")),
    told("country-unknown", "837P", (_HOME, "N4*SPRINGFIELD***QQ~")),
    told("state-unknown", "837P", (_HOME, "N4*TORONTO*TX*M5V2T6*CA~")),
    told("postal-code-form", "837P", (_HOME, "N4*SPRINGFIELD*IL*6270A~")),
    told("currency-unknown", "835", ("~TRN*1*CHK1001", "~CUR*PR*QQQ~TRN*1*CHK1001")),
    told("accident-place", "837P", ("Y*A*Y*Y~", _ACCIDENT.format("XX"))),
    told("accident-place", "837P", ("Y*A*Y*Y~", _ACCIDENT.format(":QQ"))),
    told("filing-indicator", "837P", ("SBR*P*18*******CI~", "SBR*P*18~")),
    told(
        "payer-paid",
        "837P",
        ("SBR*P*18", "SBR*S*18"),
        ("LX*1~", _OTHER.format("") + "LX*1~"),
        (_LINE, _DECIDED),
    ),
    told("discharge-alone", "837P", ("~HI*", "~DTP*096*D8*20261120~HI*")),
    told("procedure-form", "837P", ("HC:99213", "HC:A123B")),
    told(
        "adjustment-reason",
        "837P",
        ("SBR*P*18", "SBR*S*18"),
        ("LX*1~", _OTHER.format("CAS*CO*999*50~AMT*D*100~") + "LX*1~"),
    ),
    told("remittance-reason", "835", ("CAS*CO*45", "CAS*CO*C5")),
    told("remark-form", "835", ("~SVC*", "~MOA***MA999~SVC*")),
    told("decided-place", "835", ("*ICN1*11*1", "*ICN1*97*1")),
    told("allowed-negative", "835", ("AMT*B6*100", "AMT*B6*-100")),
    told("group-repeated", "835", ("CAS*PR*3*20~", "CAS*PR*3*5~CAS*PR*2*15~")),
    told("service-unknown", "835", ("SVC*HC:99213", "SVC*HC:E9999")),
    told("service-unknown", "276", ("SVC*HC:99213", "SVC*HC:E9999")),
    told("service-modifier", "835", ("SVC*HC:99213", "SVC*HC:99213:ZQ")),
    told("service-modifier", "277", ("SVC*HC:99213:25", "SVC*HC:99213:Z!")),
    told("review-service", "278 request", ("HC:97110:GP", "HC:E9999:GP")),
    told("review-service", "278 request", ("HC:97110:GP", "HC:97110:ZQ")),
    told("attachment-number", "278 request", ("PWK*OB*EL***AC*DOC1", "PWK*OB*EL")),
    told("decision-reason-form", "278 answer", ("HCR*A4**0U^1D", "HCR*A4**0U^1DX")),
    told("benefit-amount", "271", ("EB*A**98*****0.2****N", "EB*F**98")),
    told("status-unknown", "277", ("STC*F1:65", "STC*F1:999")),
    told("acknowledged-amounts", "277CA", ("AMT*YU*150", "AMT*YU*151")),
    told("acknowledged-amounts", "277CA", ("AMT*YY*99", "AMT*YY*98")),
    told("acknowledged-total", "277CA", ("*WQ*249", "*WQ*250")),
    told("verdict-errors", "999", ("IK5*R*5~AK9*R*1*1*0", "IK5*A~AK9*A*1*1*1")),
    told("verdict-errors", "999", ("IK3*SV1*24*2400*8~IK4*3*355*7~IK5*R*5", "IK5*R")),
    told("acknowledged-kind", "999", ("AK2*837", "AK2*835")),
    told("acknowledged-kind", "999", ("AK1*HC*1", "AK1*HB*1")),
]
