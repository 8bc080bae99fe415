"""Claim status response (277) 005010X212 as data."""

from frontdesk.x12.schema.grammar import declare

GUIDE = declare(
    set_id="277",
    version="005010X212",
    group="HN",
    accepts=("005010X212",),
    outline="""
BHT R1 0010! 08! ! ! ! DG!
LOOP 2000A R* information source level
  HL R1 ! - 20! 1!
  LOOP 2100A R1 payer
    NM1 R1 PR! 2! ! - - - - PI,XV! !
    PER S1 IC! ? ED,EM,FX,TE! ! ED,EM,EX,FX,TE? ? ED,EM,EX,FX,TE? ?
  LOOP 2000B R* information receiver level
    HL R1 ! ! 21! 0,1!
    LOOP 2100B R1 information receiver
      NM1 R1 41! 1,2! ? ? ? - - 46! !
    LOOP 2200B S1 receiver trace
      TRN R1 2! !
      STC R* (! ! 41,AY,PR?)! ! - - - - - - - (! ! ?)? (! ! ?)?
    LOOP 2000C S* service provider level
      HL R1 ! ! 19! 0,1!
      LOOP 2100C R2 service provider
        NM1 R1 1P! 1,2! ? ? ? - ? FI,SV,XX! !
      LOOP 2200C S1 provider trace
        TRN R1 1! !
        STC R* (! ! 1P?)! ! - - - - - - - (! ! ?)? (! ! ?)?
      LOOP 2000D S* subscriber level
        HL R1 ! ! 22! 0,1!
        LOOP 2100D R1 subscriber
          NM1 R1 IL! 1,2! ! ? ? - ? 24,II,MI! !
        LOOP 2200D S* claim status
          TRN R1 2! !
          STC R* (! ! @status_entities? RX?)! ! - ? ? ? - ? ? (! ! ? RX?)? (! ! ? RX?)?
          REF S1 1K! !
          REF S1 BLT! !
          REF S1 EJ! !
          REF S1 XZ! !
          REF S1 VV! !
          REF S1 D9! !
          DTP S1 472! D8,RD8! !
          LOOP 2220D S* line status
            SVC R1 (AD,ER,HC,HP,IV,N4,NU,WK! ! ? ? ? ?)! ! ! ? - - !
            STC R* (! ! @status_entities? RX?)! ! - - - - - - - (! ! ? RX?)? (! ! ? RX?)?
            REF S1 FJ! !
            DTP R1 472! D8,RD8! !
        LOOP 2000E S* dependent level
          HL R1 ! ! 23!
          LOOP 2100E R1 dependent
            NM1 R1 QC! 1! ! ? ? - ?
          LOOP 2200E R* claim status
            TRN R1 2! !
            STC R* (! ! @status_entities? RX?)! ! - ? ? ? - ? ? (! ! ? RX?)? (! ! ? RX?)?
            REF S1 1K! !
            REF S1 BLT! !
            REF S1 EJ! !
            REF S1 XZ! !
            REF S1 VV! !
            REF S1 D9! !
            DTP S1 472! D8,RD8! !
            LOOP 2220E S* line status
              SVC R1 (AD,ER,HC,HP,IV,N4,NU,WK! ! ? ? ? ?)! ! ! ? - - !
              STC R* (! ! @status_entities? RX?)! ! - - - - - - - (! ! ? RX?)? (! ! ? RX?)?
              REF S1 FJ! !
              DTP R1 472! D8,RD8! !
""",
)
