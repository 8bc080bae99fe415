"""Institutional claim (837I) 005010X223A2 as data."""

from frontdesk.x12.schema.grammar import declare

GUIDE = declare(
    set_id="837",
    version="005010X223A2",
    group="HC",
    accepts=("005010X223", "005010X223A1", "005010X223A2", "005010X223A3"),
    outline="""
BHT R1 0019! 00,18! ! ! ! 31,CH,RP!
LOOP 1000A R1 submitter
  NM1 R1 41! 1,2! ! ? ? - - 46! !
  PER R2 IC! ? EM,FX,TE! ! EM,EX,FX,TE? ? EM,EX,FX,TE? ?
LOOP 1000B R1 receiver
  NM1 R1 40! 2! ! - - - - 46! !
LOOP 2000A R* billing provider level
  HL R1 ! - 20! 1!
  PRV S1 BI! PXC! !
  CUR S1 85! !
  LOOP 2010AA R1 billing provider
    NM1 R1 85! 2! ! - - - - XX? ?
    N3 R1 ! ?
    N4 R1 ! ? #9? ? - - ?
    REF R1 EI! !
    PER S2 IC! ? EM,FX,TE! ! EM,EX,FX,TE? ? EM,EX,FX,TE? ?
  LOOP 2010AB S1 pay-to address
    NM1 R1 87! 2!
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
    SBR R1 A,B,C,D,E,F,G,H,P,S,T,U! 18? ? ? - - - - @filing?
    LOOP 2010BA R1 subscriber
      NM1 R1 IL! 1,2! ! ? ? - ? II,MI? ?
      N3 S1 ! ?
      N4 S1 ! ? ? ? - - ?
      DMG S1 D8! ! F,M,U!
      REF S1 SY! !
      REF S1 Y4! !
    LOOP 2010BB R1 payer
      NM1 R1 PR! 2! ! - - - - PI,XV! !
      N3 S1 ! ?
      N4 S1 ! ? ? ? - - ?
      REF S3 2U,EI,FY,NF! !
      REF S1 G2,LU! !
    LOOP 2300 S100 claim
      CLM R1 ! ! - - (! A! !)! - A,B,C! N,W,Y! I,Y! - - - - - - - - - -
          | 1,10,11,15,2,3,4,5,6,7,8,9?
      DTP S1 096! TM! !
      DTP R1 434! RD8! !
      DTP S1 435! D8,DT! !
      DTP S1 050! D8! !
      CL1 R1 ? ? !
      PWK S10 @attachments! AA,BM,EL,EM,FT,FX! - - AC? ?
      CN1 S1 01,02,03,04,05,06,09! ? ? ? ? ?
      AMT S1 F3! !
      REF S1 4N! !
      REF S1 9F! !
      REF S1 G1! !
      REF S1 F8! !
      REF S1 9A! !
      REF S1 9C! !
      REF S5 LX! !
      REF S1 D9! !
      REF S1 LU! !
      REF S1 EA! !
      REF S1 P4! !
      REF S1 G4! !
      K3 S10 !
      NTE S10 ALG,DCP,DGN,DME,MED,NTR,ODT,RHB,RLH,RNH,SET,SFM,SPT,UPI! !
      NTE S1 ADD! !
      CRC S1 ZZ! N,Y! AV,NU,S2,ST! ? ?
      HI R1 (ABK,BK! ! - - - - - - N,U,W,Y?)!
      HI S1 (ABJ,BJ! !)!
      HI S1 (APR,PR! !)! (APR,PR! !)? (APR,PR! !)?
      HI S1 (ABN,BN! ! - - - - - - N,U,W,Y?)! (ABN,BN! ! - - - - - - N,U,W,Y?)? (ABN,BN! ! - - - -
          | - - N,U,W,Y?)? (ABN,BN! ! - - - - - - N,U,W,Y?)? (ABN,BN! ! - - - - - - N,U,W,Y?)?
          | (ABN,BN! ! - - - - - - N,U,W,Y?)? (ABN,BN! ! - - - - - - N,U,W,Y?)? (ABN,BN! ! - - - -
          | - - N,U,W,Y?)? (ABN,BN! ! - - - - - - N,U,W,Y?)? (ABN,BN! ! - - - - - - N,U,W,Y?)?
          | (ABN,BN! ! - - - - - - N,U,W,Y?)? (ABN,BN! ! - - - - - - N,U,W,Y?)?
      HI S1 (DR! !)!
      HI S2 (ABF,BF! ! - - - - - - N,U,W,Y?)! (ABF,BF! ! - - - - - - N,U,W,Y?)? (ABF,BF! ! - - - -
          | - - N,U,W,Y?)? (ABF,BF! ! - - - - - - N,U,W,Y?)? (ABF,BF! ! - - - - - - N,U,W,Y?)?
          | (ABF,BF! ! - - - - - - N,U,W,Y?)? (ABF,BF! ! - - - - - - N,U,W,Y?)? (ABF,BF! ! - - - -
          | - - N,U,W,Y?)? (ABF,BF! ! - - - - - - N,U,W,Y?)? (ABF,BF! ! - - - - - - N,U,W,Y?)?
          | (ABF,BF! ! - - - - - - N,U,W,Y?)? (ABF,BF! ! - - - - - - N,U,W,Y?)?
      HI S1 (BBR,BR,CAH! ! D8! !)!
      HI S2 (BBQ,BQ! ! D8! !)! (BBQ,BQ! ! D8! !)? (BBQ,BQ! ! D8! !)? (BBQ,BQ! ! D8! !)? (BBQ,BQ! !
          | D8! !)? (BBQ,BQ! ! D8! !)? (BBQ,BQ! ! D8! !)? (BBQ,BQ! ! D8! !)? (BBQ,BQ! ! D8! !)?
          | (BBQ,BQ! ! D8! !)? (BBQ,BQ! ! D8! !)? (BBQ,BQ! ! D8! !)?
      HI S2 (BI! ! RD8! !)! (BI! ! RD8! !)? (BI! ! RD8! !)? (BI! ! RD8! !)? (BI! ! RD8! !)? (BI! !
          | RD8! !)? (BI! ! RD8! !)? (BI! ! RD8! !)? (BI! ! RD8! !)? (BI! ! RD8! !)? (BI! ! RD8!
          | !)? (BI! ! RD8! !)?
      HI S2 (BH! ! D8! !)! (BH! ! D8! !)? (BH! ! D8! !)? (BH! ! D8! !)? (BH! ! D8! !)? (BH! ! D8!
          | !)? (BH! ! D8! !)? (BH! ! D8! !)? (BH! ! D8! !)? (BH! ! D8! !)? (BH! ! D8! !)? (BH! !
          | D8! !)?
      HI S2 (BE! ! - - !)! (BE! ! - - !)? (BE! ! - - !)? (BE! ! - - !)? (BE! ! - - !)? (BE! ! - -
          | !)? (BE! ! - - !)? (BE! ! - - !)? (BE! ! - - !)? (BE! ! - - !)? (BE! ! - - !)? (BE! !
          | - - !)?
      HI S2 (BG! !)! (BG! !)? (BG! !)? (BG! !)? (BG! !)? (BG! !)? (BG! !)? (BG! !)? (BG! !)? (BG!
          | !)? (BG! !)? (BG! !)?
      HI S2 (TC! !)! (TC! !)? (TC! !)? (TC! !)? (TC! !)? (TC! !)? (TC! !)? (TC! !)? (TC! !)? (TC!
          | !)? (TC! !)? (TC! !)?
      HCP S1 00,01,02,03,04,05,06,07,08,09,10,11,12,13,14! ! ? ? ? ? ? ? - - DA,UN? ?
          | T1,T2,T3,T4,T5,T6? 1,2,3,4,5? 1,2,3,4,5,6?
      LOOP 2310A S1 attending provider
        NM1 R1 71! 1! ! ? ? - ? XX? ?
        PRV S1 AT! PXC! !
        REF S4 0B,1G,G2,LU! !
      LOOP 2310B S1 operating physician
        NM1 R1 72! 1! ! ? ? - ? XX? ?
        REF S4 0B,1G,G2,LU! !
      LOOP 2310C S1 other operating physician
        NM1 R1 ZZ! 1! ! ? ? - ? XX? ?
        REF S4 0B,1G,G2,LU! !
      LOOP 2310D S1 rendering provider
        NM1 R1 82! 1! ! ? ? - ? XX? ?
        REF S4 0B,1G,G2,LU! !
      LOOP 2310E S1 service facility
        NM1 R1 77! 2! ! - - - - XX? ?
        N3 R1 ! ?
        N4 R1 ! ? ? ? - - ?
        REF S3 0B,G2,LU! !
      LOOP 2310F S1 referring provider
        NM1 R1 DN! 1! ! ? ? - ? XX? ?
        REF S3 0B,1G,G2! !
      LOOP 2320 S10 other coverage
        SBR R1 A,B,C,D,E,F,G,H,P,S,T,U! 01,18,19,20,21,39,40,53,G8! ? ? - - - - @filing?
        CAS S5 CO,CR,OA,PI,PR! ! ! ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ?
        AMT S1 D! !
        AMT S1 EAF! !
        AMT S1 A8! !
        OI R1 - - N,W,Y! - - I,Y!
        MIA S1 ! - ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ?
        MOA S1 ? ? ? ? ? ? ? ? ?
        LOOP 2330A R1 other subscriber
          NM1 R1 IL! 1,2! ! ? ? - ? II,MI! !
          N3 S1 ! ?
          N4 S1 ! ? ? ? - - ?
          REF S2 SY! !
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
        LOOP 2330C S1 other payer: attending
          NM1 R1 71! 1!
          REF R4 0B,1G,G2,LU! !
        LOOP 2330D S1 other payer: operating
          NM1 R1 72! 1!
          REF R4 0B,1G,G2,LU! !
        LOOP 2330E S1 other payer: other operating
          NM1 R1 ZZ! 1!
          REF R4 0B,1G,G2,LU! !
        LOOP 2330F S1 other payer: service facility
          NM1 R1 77! 2!
          REF R3 0B,G2,LU! !
        LOOP 2330G S1 other payer: rendering
          NM1 R1 82! 1!
          REF R4 0B,1G,G2,LU! !
        LOOP 2330H S1 other payer: referring
          NM1 R1 DN! 1!
          REF R3 0B,1G,G2! !
        LOOP 2330I S1 other payer: billing
          NM1 R1 85! 2!
          REF R2 G2,LU! !
      LOOP 2400 R999 service line
        LX R1 !
        SV2 R1 ! (ER,HC,HP,IV,WK! ! ? ? ? ? ?)? ! DA,UN! ! - ?
        PWK S10 @attachments! AA,BM,EL,EM,FT,FX! - - AC? ?
        DTP S1 472! D8,RD8! !
        REF S1 6R! !
        REF S1 9B! !
        REF S1 9D! !
        AMT S1 GT! !
        AMT S1 N8! !
        NTE S1 TPO! !
        HCP S1 00,01,02,03,04,05,06,07,08,09,10,11,12,13,14! ! ? ? ? ? ? ? ER,HC,HP,IV,WK? ?
            | DA,UN? ? T1,T2,T3,T4,T5,T6? 1,2,3,4,5? 1,2,3,4,5,6?
        LOOP 2410 S1 drug
          LIN R1 - N4! !
          CTP R1 - - - ! (F2,GR,ME,ML,UN!)!
          REF S1 VY,XZ! !
        LOOP 2420A S1 line operating physician
          NM1 R1 72! 1! ! ? ? - ? XX? ?
          REF S20 0B,1G,G2,LU! ! - (2U! !)?
        LOOP 2420B S1 line other operating physician
          NM1 R1 ZZ! 1! ! ? ? - ? XX? ?
          REF S20 0B,1G,G2,LU! ! - (2U! !)?
        LOOP 2420C S1 line rendering provider
          NM1 R1 82! 1! ! ? ? - ? XX? ?
          REF S20 0B,1G,G2,LU! ! - (2U! !)?
        LOOP 2420D S1 line referring provider
          NM1 R1 DN! 1! ! ? ? - ? XX? ?
          REF S20 0B,1G,G2! ! - (2U! !)?
        LOOP 2430 S15 line decision of another payer
          SVD R1 ! ! (ER,HC,HP,IV,WK! ! ? ? ? ? ?)? ! ! ?
          CAS S5 CO,CR,OA,PI,PR! ! ! ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ?
          DTP R1 573! D8! !
          AMT S1 EAF! !
    LOOP 2000C S* patient level
      HL R1 ! ! 23! 0!
      PAT R1 01,19,20,21,39,40,53,G8!
      LOOP 2010CA R1 patient
        NM1 R1 QC! 1! ! ? ? - ?
        N3 R1 ! ?
        N4 R1 ! ? ? ? - - ?
        DMG R1 D8! ! F,M,U!
        REF S1 Y4! !
        REF S1 1W,SY! !
      SAME 2300 R100
""",
)
