"""Remittance advice (835) 005010X221A1 as data."""

from frontdesk.x12.schema.grammar import declare

GUIDE = declare(
    set_id="835",
    version="005010X221A1",
    group="HP",
    accepts=("005010X221", "005010X221A1"),
    names_version=False,
    outline="""
BPR R1 C,D,H,I,P,U,X! ! C,D! ACH,BOP,CHK,FWT,NON! CCP,CTX? 01,04? ? DA? ? ? ? 01,04? ? DA,SG? ? !
TRN R1 1! ! ! ?
CUR S1 PR! !
REF S1 EV! !
REF S1 F2! !
DTM S1 405! !
LOOP 1000A R1 payer
  N1 R1 PR! ! XV? ?
  N3 R1 ! ?
  N4 R1 ! ? ? ? - - ?
  REF S4 2U,EO,HI,NF! !
  PER S1 CX! ? EM,FX,TE? ? EM,EX,FX,TE? ? EX? ?
  PER R* BL! ? EM,TE,UR? ? EM,EX,FX,TE,UR? ? EM,EX,FX,UR? ?
  PER S1 IC! - UR! !
LOOP 1000B R1 payee
  N1 R1 PE! ! FI,XV,XX! !
  N3 S1 ! ?
  N4 S1 ! ? ? ? - - ?
  REF S* 0B,D3,PQ,TJ! !
  RDM S1 BM,EM,FT,OL! ? ?
LOOP 2000 S* group of claims
  LX R1 !
  TS3 S1 ! ! ! ! ! - - - - - - - ? - ? - ? ? - ? ? ? ? ?
  TS2 S1 ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ?
  LOOP 2100 R* claim decision
    CLP R1 ! 1,19,2,20,21,22,23,25,3,4! ! ! ?
        | 12,13,14,15,16,17,AM,CH,DS,HM,LM,MA,MB,MC,OF,TV,VA,WC,ZZ! ! ? ? - ? ? ?
    CAS S99 CO,OA,PI,PR! ! ! ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ?
    NM1 R1 QC! 1! ? ? ? - ? 34,HN,II,MI,MR? ?
    NM1 S1 IL! 1,2! ? ? ? - ? FI,II,MI! !
    NM1 S1 74! 1,2! ? ? ? - ? C? ?
    NM1 S1 82! 1,2! ? ? ? - ? BD,BS,FI,MC,PC,SL,UP,XX! !
    NM1 S1 TT! 2! ! - - - - AD,FI,NI,PI,PP,XV! !
    NM1 S1 PR! 2! ! - - - - AD,FI,NI,PI,PP,XV! !
    NM1 S1 GB! 1,2! ? ? ? - ? FI,II,MI? ?
    MIA S1 ! ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ?
    MOA S1 ? ? ? ? ? ? ? ? ?
    REF S5 1L,1W,28,6P,9A,9C,BB,CE,EA,F8,G1,G3,IG,SY! !
    REF S10 0B,1A,1B,1C,1D,1G,1H,1J,D3,G2,LU! !
    DTM S2 232,233! !
    DTM S1 036! !
    DTM S1 050! !
    PER S2 CX! ? EM,FX,TE! ! EM,EX,FX,TE? ? EX? ?
    AMT S13 AU,D8,DY,F5,I,NL,T,T2,ZK,ZL,ZM,ZN,ZO! !
    QTY S14 CA,CD,LA,LE,NE,NR,OU,PS,VS,ZK,ZL,ZM,ZN,ZO! !
    LOOP 2110 S999 service decision
      SVC R1 (AD,ER,HC,HP,IV,N4,N6,NU,UI,WK! ! ? ? ? ?)! ! ! ? ? (AD,ER,HC,HP,IV,N4,NU,WK! ! ? ? ?
          | ? ?)? ?
      DTM S2 150,151,472! !
      CAS S99 CO,OA,PI,PR! ! ! ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ?
      REF S8 1S,APC,BB,E9,G1,G3,LU,RB! !
      REF S1 6R! !
      REF S10 0B,1A,1B,1C,1D,1G,1H,1J,D3,G2,HPI,SY,TJ! !
      REF S5 0K! !
      AMT S9 B6,KH,T,T2,ZK,ZL,ZM,ZN,ZO! !
      QTY S6 ZK,ZL,ZM,ZN,ZO! !
      LQ S99 HE,RX! !
PLB S* ! ! (@provider_adjustments! ?)! ! (! ?)? ? (! ?)? ? (! ?)? ? (! ?)? ? (! ?)? ?
""",
)
