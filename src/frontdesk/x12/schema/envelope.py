"""The control segments round every transaction set, as data."""

from frontdesk.x12.schema.grammar import Segment, declare

_NOTES = ",".join(f"{note:03}" for note in range(32))  # what was wrong with an envelope
_GUIDE = declare(
    set_id="",
    version="",
    group="",
    accepts=(),
    outline=f"""
ISA R1 00,03! ! 00,01! ! 01,14,20,27,28,29,30,33,ZZ! ! 01,14,20,27,28,29,30,33,ZZ! ! ! ! ! 00501!
    | ! 0,1! P,T! !
GS R1 ! ! ! ! ! ! X! !
ST R1 ! ! ?
SE R1 ! !
GE R1 ! !
IEA R1 ! !
TA1 R1 ! ! ! A,E,R! {_NOTES}!
""",
)

CONTROL: dict[str, Segment] = {item.first.id: item.first for item in _GUIDE.root.items}
