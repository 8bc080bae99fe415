"""Eligibility response (271) 005010X279A1 as data."""

from frontdesk.x12.schema.grammar import declare

GUIDE = declare(
    set_id="271",
    version="005010X279A1",
    group="HB",
    accepts=("005010X279", "005010X279A1"),
    outline="""
BHT R1 0022! 06,11! ? ! !
LOOP 2000A R* information source level
  HL R1 ! - 20! 0,1!
  AAA S9 N,Y! - 04,41,42,79! C,N,P,R,S,W,X,Y!
  LOOP 2100A R1 information source
    NM1 R1 2B,36,GP,P5,PR! 1,2! ? ? ? - ? 24,46,FI,NI,PI,XV,XX! !
    PER S3 IC! ? ED,EM,FX,TE,UR? ? ED,EM,EX,FX,TE,UR? ? ED,EM,EX,FX,TE,UR? ?
    AAA S9 N,Y! - 04,41,42,79,80,T4! C,N,P,R,S,W,X,Y!
  LOOP 2000B S* information receiver level
    HL R1 ! ! 21! 0,1!
    LOOP 2100B R1 information receiver
      NM1 R1 1P,2B,36,80,FA,GP,P5,PR! 1,2! ? ? ? - ? 24,34,FI,PI,PP,SV,XV,XX! !
      REF S9 @asker_references! ! ?
      N3 S1 ! ?
      N4 S1 ! ? ? ? - - ?
      AAA S9 N,Y! - @asker_rejects! C,N,R,S,W,X,Y!
      PRV S1 @provider_roles! PXC? ?
    LOOP 2000C S* subscriber level
      HL R1 ! ! 22! 0,1!
      TRN S3 1,2! ! ! ?
      LOOP 2100C R1 subscriber
        NM1 R1 IL! 1,2! ? ? ? - ? II,MI? ?
        REF S9 @member_references! ! ?
        N3 S1 ! ?
        N4 S1 ! ? ? ? ? ? ?
        AAA S9 N,Y! - @member_rejects! C,N,P,R,S,W,X,Y!
        PRV S1 @provider_roles! 9K,D3,EI,HPI,PXC,SY,TJ? ?
        DMG S1 D8? ? F,M,U?
        INS S1 Y! 18! 001? 25? - - - - - - - - - - - - ?
        HI S1 (ABF,ABK,BF,BK! !)! (ABF,BF! !)? (ABF,BF! !)? (ABF,BF! !)? (ABF,BF! !)? (ABF,BF! !)?
            | (ABF,BF! !)? (ABF,BF! !)?
        DTP S9 @member_dates! D8,RD8! !
        MPI S1 A,C,L,O,P,S,T! ! ! ? ? D8,RD8? ?
        LOOP 2110C S* benefit of the subscriber
          EB R1 @benefits! @benefit_levels? @service_types?x99 @insurance_types? ?
              | @benefit_periods? ? ? @benefit_quantities? ? N,U,Y? N,U,W,Y?
              | (AD,CJ,HC,ID,IV,N4,ZZ! ! ? ? ? ? - ?)? (! ? ? ?)?
          HSD S9 DY,FL,HS,MN,VS? ? DA,MO,VS,WK,YR? ? @benefit_periods? ? ? ?
          REF S9 @benefit_references! ! ?
          DTP S20 @benefit_dates! D8,RD8! !
          AAA S9 N,Y! - @benefit_rejects! C,N,R,W,X,Y!
          MSG S10 !
          LOOP 2115C S10 where or for what it holds
            III R1 BF,BK,GR,NI,ZZ? ? 44? ?
          LS S1 2120!
          LOOP 2120C S23 entity related to the benefit
            NM1 R1 @benefit_entities! 1,2! ? ? ? - ? 24,34,46,FA,FI,II,MI,NI,PI,PP,SV,XV,XX? ?
                | 01,02,27,41,48,65,72?
            N3 S1 ! ?
            N4 S1 ! ? ? ? ? ? ?
            PER S3 IC! ? ED,EM,FX,TE,UR,WP? ? ED,EM,EX,FX,TE,UR,WP? ? ED,EM,EX,FX,TE,UR,WP? ?
            PRV S1 @provider_roles! 9K,D3,EI,HPI,PXC,SY,TJ? ?
          LE S1 2120!
      LOOP 2000D S* dependent level
        HL R1 ! ! 23! 0!
        TRN S3 1,2! ! ! ?
        LOOP 2100D R1 dependent
          NM1 R1 03! 1! ? ? ? - ?
          REF S9 @member_references! ! ?
          N3 S1 ! ?
          N4 S1 ! ? ? ? ? ? ?
          AAA S9 N,Y! - @member_rejects! C,N,P,R,S,W,X,Y!
          PRV S1 @provider_roles! 9K,D3,EI,HPI,PXC,SY,TJ? ?
          DMG S1 D8? ? F,M,U?
          INS S1 N! @kin! 001? 25? - - - - - - - - - - - - ?
          HI S1 (ABF,ABK,BF,BK! !)! (ABF,BF! !)? (ABF,BF! !)? (ABF,BF! !)? (ABF,BF! !)? (ABF,BF! !)?
              | (ABF,BF! !)? (ABF,BF! !)?
          DTP S9 @member_dates! D8,RD8! !
          MPI S1 A,C,L,O,P,S,T! ! ! ? ? D8,RD8? ?
          LOOP 2110D S* benefit of the dependent
            EB R1 @benefits! @benefit_levels? @service_types?x99 @insurance_types? ?
                | @benefit_periods? ? ? @benefit_quantities? ? N,U,Y? N,U,W,Y?
                | (AD,CJ,HC,ID,IV,N4,ZZ! ! ? ? ? ? - ?)? (! ? ? ?)?
            HSD S9 DY,FL,HS,MN,VS? ? DA,MO,VS,WK,YR? ? @benefit_periods? ? ? ?
            REF S9 @benefit_references! ! ?
            DTP S20 @benefit_dates! D8,RD8! !
            AAA S9 N,Y! - @benefit_rejects! C,N,R,W,X,Y!
            MSG S10 !
            LOOP 2115D S10 where or for what it holds
              III R1 BF,BK,GR,NI,ZZ? ? 44? ?
            LS S1 2120!
            LOOP 2120D S23 entity related to the benefit
              NM1 R1 @benefit_entities! 1,2! ? ? ? - ? 24,34,46,FA,FI,II,MI,NI,PI,PP,SV,XV,XX? ?
                  | 01,02,27,41,48,65,72?
              N3 S1 ! ?
              N4 S1 ! ? ? ? ? ? ?
              PER S3 IC! ? ED,EM,FX,TE,UR,WP? ? ED,EM,EX,FX,TE,UR,WP? ? ED,EM,EX,FX,TE,UR,WP? ?
              PRV S1 @provider_roles! 9K,D3,EI,HPI,PXC,SY,TJ? ?
            LE S1 2120!
""",
)
