"""Enrolment (834) 005010X220A1 as data."""

from frontdesk.x12.schema.grammar import declare

GUIDE = declare(
    set_id="834",
    version="005010X220A1",
    group="BE",
    accepts=("005010X220", "005010X220A1"),
    outline="""
BGN R1 00,15,22! ! ! ! @member_bodies? ? - 2,4,RX!
REF S1 38! !
DTP S* 007,090,091,303,382,388! D8! !
QTY S3 DT,ET,TO! !
LOOP 1000A R1 sponsor
  N1 R1 P5! ? 24,94,FI! !
LOOP 1000B R1 payer
  N1 R1 IN! ? 94,FI,XV! !
LOOP 1000C S2 broker or administrator
  N1 R1 BO,TV! ! 94,FI,XV! !
  LOOP 1100C S1 broker account
    ACT R1 ! - - - - ?
LOOP 2000 R* member
  INS R1 N,Y! @member_relationships! 001,021,024,025,030! @maintenance_reasons? A,C,S,T!
      | (A,B,C,D,E! 0,1,2?)? 1,10,2,3,4,5,6,7,8,9,ZZ? AC,AO,AU,FT,L1,PT,RT,TE? F,N,P? N,Y? D8? ?
      | R,U? - - - ?
  REF R1 0F! !
  REF S1 1L! !
  REF S13 17,23,3H,4A,6O,ABB,D3,DX,F6,P5,Q4,QQ,ZZ! !
  DTP S24 @membership_dates! D8! !
  LOOP 2100A R1 member name
    NM1 R1 74,IL! 1! ! ? ? ? ? 34,ZZ? ?
    PER S1 IP! - AP,BN,CP,EM,EX,FX,HP,TE,WP! ! AP,BN,CP,EM,EX,FX,HP,TE,WP? ?
        | AP,BN,CP,EM,EX,FX,HP,TE,WP? ?
    N3 S1 ! ?
    N4 S1 ! ? ? ? 60,CY? ? ?
    DMG S1 D8! ! F,M,U! B,D,I,M,R,S,U,W,X? (7,8,A,B,C,D,E,F,G,H,I,J,N,O,P,Z? RET? ?)?x10
        | 1,2,3,4,5,6,7? - - - REC? ?
    EC S* 01,02,03,04,05,06,07,08,09,10,11,12,17,18,19,20,21,22,23!
        | 01,02,03,04,05,06,07,08,09,10,11,12,17,18,19,20,21,22,23?
        | 01,02,03,04,05,06,07,08,09,10,11,12,17,18,19,20,21,22,23?
    ICM S1 1,2,3,4,6,7,8,9,B,C,H,Q,S,U! ! ? ? ?
    AMT S7 B9,C1,D2,EBA,FK,P3,R! !
    HLH S1 N,S,T,U,X! ? ?
    LUI S* LD,LE? ? ? 5,6,7,8?
  LOOP 2100B S1 incorrect member name
    NM1 R1 70! 1! ! ? ? ? ? 34,ZZ? ?
    DMG S1 D8? ? F,M,U? B,D,I,M,R,S,U,W,X? (7,8,A,B,C,D,E,F,G,H,I,J,N,O,P,Z? RET? ?)?x10
        | 1,2,3,4,5,6,7? - - - REC? ?
  LOOP 2100C S1 mailing address
    NM1 R1 31! 1!
    N3 R1 ! ?
    N4 R1 ! ? ? ? - - ?
  LOOP 2100D S3 employer
    NM1 R1 36! 1,2! ? ? ? ? ? 24,34? ?
    PER S1 EP! ? AP,BN,CP,EM,EX,FX,TE! ! AP,BN,CP,EM,EX,FX,TE? ? AP,BN,CP,EM,EX,FX,TE? ?
    N3 S1 ! ?
    N4 S1 ! ? ? ? - - ?
  LOOP 2100E S3 school
    NM1 R1 M8! 2! !
    PER S1 SK! ? EM,EX,FX,TE! ! EM,EX,FX,TE? ? EM,EX,FX,TE? ?
    N3 S1 ! ?
    N4 S1 ! ? ? ? - - ?
  LOOP 2100F S1 custodial parent
    NM1 R1 S3! 1! ! ! ? ? ? 34,ZZ? ?
    PER S1 PQ! - AP,BN,CP,EM,EX,FX,HP,TE,WP! ! AP,BN,CP,EM,EX,FX,HP,TE,WP? ?
        | AP,BN,CP,EM,EX,HP,TE,WP? ?
    N3 S1 ! ?
    N4 S1 ! ? ? ? - - ?
  LOOP 2100G S13 responsible person
    NM1 R1 6Y,9K,E1,EI,EXS,GB,GD,J6,LR,QD,S1,TZ,X4! 1! ! ? ? ? ? 34,ZZ? ?
    PER S1 RP! - AP,BN,CP,EM,EX,FX,HP,TE,WP! ! AP,BN,CP,EM,EX,FX,HP,TE,WP? ?
        | AP,BN,CP,EM,EX,FX,HP,TE,WP? ?
    N3 S1 ! ?
    N4 S1 ! ? ? ? - - ?
  LOOP 2100H S1 drop-off location
    NM1 R1 45! 1! ? ? ? ? ?
    N3 S1 ! ?
    N4 S1 ! ? ? ? - - ?
  LOOP 2200 S* disability
    DSB R1 1,2,3,4! - - - - - DX,ZZ? ?
    DTP S2 360,361! D8! !
  LOOP 2300 S99 coverage
    HD R1 001,002,021,024,025,026,030,032! - @insurance_lines! ? @coverage_levels? - - - N,Y?
    DTP R6 300,303,343,348,349,543,695! D8,RD8! !
    AMT S9 B9,C1,D2,EBA,FK,P3,R! !
    REF S14 17,1L,9V,CE,E8,M7,PID,RB,X9,XM,XX1,XX2,ZX,ZZ! !
    REF S1 QQ! !
    IDC S3 ! D,H,P! ? 1,2,RX?
    LOOP 2310 S30 provider
      LX R1 !
      NM1 R1 1X,3D,80,FA,OD,P3,QA,QN,Y2! 1,2! ? ? ? ? ? 34,FI,SV,XX? ? 25,26,72!
      N3 S2 ! ?
      N4 S1 ! ? ? ? - - ?
      PER S2 IC! - AP,BN,CP,EM,EX,FX,HP,TE,WP! ! AP,BN,CP,EM,EX,FX,HP,TE,WP? ?
          | AP,BN,CP,EM,EX,FX,HP,TE,WP? ?
      PLA S1 2! 1P! ! - 14,22,46,AA,AB,AC,AD,AE,AF,AG,AH,AI,AJ!
    LOOP 2320 S5 other coverage
      COB R1 P,S,T,U! ? 1,5,6! 1,35,48,50,54,89,90,A4,AG,AL,BB?x9
      REF S4 60,6P,SY,ZZ! !
      DTP S2 344,345! D8! !
      LOOP 2330 S3 other insurer
        NM1 R1 36,GW,IN! 2! ? - - - - FI,NI,XV? ?
        N3 S1 ! ?
        N4 S1 ! ? ? ? - - ?
        PER S1 CN! - TE! !
  LOOP 2700 S1 reporting categories
    LS S1 2700!
    LOOP 2700 S* reporting categories
      LX R1 !
      LOOP 2750 S1 reporting category name
        N1 R1 75! !
        REF S1 00,17,18,19,26,3L,6M,9V,9X,GE,LU,PID,XX1,XX2,YY,ZZ! !
        DTP S1 007! D8,RD8! !
    LE S1 2700!
""",
)
