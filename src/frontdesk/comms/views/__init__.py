"""Messages on screen, how things are said, and where a carrier of texts calls us."""

from frontdesk.comms.views.messages import message, messages, panel, reply, send_again
from frontdesk.comms.views.texts import line, text_came, text_state
from frontdesk.comms.views.wordings import preview, wording, wordings

__all__ = [
    "line",
    "message",
    "messages",
    "panel",
    "preview",
    "reply",
    "send_again",
    "text_came",
    "text_state",
    "wording",
    "wordings",
]
