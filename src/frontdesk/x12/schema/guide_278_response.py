"""Services review response (278) 005010X217 as data.

No validator of others knows this guide; it follows the examples of the guide that are public,
companion guides, and the segments of the 004010 map of pyx12 (BSD).
"""

from frontdesk.x12.schema.grammar import declare

GUIDE = declare(
    set_id="278",
    version="005010X217",
    group="HI",
    accepts=("005010X217", "005010X217E1", "005010X217E2"),
    kind="response",
    purposes=("11",),
    outline="""
BHT R1 0007! 11! ! ! ! 18,19,AT,RU?
LOOP 2000A R1 reviewer level
  HL R1 ! - 20! 0,1!
  AAA S9 N,Y! - @review_rejects! C,N,P,R,Y!
  LOOP 2010A R1 reviewer
    NM1 R1 2B,36,PR,X3! 1,2! ? ? ? - ? 24,34,46,PI,XV,XX! !
    PER S1 IC! ? EM,FX,TE,UR? ? EM,EX,FX,TE,UR? ? EM,EX,FX,TE,UR? ?
    AAA S9 N,Y! - @review_rejects? C,N,P,R,Y?
  LOOP 2000B S1 requester level
    HL R1 ! ! 21! 0,1!
    LOOP 2010B R1 requester
      NM1 R1 1P,2B,36,FA,PR! 1,2! ? ? ? - ? 24,34,46,PI,XV,XX! !
      REF S8 0B,1G,1J,CT,EI,G5,N5,N7,SY,ZH! ! ?
      AAA S9 N,Y! - @review_rejects? C,N,R?
      PRV S1 AD,AS,AT,CO,CV,OP,OR,OT,PC,PE,RF! PXC? ?
    LOOP 2000C S1 subscriber level
      HL R1 ! ! 22! 0,1!
      LOOP 2010C R1 subscriber
        NM1 R1 IL! 1! ? ? ? ? ? II,MI! !
        REF S9 1L,1W,3L,6P,A6,DP,EJ,F6,HJ,IG,N6,NQ,SY! !
        N3 S1 ! ?
        N4 S1 ! ? ? ? - - ?
        AAA S9 N,Y! - @review_rejects? C,N,R?
        DMG S1 D8! ! F,M,U?
        INS S1 Y! 18! - - - - - AE,AO,AS,AT,AU,CC,DD,HD,IR,LX,PE,RE,RM,RR,RU?
      LOOP 2000E S* patient event
        HL R1 ! ! EV! 0,1!
        TRN S3 1,2! ! ! ?
        AAA S9 N,Y! - @review_rejects? C,N,R?
        UM S1 AR,HS,IN,SC! 1,2,3,4,I,N,R,S! @service_types? (! A,B! -)? (AA,AP,EM! AP,EM? AP? ?
            | ?)? 03,E,U? 1,2,3,4,5,6,7,8,9,E,F,G,P? 1,2,3,4,5,6,7,8? A,I,M,O,Y?
            | 1,2,3,4,7,8,10,11,15,16,17?
        HCR S1 A1,A2,A3,A4,A6,C,CT,NA! ? ?x5 N,Y?
        REF S1 NT! !
        REF S1 BB! !
        DTP S1 439! D8! !
        DTP S1 484! D8! !
        DTP S1 ABC! D8! !
        DTP S1 431! D8! !
        DTP S1 AAH! D8,RD8! !
        DTP S1 435! D8,RD8! !
        DTP S1 096! D8! !
        DTP S1 102! D8! !
        DTP S1 036! D8! !
        DTP S1 007! D8,RD8! !
        HI S1 (@review_diagnoses! ! D8? ?)! (@review_diagnoses! ! D8? ?)? (@review_diagnoses! !
            | D8? ?)? (@review_diagnoses! ! D8? ?)? (@review_diagnoses! ! D8? ?)?
            | (@review_diagnoses! ! D8? ?)? (@review_diagnoses! ! D8? ?)? (@review_diagnoses! !
            | D8? ?)? (@review_diagnoses! ! D8? ?)? (@review_diagnoses! ! D8? ?)?
            | (@review_diagnoses! ! D8? ?)? (@review_diagnoses! ! D8? ?)?
        HSD S1 DY,FL,HS,MN,VS? ? DA,MO,WK? ? 6,7,21,26,27,29,34,35? ? @review_frequencies?
            | A,B,C,D,E,F,G,Y?
        CL1 S1 ? ? ? 1,2,3,4,5,6,7,8,9?
        CR1 S1 KG,LB? ? I,R,T,X! A,B,C,D,E? DH,DK? ? ? ? ? ?
        CR2 S1 ? ? @spine? @spine? DA,MO,WK,YR? ? ? A,C,D,E,F,G,M? N,Y? ? ? N,Y?
        CR5 S1 - - A,B,C,D,E,O? A,B,C,D,E,O? ? ! ? ? ? ? ? E,N,O,R,S,W,X? 1,2,3? 1,2,3? 1,2,3? ?
            | A,B,C,D,E? A,B,C,D,E,O?
        CR6 S1 1,2,3,4,5,6,7,8! ! RD8? ? ? N,U,W,Y? N,U,W,Y! 1,2,3,4,I,N,R,S! ? HC,ID? ? ? ? ?
            | RD8? ? A,B,C,D,E,F,G,H,L,M,O,P,R,S,T?
        PWK S10 @review_attachments! AA,BM,EL,EM,FX,VO! - - AC? ? ?
        MSG S1 !
        LOOP 2010EA S14 provider of the event
          NM1 R1 @review_providers! 1,2! ? ? ? ? ? 24,34,46,XX? ?
          REF S8 0B,1G,1J,EI,G5,N5,N7,SY,ZH! ! ?
          N3 S1 ! ?
          N4 S1 ! ? ? ? - - ?
          PER S1 IC! ? EM,FX,TE,UR? ? EM,EX,FX,TE,UR? ? EM,EX,FX,TE,UR? ?
          AAA S9 N,Y! - @review_rejects? C,N,R?
          PRV S1 AD,AS,AT,OP,OR,OT,PC,PE,RF! PXC! !
        LOOP 2010EB S1 whom to send further information on the patient to
          NM1 R1 1P,2B,ABG,FA,PR,X3! 1,2! ? ? ? - ? 24,34,46,PI,XV,XX? ?
          N3 S1 ! ?
          N4 S1 ! ? ? ? B1,DP? ? ?
          PER S3 IC! ? EM,FX,TE,UR? ? EM,EX,FX,TE,UR? ? EM,EX,FX,TE,UR? ?
        LOOP 2010EC S5 place of the transport
          NM1 R1 45,FS,ND,PW,R3! 2! ?
          N3 S1 ! ?
          N4 S1 ? ? ?
          AAA S9 N,Y! - @review_rejects? C,N,R?
        LOOP 2000F S* service
          HL R1 ! ! SS! 0!
          TRN S3 1,2! ! ! ?
          AAA S9 N,Y! - @review_rejects? C,N,R?
          UM S1 HS,SC! 1,2,3,4,I,N,R,S? @service_types? (! A,B! -)? - 03,E,U? - - - -
          HCR S1 A1,A3,A4,A6,C,CT,NA! ? ?x5 N,Y?
          REF S1 NT! !
          REF S1 BB! !
          DTP S1 472! D8,RD8! !
          DTP S1 102! D8! !
          DTP S1 036! D8! !
          DTP S1 007! D8,RD8! !
          HI S1 (LOI! !)! (LOI! !)? (LOI! !)? (LOI! !)? (LOI! !)? (LOI! !)? (LOI! !)? (LOI! !)?
              | (LOI! !)? (LOI! !)? (LOI! !)? (LOI! !)?
          SV1 S1 (HC,IV,N4,WK! ! ? ? ? ? ? ?)! ? F2,MJ,UN? ? - - (@pointers! @pointers? @pointers?
              | @pointers?)? - - - N,Y? - - - - - - - - 1,2,3,4,5,6?
          SV2 S1 ? (HC,ID,IV,N4,WK,ZZ! ! ? ? ? ? ? ?)? ? DA,F2,UN? ? ? - - 1,2,3,4,5,6,7,8,9?
              | 1,2,3,4,5,6?
          SV3 S1 (AD! ! ? ? ? ? ? ?)! ? - (! ? ? ? ?)? I,R? ! ?
          TOO S32 JP! ! (B,D,F,I,L,M,O! B,D,F,I,L,M,O? B,D,F,I,L,M,O? B,D,F,I,L,M,O?
              | B,D,F,I,L,M,O?)?
          HSD S1 DY,FL,HS,MN,VS? ? DA,MO,WK? ? 6,7,21,26,27,29,34,35? ? @review_frequencies?
              | A,B,C,D,E,F,G,Y?
          PWK S10 @review_attachments! AA,BM,EL,EM,FX,VO! - - AC? ? ?
          MSG S1 !
          LOOP 2010FA S12 provider of the service
            NM1 R1 @service_providers! 1,2! ? ? ? ? ? 24,34,46,XX? ?
            REF S8 0B,1G,1J,EI,G5,N5,N7,SY,ZH! ! ?
            N3 S1 ! ?
            N4 S1 ! ? ? ? - - ?
            PER S1 IC! ? EM,FX,TE,UR? ? EM,EX,FX,TE,UR? ? EM,EX,FX,TE,UR? ?
            AAA S9 N,Y! - @review_rejects? C,N,R?
            PRV S1 AD,AS,AT,OP,OR,OT,PC,PE,RF! PXC! !
          LOOP 2010FB S1 whom to send further information on the service to
            NM1 R1 1P,2B,ABG,FA,PR,X3! 1,2! ? ? ? - ? 24,34,46,PI,XV,XX? ?
            N3 S1 ! ?
            N4 S1 ! ? ? ? B1,DP? ? ?
            PER S3 IC! ? EM,FX,TE,UR? ? EM,EX,FX,TE,UR? ? EM,EX,FX,TE,UR? ?
      LOOP 2000D S1 dependent level
        HL R1 ! ! 23! 0,1!
        LOOP 2010D R1 dependent
          NM1 R1 QC! 1! ? ? ? - ? MI? ?
          REF S3 A6,EJ,SY! !
          N3 S1 ! ?
          N4 S1 ! ? ? ? - - ?
          AAA S9 N,Y! - @review_rejects? C,N,R?
          DMG S1 D8! ! F,M,U?
          INS S1 N! @kin! - - - - - - - - - - - - - - ?
        SAME 2000E S*
""",
)
