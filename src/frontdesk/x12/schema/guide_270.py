"""Eligibility inquiry (270) 005010X279A1 as data."""

from frontdesk.x12.schema.grammar import declare

GUIDE = declare(
    set_id="270",
    version="005010X279A1",
    group="HS",
    accepts=("005010X279", "005010X279A1"),
    outline="""
BHT R1 0022! 01,13,36! ? ! ! RT?
LOOP 2000A R* information source level
  HL R1 ! - 20! 1!
  LOOP 2100A R1 information source
    NM1 R1 2B,36,GP,P5,PR! 1,2! ? ? ? - ? 24,46,FI,NI,PI,XV,XX! !
  LOOP 2000B R* information receiver level
    HL R1 ! ! 21! 1!
    LOOP 2100B R1 information receiver
      NM1 R1 1P,2B,36,80,FA,GP,P5,PR! 1,2! ? ? ? - ? 24,34,FI,PI,PP,SV,XV,XX! !
      REF S9 @asker_references! ! ?
      N3 S1 ! ?
      N4 S1 ! ? ? ? - - ?
      PRV S1 @provider_roles! PXC? ?
    LOOP 2000C R* subscriber level
      HL R1 ! ! 22! 0,1!
      TRN S2 1! ! ! ?
      LOOP 2100C R1 subscriber
        NM1 R1 IL! 1,2! ? ? ? - ? II,MI? ?
        REF S9 @member_references! !
        N3 S1 ! ?
        N4 S1 ! ? ? ? - - ?
        PRV S1 @provider_roles! 9K,D3,EI,HPI,PXC,SY,TJ? ?
        DMG S1 D8? ? F,M?
        INS S1 Y! 18! - - - - - - - - - - - - - - ?
        HI S1 (ABF,ABK,BF,BK! !)! (ABF,BF! !)? (ABF,BF! !)? (ABF,BF! !)? (ABF,BF! !)?
            | (ABF,BF! !)? (ABF,BF! !)? (ABF,BF! !)?
        DTP S2 102,291! D8,RD8! !
        LOOP 2110C S99 inquiry about the subscriber
          EQ R1 @service_types?x99 (AD,CJ,HC,ID,IV,N4,ZZ! ! ? ? ? ?)? FAM? - (! ? ? ?)?
          AMT S1 R! !
          AMT S1 PB! !
          III S1 ZZ! !
          REF S1 9F,G1! !
          DTP S1 291! D8,RD8! !
      LOOP 2000D S* dependent level
        HL R1 ! ! 23! 0!
        TRN S2 1! ! ! ?
        LOOP 2100D R1 dependent
          NM1 R1 03! 1! ? ? ? - ?
          REF S9 @member_references! !
          N3 S1 ! ?
          N4 S1 ! ? ? ? - - ?
          PRV S1 @provider_roles! 9K,D3,EI,HPI,PXC,SY,TJ? ?
          DMG S1 D8? ? F,M?
          INS S1 N! @kin! - - - - - - - - - - - - - - ?
          HI S1 (ABF,ABK,BF,BK! !)! (ABF,BF! !)? (ABF,BF! !)? (ABF,BF! !)? (ABF,BF! !)?
              | (ABF,BF! !)? (ABF,BF! !)? (ABF,BF! !)?
          DTP S2 102,291! D8,RD8! !
          LOOP 2110D R99 inquiry about the dependent
            EQ R1 @service_types?x99 (AD,CJ,HC,ID,IV,N4,ZZ! ! ? ? ? ?)? - - (! ? ? ?)?
            III S1 ZZ! !
            REF S1 9F,G1! !
            DTP S1 291! D8,RD8! !
""",
)
