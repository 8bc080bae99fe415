"""Premium payment (820) 005010X218 as data."""

from frontdesk.x12.schema.grammar import declare

GUIDE = declare(
    set_id="820",
    version="005010X218",
    group="RA",
    accepts=("005010X218",),
    outline="""
BPR R1 C,D,I,P,U,X! ! C! ACH,BOP,CHK,FWT,NON,SWT! CCP,CTX? 01,02,04? ? ALC,DA? ? ! ? 01,02,04? ?
    | DA,SG? ? !
TRN R1 1,3! ! ? ?
CUR S1 2B,PR! !
REF S* 14,17,18,2F,38,72,LB! !
DTM S1 009! !
DTM S1 035! !
DTM S1 582! - - - RD8! !
DTM S1 097! !
LOOP 1000A R1 receiver of the premium
  N1 R1 PE! ? 1,9,EQ,FI,XV? ?
  N2 S1 !
  N3 S1 ! ?
  N4 S1 ! ? ? ? - - ?
  RDM S1 BM,EM,FT,FX,IA,OL! ? ?
LOOP 1000B R1 payer of the premium
  N1 R1 PR! ? 1,24,75,9,EQ,FI,PI? ?
  N2 S1 !
  N3 S1 ! ?
  N4 S1 ! ? ? ? - - ?
  PER S* IC! ! EM,FX,TE! ! EM,EX,FX,TE? ? EM,EX,FX,TE? ?
LOOP 1000C S14 intermediary bank
  N1 R1 04,0B,8W,AK,BE,BK,C1,C2,IAT,MJ,RB,Z6,ZB,ZL! ? 31,57,94,A3,A4,A6,CF,G,PA? ?
  N2 S1 !
  N3 S1 ! ?
  N4 S1 ! ? ? ? - - ?
  PER S* IC! ! EM,FX,TE! ! EM,EX,FX,TE? ? EM,EX,FX,TE? ?
LOOP 2000A S1 organization summary
  ENT R1 ! 2L,AG,NH,RGA,UN! 1,24,9,FI! !
  LOOP 2200A S* summary adjustment
    ADX R1 ! 52,53,80,81,86,BJ,H1,H6,RU,WO,WW!
  LOOP 2300A R* summary remittance
    RMR R1 11,1L,CT,IK! ! PA,PI,PO,PP? ! ?
    REF S* 14,17,18,2F,38,E9,LB,LU,ZZ! !
    DTM S1 582,AAG! ? - - RD8? ?
    LOOP 2310A S1 summary line
      IT1 R1 !
      LOOP 2312A S4 summary charge
        SAC R1 C! A172,B680,D940,G740! - - !
      LOOP 2315A S3 summary members
        SLN R1 ! - O! ! (10,IE,PR!)!
    LOOP 2320A S* summary remittance adjustment
      ADX R1 ! 20,52,53,AA,AX,H1,H6,IA,J3!
LOOP 2000B S* individual
  ENT R1 ! 2J! 34,EI,II! !
  LOOP 2100B S* individual name
    NM1 R1 DO,EY,IL,QE! 1! ? ? ? ? ? 34,EI,N? ?
  LOOP 2200B S* individual adjustment
    ADX R1 ! 52,53,80,81,86,BJ,H1,H6,RU,WO!
  LOOP 2300B R* individual remittance
    RMR R1 11,9J,AZ,B7,CT,ID,IG,IK,KW! ! - ! ?
    REF S* 14,18,2F,38,E9,LU,ZZ! !
    DTM S1 582,AAG! ? - - RD8? ?
    LOOP 2320B S* individual remittance adjustment
      ADX R1 ! 20,52,53,AA,AX,H1,H6,IA,J3!
""",
)
