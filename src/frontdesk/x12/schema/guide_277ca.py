"""Claim acknowledgement (277CA) 005010X214 as data."""

from frontdesk.x12.schema.grammar import declare

GUIDE = declare(
    set_id="277",
    version="005010X214",
    group="HN",
    accepts=("005010X214",),
    outline="""
BHT R1 0085! 08! ! ! ! TH!
LOOP 2000A R* information source level
  HL R1 ! - 20! 1!
  LOOP 2100A R1 information source
    NM1 R1 PR,AY! 2! ! - - - - 46,FI,PI,XV! !
  LOOP 2200A R* source trace
    TRN R1 1! !
    DTP R1 050! D8! !
    DTP R1 009! D8! !
  LOOP 2000B R1 information receiver level
    HL R1 ! ! 21! 0,1!
    LOOP 2100B R1 information receiver
      NM1 R1 41! 1,2! ! ? ? - - 46! !
    LOOP 2200B R1 receiver trace
      TRN R1 2! !
      STC R* (! ! 36,40,41,AY,PR?)! ! U,WQ! ! - - - - - (! ! ?)? (! ! ?)?
      QTY S1 90! !
      QTY S1 AA! !
      AMT S1 YU! !
      AMT S1 YY! !
    LOOP 2000C S* billing provider level
      HL R1 ! ! 19! 0,1!
      LOOP 2100C R* billing provider
        NM1 R1 85! 1,2! ! ? ? ? ? FI,SV,XX! !
      LOOP 2200C S1 provider trace
        TRN R1 1! !
        STC S* (! ! 36,40,41,77,82,85,87,AY,PR?)! - U,WQ! ! - - - - - (! ! ?)? (! ! ?)?
        REF S3 0B,1G,G2,LU,SY,TJ! !
        QTY S1 QA! !
        QTY S1 QC! !
        AMT S1 YU! !
        AMT S1 YY! !
      LOOP 2000D R* patient level
        HL R1 ! ! PT!
        LOOP 2100D R1 patient
          NM1 R1 QC! 1! ! ? ? ? ? II,MI! !
        LOOP 2200D S* claim status
          TRN R1 2! !
          STC R* (! ! @claim_entities?)! ! U,WQ! ! - - - - - (! ! ?)? (! ! ?)? ?
          REF S1 1K! !
          REF S1 D9! !
          REF S1 BLT! !
          DTP R1 472! RD8,D8! !
          LOOP 2220D S* line status
            SVC R1 (AD,ER,HC,HP,IV,NU,NU,WK! ! ? ? ? ?)! ! - ? - - ?
            STC R1 (! ! @claim_entities?)! ! U! - - - - - - (! ! ?)? (! ! ?)?
            REF S1 FJ! !
            REF S1 XZ! !
            DTP S1 472! D8,RD8! !
""",
)
