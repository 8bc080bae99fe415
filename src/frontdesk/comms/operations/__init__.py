"""What can be done with messages and links."""

from frontdesk.comms.operations.links import (
    Made,
    end_link,
    end_links,
    make_link,
    open_link,
    prove,
    use_link,
)
from frontdesk.comms.operations.messages import (
    begin_delivery,
    note_failed,
    note_sent,
    send_again,
    word,
    write_by_wording,
    write_message,
)

__all__ = [
    "Made",
    "begin_delivery",
    "end_link",
    "end_links",
    "make_link",
    "note_failed",
    "note_sent",
    "open_link",
    "prove",
    "send_again",
    "use_link",
    "word",
    "write_by_wording",
    "write_message",
]
