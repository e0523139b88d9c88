"""E-mail through the server that `MAIL_URL` names: `smtp://user:password@host:port?from=ADDRESS`.

`smtps://` speaks TLS from the beginning; `smtp://` turns to it where the server offers it.
"""

from __future__ import annotations

import logging
import smtplib
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import parse_qs, unquote, urlsplit

from flask import current_app

SECONDS = 20
PORTS = {"smtp": 25, "smtps": 465}
REFUSED = (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError)
"""What concerns one letter: the others are sent all the same."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Letter:
    """What one person is written."""

    to: str
    subject: str
    lines: Sequence[str]


def sender() -> str | None:
    """The address we write from; none where no mail server is named."""
    address = urlsplit(current_app.config["MAIL_URL"])
    if address.hostname is None:
        return None
    return parse_qs(address.query).get("from", [f"liancha@{address.hostname}"])[0]


def send(letters: Mapping[str, Letter]) -> list[str]:
    """Send them; the keys of those the server took. What it did not take is in the log."""
    if not letters or sender() is None:
        return []
    taken: list[str] = []
    try:
        with _connected() as server:
            for key, letter in letters.items():
                try:
                    server.send_message(_message(letter))
                    taken.append(key)
                except REFUSED as refusal:
                    log.warning("mail refused: %s", refusal)
    except (OSError, smtplib.SMTPException) as error:
        log.warning("mail not sent: %s", error)
    return taken


def _connected() -> smtplib.SMTP:
    address = urlsplit(current_app.config["MAIL_URL"])
    host, port = address.hostname or "", address.port or PORTS[address.scheme]
    trusted = ssl.create_default_context()
    server: smtplib.SMTP
    if address.scheme == "smtps":
        server = smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=trusted)
    else:
        server = smtplib.SMTP(host, port, timeout=SECONDS)
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=trusted)
    if address.username:
        server.login(unquote(address.username), unquote(address.password or ""))
    return server


def _message(letter: Letter) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender(), letter.to, letter.subject
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no machine answers
    message.set_content("\n".join(letter.lines))
    return message
