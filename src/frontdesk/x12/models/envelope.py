"""The envelope round a message: who sends it to whom, when, under which numbers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Usage = Literal["P", "T"]


@dataclass(slots=True, kw_only=True)
class Envelope:
    """Sender, receiver, time and control numbers of one interchange (ISA) with one group (GS).

    `at` is written as given (X12 has no time zone: use the sender's local time). `control`
    is the interchange number, 1 to 999,999,999, never used twice for one receiver;
    `group_control` follows it unless set. `usage` is P for production, T for test.
    `group_sender` and `group_receiver` are the application ids (GS02, GS03) where they
    differ from the interchange ids.
    """

    sender: str
    receiver: str
    control: int
    at: datetime
    usage: Usage = "T"
    sender_qualifier: str = "ZZ"
    receiver_qualifier: str = "ZZ"
    group_sender: str = ""
    group_receiver: str = ""
    group_control: int = 0
    wants_acknowledgement: bool = False

    def answered(self, *, control: int, at: datetime) -> "Envelope":
        """The envelope of a reply: sender and receiver change places."""
        return Envelope(
            sender=self.receiver,
            receiver=self.sender,
            control=control,
            at=at,
            usage=self.usage,
            sender_qualifier=self.receiver_qualifier,
            receiver_qualifier=self.sender_qualifier,
            group_sender=self.group_receiver,
            group_receiver=self.group_sender,
        )


@dataclass(slots=True, frozen=True)
class Delimiters:
    """The four characters that part segments, elements, repetitions and components."""

    segment: str = "~"
    element: str = "*"
    repetition: str = "^"
    component: str = ":"
