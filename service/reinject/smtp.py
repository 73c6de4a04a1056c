"""One message to the operator's mail server, on one connection, in one time limit for all of it."""

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

from service.errors import StartupError
from service.reinject.within import Hold, within

_GOODBYE_SECONDS = 5.0
_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail is handed on, and how."""

    scheme: str
    host: str
    port: int
    user: str | None
    password: str


class Refused(Exception):
    """The server said no to this mail; `final` where it would say so again."""

    def __init__(self, code: int, said: str) -> None:
        super().__init__(f"{code} {said}")
        self.code = code
        self.final = 500 <= code < 600


def server(url: str) -> Server:
    """Read AIGUILLEUR_SMTP_URL.

    Raises:
        StartupError: it is not such a URL; the text holds no password.

    """
    try:
        parts = urlsplit(url)
        return _server(parts)
    except ValueError as error:
        raise StartupError(
            "AIGUILLEUR_SMTP_URL must look like smtp://host:25, smtp+starttls://user:password@host "
            f"or smtps://host: {error}"
        ) from error


def _server(parts: SplitResult) -> Server:
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError("no such scheme, or no host")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("nothing may follow the port")
    return Server(
        parts.scheme,
        parts.hostname,
        parts.port or _PORTS[parts.scheme],
        unquote(parts.username) if parts.username else None,
        unquote(parts.password or ""),
    )


class Smtp:
    """Sends to one server; safe to use from several threads.

    Args:
        to: the server.
        seconds: for a whole message, from looking up the server's name to the last reply.

    """

    def __init__(self, to: Server, seconds: float) -> None:
        self._to = to
        self._seconds = seconds
        self._tls = ssl.create_default_context()

    def send(self, sender: str, recipient: str, message: bytes) -> None:
        """Hand one message over; on return the server has taken it.

        Raises:
            Refused: the server refused the sender, the recipient or the message.
            OSError, smtplib.SMTPException: it could not be asked, or not in time; it may even have
                taken it.

        """
        within(self._seconds, lambda hold: self._talk(hold, sender, recipient, message))

    def _talk(self, hold: Hold, sender: str, recipient: str, message: bytes) -> None:
        client = self._connect(hold)
        try:
            if not sender.isascii() and not client.has_extn("smtputf8"):
                sender = ""  # it cannot be named to this server
            if not sender.isascii():
                client.command_encoding = "utf-8"
            # not by smtplib's own commands, which read an address as a list and send its first part
            _expect(*client.docmd("MAIL", f"FROM:<{sender}>{_options(client, sender, message)}"))
            _expect(*client.docmd("RCPT", f"TO:<{recipient}>"))
            _expect(*client.data(message))
        except smtplib.SMTPDataError as error:
            raise Refused(error.smtp_code, _text(error.smtp_error)) from error
        finally:
            _leave(client)

    def _connect(self, hold: Hold) -> smtplib.SMTP:
        to = self._to
        if to.scheme == "smtps":
            client: smtplib.SMTP = _Secure(hold, to, self._seconds, self._tls)
        else:
            client = _Plain(hold, to, self._seconds)
        try:
            if to.scheme == "smtp+starttls":
                client.starttls(context=self._tls)
            client.ehlo_or_helo_if_needed()
            if to.user is not None:
                client.login(to.user, to.password)
        except BaseException:
            client.close()
            raise
        return client


class _Plain(smtplib.SMTP):
    """Tells of its socket before each wait for a reply."""

    def __init__(self, hold: Hold, to: Server, seconds: float) -> None:
        self._hold = hold
        super().__init__(to.host, to.port, timeout=seconds)

    def getreply(self) -> tuple[int, bytes]:
        self._hold(self.sock)
        return super().getreply()


class _Secure(smtplib.SMTP_SSL):
    """The same with TLS from the first byte; its handshake has one time limit already."""

    def __init__(self, hold: Hold, to: Server, seconds: float, tls: ssl.SSLContext) -> None:
        self._hold = hold
        super().__init__(to.host, to.port, timeout=seconds, context=tls)

    def getreply(self) -> tuple[int, bytes]:
        self._hold(self.sock)
        return super().getreply()


def _options(client: smtplib.SMTP, sender: str, message: bytes) -> str:
    options = []
    if client.has_extn("size"):
        options.append(f" SIZE={len(message)}")
    if client.has_extn("8bitmime") and not message.isascii():
        options.append(" BODY=8BITMIME")
    if not sender.isascii():
        options.append(" SMTPUTF8")
    return "".join(options)


def _expect(code: int, said: bytes) -> None:
    """Go on after a 2xx."""
    if not 200 <= code < 300:
        raise Refused(code, _text(said))


def _leave(client: smtplib.SMTP) -> None:
    """Say goodbye; whatever comes of it, the mail is already taken or already refused."""
    with suppress(OSError):
        if client.sock is not None:
            client.sock.settimeout(_GOODBYE_SECONDS)
        client.quit()
    client.close()


def _text(said: bytes | str) -> str:
    text = said if isinstance(said, str) else said.decode("ascii", "replace")
    return " ".join(text.split())[:300]
