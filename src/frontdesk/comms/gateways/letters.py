"""The wire: e-mail by SMTP."""

import smtplib
from collections.abc import Sequence
from dataclasses import dataclass
from email import encoders
from email.message import Message as MimeMessage
from email.mime.nonmultipart import MIMENonMultipart
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from frontdesk.comms.gateways.trouble import NotDelivered

File = tuple[str, str, bytes]  # name, content type with its parameters, content


@dataclass(frozen=True, slots=True)
class Email:
    """One e-mail as it goes out."""

    key: str  # stays the same when it is sent again, so that a mailbox shows it once
    sender_name: str
    reply_to: str
    to: str
    subject: str
    body: str
    enclosures: Sequence[File] = ()
    unsubscribe: str = ""  # where one click ends e-mails (RFC 8058)


def post(email: Email) -> None:
    """Hand the e-mail to the mail server, or raise `NotDelivered`."""
    message = _message(email)
    for enclosure in email.enclosures:
        message.attach(_part(enclosure))
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as refusal:
        codes = [code for code, _ in refusal.recipients.values()]
        raise _refused("the address", max(codes, default=0), is_address=True) from None
    except smtplib.SMTPResponseException as refusal:
        raise _refused("the message", refusal.smtp_code) from None
    except (OSError, smtplib.SMTPException) as trouble:
        why = f"The mail server could not be reached ({type(trouble).__name__})."
        raise NotDelivered(why, is_final=False) from None


def _message(email: Email) -> EmailMessage:
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    headers = {"Message-ID": f"<{email.key}@{sender.rpartition('@')[2] or 'localhost'}>"}
    if email.unsubscribe:
        headers["List-Unsubscribe"] = f"<{email.unsubscribe}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return EmailMessage(
        subject=email.subject,
        body=email.body,
        from_email=formataddr((email.sender_name, sender)),
        to=[email.to],
        reply_to=[email.reply_to] if email.reply_to else None,
        headers=headers,
        connection=get_connection(),
    )


def _refused(what: str, code: int, *, is_address: bool = False) -> NotDelivered:
    # RFC 5321, 4.2.1: 5yz is for good, 4yz may pass.
    is_final = code >= 500
    why = f"The mail server refused {what} ({code})."
    return NotDelivered(why, is_final=is_final, is_bad_address=is_final and is_address)


def _part(file: File) -> MIMENonMultipart:
    file_name, content_type, content = file
    header = MimeMessage()
    header["Content-Type"] = content_type
    (_, *rest) = header.get_params(failobj=[])
    part = MIMENonMultipart(header.get_content_maintype(), header.get_content_subtype())
    for name, value in rest:
        part.set_param(name, value)
    part.set_payload(content)
    encoders.encode_base64(part)
    part.add_header("Content-Disposition", "attachment", filename=file_name)
    return part
