"""The e-mail channel, without I/O: a queued message becomes the bytes a mail server takes."""

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr


def render_email(
    *, message_id: str, sender_name: str, sender: str, recipient: str, subject: str, body: str, at: datetime
) -> EmailMessage:
    """A plain-text message. `message_id` stays the same in every try, so that a repeat can be recognised."""
    message = EmailMessage(policy=SMTP)
    message["From"] = formataddr((sender_name, sender))
    message["To"] = recipient
    message["Subject"] = " ".join(subject.split())
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{message_id}@{sender.partition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body)
    return message
