"""A mail server's side of LMTP (RFC 2033): one reply read for each accepted recipient."""

import socket
from types import TracebackType
from typing import Self

from tests.support.processes import Cluster, Process, free_port


class Reply:
    """One reply, of one line or more."""

    def __init__(self, lines: list[str]) -> None:
        self.code = int(lines[0][:3])
        self.lines = [line[4:] for line in lines]

    @property
    def text(self) -> str:
        """Its last line."""
        return self.lines[-1]

    def __repr__(self) -> str:
        return f"{self.code} {self.text}"


class LmtpClient:
    """One connection, greeted."""

    def __init__(self, place: str | int) -> None:
        if isinstance(place, int):
            self.socket = socket.create_connection(("127.0.0.1", place), 30)
        else:
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.settimeout(30)
            self.socket.connect(place)
        self._lines = self.socket.makefile("rb")
        self.greeting = self.read()

    def read(self) -> Reply:
        """The next reply; ConnectionError where the server hung up."""
        lines = []
        while True:
            line = self._lines.readline()
            if not line:
                raise ConnectionError("the server hung up")
            lines.append(line.decode("ascii").rstrip("\r\n"))
            if lines[-1][3:4] != "-":
                return Reply(lines)

    def send(self, data: bytes) -> None:
        """Bytes as they are."""
        self.socket.sendall(data)

    def say(self, command: str) -> Reply:
        """One command and its reply."""
        self.send(command.encode() + b"\r\n")
        return self.read()

    def begin(self, *recipients: str, sender: str = "s@x.test") -> int:
        """Up to the 354 of DATA; returns how many recipients were accepted."""
        assert self.say("LHLO test").code == 250
        assert self.say(f"MAIL FROM:<{sender}>").code == 250
        accepted = sum(self.say(f"RCPT TO:<{name}>").code == 250 for name in recipients)
        assert self.say("DATA").code == 354
        return accepted

    def deliver(self, message: bytes, *recipients: str) -> list[Reply]:
        """One message; the final reply of each recipient."""
        accepted = self.begin(*recipients)
        self.send(message + b"\r\n.\r\n")
        return [self.read() for _ in range(accepted)]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._lines.close()
        self.socket.close()


def start_lmtp(cluster: Cluster, **settings: str) -> tuple[Process, int]:
    """An LMTP server on a port of its own."""
    port = free_port()
    process = cluster.start("lmtp", AIGUILLEUR_LMTP_LISTEN=f"127.0.0.1:{port}", **settings)
    return process, port
