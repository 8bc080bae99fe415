"""What comms announces, and what it asks of the rooms above whose questions went out by text."""

from typing import NamedTuple
from uuid import UUID

from django.dispatch import Signal

message_queued = Signal()  # message, not_before: it waits to be sent, from that instant on
message_failed = Signal()  # message, at, by: it does not arrive, and no other way was open
text_received = Signal()  # message: a text came in and is kept; what it means is found out later

# messages: texts that asked something of one number, the newest first. A room answers with the
# `Open` of those that are its own and can still be answered.
questions_wanted = Signal()

# question, said (rules.Said), reply (the text that came in), at, by. The room whose question it
# is does what was said and answers with the `Reply` to send; other rooms answer None.
question_answered = Signal()


class Open(NamedTuple):
    """A question that can still be answered, in words for somebody with several."""

    message_id: UUID
    label: str  # "Ann, Tue 9:20 AM"
    is_answered: bool = False  # they said yes before
    is_visit: bool = True  # of a visit that is booked: "C" and "CANCEL" can mean it
    is_over: bool = False  # too late to answer, and kindly told so


class Reply(NamedTuple):
    """What is answered: a kind of message, and its facts beside practice, phone and patient."""

    kind: str
    facts: dict[str, str]
