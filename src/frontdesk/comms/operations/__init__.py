"""What can be done with messages, texts and links."""

from frontdesk.comms.operations.delivery import (
    begin_delivery,
    drop,
    note_delivered,
    note_failed,
    note_sent,
    send_again,
)
from frontdesk.comms.operations.links import (
    Made,
    end_link,
    end_links,
    make_link,
    open_link,
    opt_out,
    prove,
    unsubscribe_address,
    use_link,
)
from frontdesk.comms.operations.messages import Way, tell, word, write_message
from frontdesk.comms.operations.otherwise import tell_otherwise
from frontdesk.comms.operations.texts import hear, reply_to, set_line, understand

__all__ = [
    "Made",
    "Way",
    "begin_delivery",
    "drop",
    "end_link",
    "end_links",
    "hear",
    "make_link",
    "note_delivered",
    "note_failed",
    "note_sent",
    "open_link",
    "opt_out",
    "prove",
    "reply_to",
    "send_again",
    "set_line",
    "tell",
    "tell_otherwise",
    "understand",
    "unsubscribe_address",
    "use_link",
    "word",
    "write_message",
]
