"""Group acknowledgement (999) 005010X231A1 as data."""

from frontdesk.x12.schema.grammar import declare

GUIDE = declare(
    set_id="999",
    version="005010X231A1",
    group="FA",
    accepts=("005010X231", "005010X231A1"),
    outline="""
AK1 R1 BE,HB,HC,HI,HN,HP,HR,HS,RA! ! !
LOOP 2000 S* transaction verdict
  AK2 R1 270,271,276,277,278,820,834,835,837! ! ?
  LOOP 2100 S* segment note
    IK3 R1 ! ! ? 1,2,3,4,5,6,7,8,I4,I6,I7,I8,I9?
    CTX S9 (SITUATIONAL_TRIGGER!)! ! ! ? (! ? ?)? (! ?)?
    CTX S1 (@business_units! !)!
    LOOP 2110 S* element note
      IK4 S1 (! ? ?)! ? 1,2,3,4,5,6,7,8,9,10,11,12,13,I10,I11,I12,I13,I6,I9! ?
      CTX S10 (SITUATIONAL_TRIGGER!)! ! ! ? (! ? ?)? (! ?)?
  IK5 R1 A,E,M,R,W,X! @set_faults? @set_faults? @set_faults? @set_faults? @set_faults?
AK9 R1 A,E,M,P,R,W,X! ! ! ! @group_faults? @group_faults? @group_faults? @group_faults?
    | @group_faults?
""",
)
