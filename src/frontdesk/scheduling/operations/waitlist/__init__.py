"""The waitlist: who wants to come, which times came free, who is asked, what they say."""

from frontdesk.scheduling.operations.waitlist.answering import (
    accept_offer,
    decline_offer,
    place,
    stop_offers,
    take_time,
    view_offer,
)
from frontdesk.scheduling.operations.waitlist.by_text import answer_offer_by_text
from frontdesk.scheduling.operations.waitlist.freeing import (
    end_freed,
    keep_freed,
    note_freed,
    offer_again,
    save_refill_rule,
)
from frontdesk.scheduling.operations.waitlist.joining import (
    change_wait,
    join_waitlist,
    leave_waitlist,
    resume_offers,
    settle_waits,
    wait_again,
    want_earlier,
)
from frontdesk.scheduling.operations.waitlist.offering import (
    look_for_takers,
    offer_to,
    tidy_waitlist,
)

__all__ = [
    "accept_offer",
    "answer_offer_by_text",
    "change_wait",
    "decline_offer",
    "end_freed",
    "join_waitlist",
    "keep_freed",
    "leave_waitlist",
    "look_for_takers",
    "note_freed",
    "offer_again",
    "offer_to",
    "place",
    "resume_offers",
    "save_refill_rule",
    "settle_waits",
    "stop_offers",
    "take_time",
    "tidy_waitlist",
    "view_offer",
    "wait_again",
    "want_earlier",
]
