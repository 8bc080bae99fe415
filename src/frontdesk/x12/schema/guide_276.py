"""Claim status request (276) 005010X212 as data."""

from frontdesk.x12.schema.grammar import declare

GUIDE = declare(
    set_id="276",
    version="005010X212",
    group="HR",
    accepts=("005010X212",),
    outline="""
BHT R1 0010! 13! ! ! ! ?
LOOP 2000A R* information source level
  HL R1 ! - 20! 1!
  LOOP 2100A R1 payer
    NM1 R1 PR! 2! ! - - - - PI,XV! !
  LOOP 2000B R* information receiver level
    HL R1 ! ! 21! 1!
    LOOP 2100B R1 information receiver
      NM1 R1 41! 1,2! ? ? ? - ? 46! !
    LOOP 2000C R* service provider level
      HL R1 ! ! 19! 1!
      LOOP 2100C R2 service provider
        NM1 R1 1P! 1,2! ? ? ? - ? FI,SV,XX! !
      LOOP 2000D R* subscriber level
        HL R1 ! ! 22! 0,1!
        DMG S1 D8! ! F,M?
        LOOP 2100D R1 subscriber
          NM1 R1 IL! 1,2! ! ? ? - ? 24,II,MI! !
        LOOP 2200D S* status asked of a claim
          TRN R1 1! !
          REF S1 1K! !
          REF S1 BLT! !
          REF S1 LU! !
          REF S1 6P! !
          REF S1 EJ! !
          REF S1 XZ! !
          REF S1 D9! !
          AMT S1 T3! !
          DTP S1 472! D8,RD8! !
          LOOP 2210D S* status asked of a line
            SVC R1 (AD,ER,HC,HP,IV,N4,NU,WK! ! ? ? ? ?)! ! - ? - - !
            REF S1 FJ! !
            DTP R1 472! D8,RD8! !
        LOOP 2000E S* dependent level
          HL R1 ! ! 23!
          DMG R1 D8! ! F,M?
          LOOP 2100E R1 dependent
            NM1 R1 QC! 1! ! ? ? - ?
          LOOP 2200E R* status asked of a claim
            TRN R1 1! !
            REF S1 1K! !
            REF S1 BLT! !
            REF S1 LU! !
            REF S1 6P! !
            REF S1 EJ! !
            REF S1 XZ! !
            REF S1 D9! !
            AMT S1 T3! !
            DTP S1 472! D8,RD8! !
            LOOP 2210E S* status asked of a line
              SVC R1 (AD,ER,HC,HP,IV,N4,NU,WK! ! ? ? ? ?)! ! - ? - - !
              REF S1 FJ! !
              DTP R1 472! D8,RD8! !
""",
)
