"""Messages with one defect each: services that do not go together, or not where they were given."""

from tests.x12.mutate_edits import told
from tests.x12.mutate_unseen import DECISION, OTHER

_FILE = "OI***Y***Y~"
_LATER = "~LX*2~SV1*HC:99203*0*UN*1***1~DTP*472*D8*20261120~REF*6R*L9~"
_ANSWER = (
    "~EB*1*IND*30**GOLD~EB*B*IND*98****25*****Y~MSG*PER VISIT~EB*C*IND*30***29*612.5*****Y~LS*2120"
    "~NM1*PRP*2*OTHER PLAN*****PI*77~LE*2120~EB*A**98*****0.2****N"
)

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
]
