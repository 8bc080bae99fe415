"""Messages with one defect each: services that do not go together, or not where they were given."""

from tests.x12.mutate_edits import told
from tests.x12.mutate_unseen import DECISION, OTHER

_FILE = "OI***Y***Y~"
_LATER = "~LX*2~SV1*HC:99203*0*UN*1***1~DTP*472*D8*20261120~REF*6R*L9~"
_ANSWER = (
    "~EB*1*IND*30**GOLD~EB*B*IND*98****25*****Y~MSG*PER VISIT~EB*C*IND*30***29*612.5*****Y~LS*2120"
    "~NM1*PRP*2*OTHER PLAN*****PI*77~LE*2120~EB*A**98*****0.2****N"
)
_DECIDED = f"~REF*6R*L1{DECISION}"

VISITS = [
    told("claim-number-long", "837P", ("CLM*CLM-17*", "CLM*CLM-1712345678901234567*")),
    told("visit-new-and-known", "837P", ("~REF*6R*L1~", f"~REF*6R*L1{_LATER}")),
    told("hospital-care-place", "837P", ("HC:99213", "HC:99223")),
    told("ambulance-place", "837P", ("HC:99213", "HC:A0425:RH")),
    told(
        "ambulance-ends",
        "837P",
        ("*******CI~", "*******MB~"),
        ("11:B:1*Y*A*Y*Y~", "41:B:1*Y*A*Y*Y~CR1***A*DH*12~"),
        ("HC:99213", "HC:A0425:QN"),
    ),
    told(
        "anesthesia-by",
        "837P",
        ("*******CI~", "*******MB~"),
        ("HC:99213*150*UN*1", "HC:00100:QS*150*MJ*30"),
    ),
    told("wheelchair-kept", "837P", ("HC:99213", "HC:K0001")),
    told("operation-form", "837P", ("ABF:R059", "ABF:R059~HI*BP:4756")),
    told("remark-form", "837P", ("LX*1~", OTHER.replace(_FILE, f"{_FILE}MOA***ZZ99~") + "LX*1~")),
    told(
        "decided-before-service",
        "837P",
        ("LX*1~", OTHER + "LX*1~"),
        ("~REF*6R*L1~", "~REF*6R*L1" + DECISION.replace("20261121", "20261101")),
    ),
    told("nothing-answered", "271", (_ANSWER, "")),
    told("referring-order", "837P", ("~NM1*82", "~NM1*DN*1*GREEN*AMY~NM1*DN*1*GRAY*JO~NM1*82")),
    told("referring-order", "837P", ("~NM1*82", "~NM1*P3*1*GREEN*AMY~NM1*82")),
    told("diagnosis-age", "837P", ("ABF:R059", "ABF:P599")),
    told("modifiers-apart", "837P", ("HC:99213*", "HC:71046:26:TC*")),
    told("modifiers-apart", "837P", ("HC:99213*", "HC:20610:RT:LT*")),
    told("modifiers-apart", "837P", ("HC:99213*", "HC:20610:59:XS*")),
    told("modifier-service", "837P", ("HC:99213*", "HC:36415:25*")),
    told("modifier-service", "837P", ("HC:99213*", "HC:99213:P3*")),
    told("modifier-service", "837P", ("HC:99213*", "HC:99213:26*")),
    told("bilateral-units", "837P", ("HC:99213*150*UN*1", "HC:20610:50*150*UN*2")),
    told("visit-place", "837P", ("HC:99213*", "HC:99284*")),
    told("visit-place", "837P", ("HC:99213*", "HC:99308*")),
    told("visit-place", "837P", ("HC:99213*150*UN*1*", "HC:99348*150*UN*1*21*")),
    told("condition-form", "837P", ("ABF:R059~", "ABF:R059~HI*BG:1~")),
    told("frequency-unusual", "837P", ("11:B:1", "11:B:2")),
    told("patient-person", "837P", ("NM1*IL*1*LEE*ANN", "NM1*IL*2*LEE*")),
    told("kin-age", "child", ("DMG*D8*20150302*M", "DMG*D8*19700302*M")),
    told("kin-age", "child", ("PAT*19", "PAT*01")),
    told("unlisted-words", "837P", ("HC:99213*", "HC:99499*")),
    told("procedure-form", "837P", ("HC:99213*", "HC:05000*")),
    told("drug-code-form", "837P", ("~REF*6R*L1~", "~REF*6R*L1~LIN**N4*00000000000~CTP****1*UN~")),
    told("onset-after-service", "837P", ("*Y*A*Y*Y~HI", "*Y*A*Y*Y~DTP*454*D8*20261122~HI")),
    told("procedure-age", "837P", ("HC:99213*", "HC:90460*")),
    told("taxonomy-form", "837P", ("PRV*PE*PXC*207Q00000X", "PRV*PE*PXC*999Q00000X")),
    told("error-unsaid", "999", ("~IK4*3*355*7", "")),
    told("decided-ahead", "835", ("DTM*405*20261201", "DTM*405*20261101")),
    told("nothing-adjusted", "835", ("CAS*PR*3*20", "CAS*PR*3*20**1*0")),
    told(
        "expired-paid",
        "835",
        ("NM1*QC*1*LEE*ANN****MI*W100200~", "NM1*QC*1*LEE*ANN****MI*W100200~DTM*036*20261001~"),
    ),
    *(
        told(code, "837P", ("LX*1~", OTHER + "LX*1~"), ("~REF*6R*L1~", _DECIDED), (old, new))
        for code, old, new in (
            ("decided-service", "SVD*88*100*HC:99213", "SVD*88*100*HC:9921"),
            ("decided-units", "SVD*88*100*HC:99213**1", "SVD*88*100*HC:99213**-1"),
            ("bundled-unknown", "SVD*88*100*HC:99213**1", "SVD*88*100*HC:99213**1*7"),
            ("other-secondary-reason", "SBR*S*18*******CI", "SBR*S*18***12****CI"),
            ("uncovered-paid", "AMT*D*100~", "AMT*D*100~AMT*A8*150~"),
            ("remaining-above-charge", "AMT*D*100~", "AMT*D*100~AMT*EAF*500~"),
            ("group-repeated", "CAS*CO*45*50", "CAS*CO*45*30~CAS*CO*253*20"),
            ("first-name-missing", "NM1*IL*1*LEE*ANN****MI*W2", "NM1*IL*1*LEE*****MI*W2"),
        )
    ),
    told(
        "other-payer-missing",
        "837P",
        ("SBR*P*18*******CI", "SBR*S*18*******CI"),
        ("LX*1~", OTHER.replace("SBR*S", "SBR*T") + "LX*1~"),
        ("~REF*6R*L1~", _DECIDED),
    ),
]
