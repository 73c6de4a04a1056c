"""An e-mail to the operators when something that nobody watches needs them; no mail text in it."""

import smtplib
import socket
from collections.abc import Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid

from service import log
from service.config import Settings
from service.reinject.smtp import Refused, Smtp, server

_log = log.get(__name__)


def send(settings: Settings, subject: str, lines: Sequence[str]) -> int:
    """Send it to every address that is configured; how many mail servers took it.

    What cannot be sent is logged: an alert that fails must not end what it tells of.
    """
    if not (settings.smtp_url and settings.alert_addresses):
        return 0
    smtp = Smtp(server(settings.smtp_url), settings.smtp_seconds)
    sender = settings.smtp_sender or f"aiguilleur@{socket.getfqdn()}"
    sent = 0
    for address in settings.alert_addresses:
        try:
            smtp.send(sender, address, _message(sender, address, subject, lines))
        except (Refused, OSError, smtplib.SMTPException) as error:
            _log.error("alert_not_sent", error=type(error).__name__)
        else:
            sent += 1
    return sent


def _message(sender: str, address: str, subject: str, lines: Sequence[str]) -> bytes:
    message = EmailMessage(policy=SMTP.clone(utf8=False))
    message["From"], message["To"], message["Subject"] = sender, address, subject
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody shall answer by machine
    message.set_content("\n".join([*lines, ""]))
    return message.as_bytes()
