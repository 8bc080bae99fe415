"""The wire: e-mail by SMTP, texts by a carrier's REST interface or a modem in the office."""

from frontdesk.comms.gateways.bounces import Bounce, Came, Mailbox
from frontdesk.comms.gateways.bounces import read as read_bounce
from frontdesk.comms.gateways.gammu import Spool
from frontdesk.comms.gateways.letters import Email, post
from frontdesk.comms.gateways.texts import News, Taken, Text, TextGateway, text_gateway
from frontdesk.comms.gateways.trouble import NotDelivered
from frontdesk.comms.gateways.twilio import Twilio, signature_of, trouble_of

__all__ = [
    "Bounce",
    "Came",
    "Email",
    "Mailbox",
    "News",
    "NotDelivered",
    "Spool",
    "Taken",
    "Text",
    "TextGateway",
    "Twilio",
    "post",
    "read_bounce",
    "signature_of",
    "text_gateway",
    "trouble_of",
]
