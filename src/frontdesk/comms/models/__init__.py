"""What is sent and received, and the links in it."""

from frontdesk.comms.models.links import Link
from frontdesk.comms.models.messages import Attachment, Line, Message, Wording

__all__ = ["Attachment", "Line", "Link", "Message", "Wording"]
