"""A mail server that takes what it is given, or refuses it as it is told."""

import queue
import socketserver
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from tests.support.receivers import TLS


@dataclass(frozen=True)
class Taken:
    """One message as it came, dots unstuffed."""

    sender: str
    parameters: str
    recipients: tuple[str, ...]
    content: bytes

    def header(self, name: str) -> list[str]:
        """The values of a header field."""
        lines = self.content.split(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
        fields = [line.partition(":") for line in lines]
        return [value.strip() for found, _, value in fields if found.lower() == name.lower()]


class Sink:
    """Serves while it is open. `answers` gives the reply to a verb, or to "." after a message."""

    def __init__(self, *, tls: bool = False) -> None:
        self._arrived: queue.SimpleQueue[Taken] = queue.SimpleQueue()
        self.answers: Callable[[str], str | None] = {}.get
        self._server = _server(self)
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(TLS / "receiver.pem")
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """For AIGUILLEUR_SMTP_URL."""
        return f"smtp://127.0.0.1:{self.port}"

    def wait(self) -> Taken:
        """The next message; fails where it does not come."""
        return self._arrived.get(timeout=30)

    def reset(self) -> None:
        """Forget what came, and refuse nothing more."""
        self.answers = {}.get
        while not self._arrived.empty():
            self._arrived.get()

    def take(self, message: Taken) -> None:
        """Keep one."""
        self._arrived.put(message)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)


class _Handler(socketserver.StreamRequestHandler):
    sink: Sink

    def handle(self) -> None:
        self._say("220 sink ESMTP")
        sender, recipients = "", list[str]()
        while line := self.rfile.readline():
            verb, _, rest = line.decode("utf-8", "replace").rstrip("\r\n").partition(" ")
            verb = verb.upper()
            refusal = self.sink.answers(verb)
            if refusal is not None:
                self._say(refusal)
            elif verb == "EHLO":
                self._say("250-sink\r\n250-SIZE 50000000\r\n250 8BITMIME")
            elif verb == "DATA":
                self._say("354 go")
                self._message(sender, tuple(recipients))
            else:
                if verb == "MAIL":
                    sender, recipients = rest, []
                elif verb == "RCPT":
                    recipients.append(rest.partition("<")[2].partition(">")[0])
                self._say("221 bye" if verb == "QUIT" else "250 ok")
                if verb == "QUIT":
                    return

    def _message(self, sender: str, recipients: tuple[str, ...]) -> None:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line[1:] if line.startswith(b".") else line)
        answer = self.sink.answers(".")
        if answer is None or answer.startswith("2"):
            address, _, parameters = sender.partition("<")[2].partition(">")
            self.sink.take(Taken(address, parameters.strip(), recipients, b"".join(lines)))
        self._say(answer or "250 taken")

    def _say(self, reply: str) -> None:
        self.wfile.write(reply.encode() + b"\r\n")


def _server(sink: Sink) -> socketserver.ThreadingTCPServer:
    class Handler(_Handler):
        pass

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True

        def handle_error(self, *args: object) -> None:
            """A client that leaves is no news."""

    Handler.sink = sink
    return Server(("127.0.0.1", 0), Handler)
