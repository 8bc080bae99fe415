"""Professional claim (837P) 005010X222A1 as data."""

from frontdesk.x12.schema.grammar import declare

GUIDE = declare(
    set_id="837",
    version="005010X222A1",
    group="HC",
    accepts=("005010X222", "005010X222A1", "005010X222A2"),
    outline="""
BHT R1 0019! 00,18! ! ! ! CH,RP!
LOOP 1000A R1 submitter
  NM1 R1 41! 1,2! ! ? ? - - 46! !
  PER R2 IC! ? ED,EM,FX,TE! ! ED,EM,EX,FX,TE? ? ED,EM,EX,FX,TE? ?
LOOP 1000B R1 receiver
  NM1 R1 40! 2! ! - - - - 46! !
LOOP 2000A R* billing provider level
  HL R1 ! - 20! 1!
  PRV S1 BI! PXC! !
  CUR S1 85! !
  LOOP 2010AA R1 billing provider
    NM1 R1 85! 1,2! ! ? ? - ? XX? ?
    N3 R1 ! ?
    N4 R1 ! ? ? ? - - ?
    REF R1 EI,SY! !
    REF S2 0B,1G! !
    PER S2 IC! ? EM,FX,TE! ! EM,EX,FX,TE? ? EM,EX,FX,TE? ?
  LOOP 2010AB S1 pay-to address
    NM1 R1 87! 1,2!
    N3 R1 ! ?
    N4 R1 ! ? ? ? - - ?
  LOOP 2010AC S1 pay-to plan
    NM1 R1 PE! 2! ! - - - - PI,XV! !
    N3 R1 ! ?
    N4 R1 ! ? ? ? - - ?
    REF S1 2U,FY,NF! !
    REF R1 EI! !
  LOOP 2000B R* subscriber level
    HL R1 ! ! 22! 0,1!
    SBR R1 A,B,C,D,E,F,G,H,P,S,T,U! 18? ? ? 12,13,14,15,16,41,42,43,47? - - - @filing?
    PAT S1 - - - - D8? ? 01? ? Y?
    LOOP 2010BA R1 subscriber
      NM1 R1 IL! 1,2! ! ? ? - ? II,MI! !
      N3 S1 ! ?
      N4 S1 ! ? ? ? - - ?
      DMG S1 D8! ! F,M,U!
      REF S1 SY! #9!
      REF S1 Y4! !
      PER S1 IC! ? TE! ! EX? ?
    LOOP 2010BB R1 payer
      NM1 R1 PR! 2! ! - - - - PI,XV! !
      N3 S1 ! ?
      N4 S1 ! ? ? ? - - ?
      REF S3 2U,EI,FY,NF! !
      REF S2 G2,LU! !
    LOOP 2300 S100 claim
      CLM R1 ! ! - - (! B! !)! N,Y! A,B,C! N,W,Y! I,Y! P? (AA,EM,OA! AA,EM,OA? - ? ?)?
          | 02,03,05,09? - - - - - - - 1,2,3,4,5,6,7,8,9,10,11,15?
      DTP S1 431! D8! !
      DTP S1 454! D8! !
      DTP S1 304! D8! !
      DTP S1 453! D8! !
      DTP S1 439! D8! !
      DTP S1 484! D8! !
      DTP S1 455! D8! !
      DTP S1 471! D8! !
      DTP S1 314,360,361! D8,RD8! !
      DTP S1 297! D8! !
      DTP S1 296! D8! !
      DTP S1 435! D8! !
      DTP S1 096! D8! !
      DTP S2 090,091! D8! !
      DTP S1 444! D8! !
      DTP S1 050! D8! !
      PWK S10 @attachments! AA,BM,EL,EM,FT,FX! - - AC? ?
      CN1 S1 01,02,03,04,05,06,09! ? ? ? ? ?
      AMT S1 F5! !
      REF S1 4N! !
      REF S1 F5! !
      REF S1 EW! !
      REF S1 9F! !
      REF S1 G1! !
      REF S1 F8! !
      REF S1 X4! !
      REF S1 9A! !
      REF S1 9C! !
      REF S1 LX! !
      REF S1 D9! !
      REF S1 EA! !
      REF S1 P4! !
      REF S1 1J! !
      K3 S10 !
      NTE S1 ADD,CER,DCP,DGN,TPO! !
      CR1 S1 LB? ? - A,B,C,D,E! DH! ! - - ? ?
      CR2 S1 - - - - - - - A,C,D,E,F,G,M! - ? ?
      CRC S3 07! N,Y! @ambulance_conditions! @ambulance_conditions? @ambulance_conditions?
          | @ambulance_conditions? @ambulance_conditions?
      CRC S3 E1,E2,E3! N,Y! L1,L2,L3,L4,L5! L1,L2,L3,L4,L5? L1,L2,L3,L4,L5? L1,L2,L3,L4,L5?
          | L1,L2,L3,L4,L5?
      CRC S1 75! Y! IH!
      CRC S1 ZZ! N,Y! AV,NU,S2,ST! AV,NU,S2,ST? AV,NU,S2,ST?
      HI R1 (ABK,BK! !)! (ABF,BF! !)? (ABF,BF! !)? (ABF,BF! !)? (ABF,BF! !)? (ABF,BF! !)? (ABF,BF!
          | !)? (ABF,BF! !)? (ABF,BF! !)? (ABF,BF! !)? (ABF,BF! !)? (ABF,BF! !)?
      HI S1 (BP! !)! (BO! !)?
      HI S2 (BG! !)! (BG! !)? (BG! !)? (BG! !)? (BG! !)? (BG! !)? (BG! !)? (BG! !)? (BG! !)? (BG!
          | !)? (BG! !)? (BG! !)?
      HCP S1 00,01,02,03,04,05,07,08,09,10,11,12,13,14! ! ? ? ? ? ? - - - - - T1,T2,T3,T4,T5,T6?
          | 1,2,3,4,5? 1,2,3,4,5,6?
      LOOP 2310A S2 referring provider
        NM1 R1 DN,P3! 1! ! ? ? - ? XX? ?
        REF S3 0B,1G,G2! !
      LOOP 2310B S1 rendering provider
        NM1 R1 82! 1,2! ! ? ? - ? XX? ?
        PRV S1 PE! PXC! !
        REF S4 0B,1G,G2,LU! !
      LOOP 2310C S1 service facility
        NM1 R1 77! 2! ! - - - - XX? ?
        N3 R1 ! ?
        N4 R1 ! ? ? ? - - ?
        REF S3 0B,G2,LU! !
        PER S1 IC! ? TE! ! EX? ?
      LOOP 2310D S1 supervising provider
        NM1 R1 DQ! 1! ! ? ? - ? XX? ?
        REF S4 0B,1G,G2,LU! !
      LOOP 2310E S1 ambulance pick-up
        NM1 R1 PW! 2!
        N3 R1 ! ?
        N4 R1 ! ? ? ? - - ?
      LOOP 2310F S1 ambulance drop-off
        NM1 R1 45! 2! ?
        N3 R1 ! ?
        N4 R1 ! ? ? ? - - ?
      LOOP 2320 S10 other coverage
        SBR R1 A,B,C,D,E,F,G,H,P,S,T,U! 01,18,19,20,21,39,40,53,G8! ? ?
            | 12,13,14,15,16,41,42,43,47? - - - @filing?
        CAS S5 CO,CR,OA,PI,PR! ! ! ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ?
        AMT S1 D! !
        AMT S1 A8! !
        AMT S1 EAF! !
        OI R1 - - N,W,Y! P? - I,Y!
        MOA S1 ? ? ? ? ? ? ? ? ?
        LOOP 2330A R1 other subscriber
          NM1 R1 IL! 1,2! ! ? ? - ? II,MI! !
          N3 S1 ! ?
          N4 S1 ! ? ? ? - - ?
          REF S1 SY! #9!
        LOOP 2330B R1 other payer
          NM1 R1 PR! 2! ! - - - - PI,XV! !
          N3 S1 ! ?
          N4 S1 ! ? ? ? - - ?
          DTP S1 573! D8! !
          REF S2 2U,EI,FY,NF! !
          REF S1 G1! !
          REF S1 9F! !
          REF S1 T4! !
          REF S1 F8! !
        LOOP 2330C S2 other payer: referring provider
          NM1 R1 DN,P3! 1!
          REF R3 0B,1G,G2! !
        LOOP 2330D S1 other payer: rendering provider
          NM1 R1 82! 1,2!
          REF R3 0B,1G,G2,LU! !
        LOOP 2330E S1 other payer: service facility
          NM1 R1 77! 2!
          REF R3 0B,G2,LU! !
        LOOP 2330F S1 other payer: supervising provider
          NM1 R1 DQ! 1!
          REF R3 0B,1G,G2,LU! !
        LOOP 2330G S1 other payer: billing provider
          NM1 R1 85! 1,2!
          REF R2 G2,LU! !
      LOOP 2400 R50 service line
        LX R1 !
        SV1 R1 (ER,HC,IV,WK! ! ? ? ? ? ?)! ! MJ,UN! ! ? - (@pointers! @pointers? @pointers?
            | @pointers?)! - Y? - Y? Y? - - 0?
        SV5 S1 (HC! !)! DA! ! ! ! 1,4,6!
        PWK S10 @attachments! AA,BM,EL,EM,FT,FX! - - AC? ?
        PWK S1 CT! AB,AD,AF,AG,NS!
        CR1 S1 LB? ? - A,B,C,D,E! DH! ! - - ? ?
        CR3 S1 I,R,S! MO! !
        CRC S3 07! N,Y! @ambulance_conditions! @ambulance_conditions? @ambulance_conditions?
            | @ambulance_conditions? @ambulance_conditions?
        CRC S1 70! N,Y! 65!
        CRC S1 09! N,Y! 38,ZV! 38,ZV?
        DTP R1 472! D8,RD8! !
        DTP S1 471! D8! !
        DTP S1 607! D8! !
        DTP S1 463! D8! !
        DTP S1 461! D8! !
        DTP S1 304! D8! !
        DTP S2 738,739! D8! !
        DTP S1 011! D8! !
        DTP S1 455! D8! !
        DTP S1 454! D8! !
        QTY S1 PT! !
        QTY S1 FL! !
        MEA S5 OG,TR! HT,R1,R2,R3,R4! !
        CN1 S1 01,02,03,04,05,06,09! ? ? ? ? ?
        REF S1 9B! !
        REF S1 9D! !
        REF S5 G1! ! - (2U! !)?
        REF S1 6R! !
        REF S1 EW! !
        REF S1 X4! !
        REF S1 F4! !
        REF S1 BT! !
        REF S5 9F! ! - (2U! !)?
        AMT S1 T! !
        AMT S1 F4! !
        K3 S10 !
        NTE S1 ADD,DCP! !
        NTE S1 TPO! !
        PS1 S1 ! !
        HCP S1 00,01,02,03,04,05,06,07,08,09,10,11,12,13,14! ! ? ? ? ? ? - ER,HC,IV,WK? ? MJ,UN? ?
            | T1,T2,T3,T4,T5,T6? 1,2,3,4,5? 1,2,3,4,5,6?
        LOOP 2410 S1 drug
          LIN R1 - EN,EO,HI,N4,ON,UK,UP! !
          CTP R1 - - - ! (F2,GR,ME,ML,UN!)!
          REF S1 VY,XZ! !
        LOOP 2420A S1 line rendering provider
          NM1 R1 82! 1,2! ! ? ? - ? XX? ?
          PRV S1 PE! PXC! !
          REF S20 0B,1G,G2,LU! ! - (2U! !)?
        LOOP 2420B S1 line purchased-service provider
          NM1 R1 QB! 1,2! - - - - - XX? ?
          REF S20 0B,1G,G2! ! - (2U! !)?
        LOOP 2420C S1 line service facility
          NM1 R1 77! 2! ! - - - - XX? ?
          N3 R1 ! ?
          N4 R1 ! ? ? ? - - ?
          REF S3 G2,LU! ! - (2U! !)?
        LOOP 2420D S1 line supervising provider
          NM1 R1 DQ! 1! ! ? ? - ? XX? ?
          REF S20 0B,1G,G2,LU! ! - (2U! !)?
        LOOP 2420E S1 line ordering provider
          NM1 R1 DK! 1! ! ? ? - ? XX? ?
          N3 S1 ! ?
          N4 S1 ! ? ? ? - - ?
          REF S20 0B,1G,G2! ! - (2U! !)?
          PER S1 IC! ? EM,FX,TE! ! EM,EX,FX,TE? ? EM,EX,FX,TE? ?
        LOOP 2420F S2 line referring provider
          NM1 R1 DN,P3! 1! ! ? ? - ? XX? ?
          REF S20 0B,1G,G2! ! - (2U! !)?
        LOOP 2420G S1 line ambulance pick-up
          NM1 R1 PW! 2!
          N3 R1 ! ?
          N4 R1 ! ? ? ? - - ?
        LOOP 2420H S1 line ambulance drop-off
          NM1 R1 45! 2! ?
          N3 R1 ! ?
          N4 R1 ! ? ? ? - - ?
        LOOP 2430 S15 line decision of another payer
          SVD R1 ! ! (ER,HC,IV,WK! ! ? ? ? ? ?)! - ! ?
          CAS S5 CO,CR,OA,PI,PR! ! ! ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ?
          DTP R1 573! D8! !
          AMT S1 EAF! !
        LOOP 2440 S* line form
          LQ R1 AS,UT! !
          FRM R99 ! N,W,Y? ? ? ?
    LOOP 2000C S* patient level
      HL R1 ! ! 23! 0!
      PAT R1 01,19,20,21,39,40,53,G8! - - - D8? ? 01? ? Y?
      LOOP 2010CA R1 patient
        NM1 R1 QC! 1! ! ? ? - ?
        N3 R1 ! ?
        N4 R1 ! ? ? ? - - ?
        DMG R1 D8! ! F,M,U!
        REF S1 Y4! !
        REF S1 1W,SY! !
        PER S1 IC! ? TE! ! EX? ?
      SAME 2300 R100
""",
)
