"""Webhook receivers: real HTTP servers on this machine, that behave as they are told."""

import queue
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

# CA and certificate for `localhost`, valid for a hundred years, used by tests alone
TLS = Path(__file__).parent / "tls"


@dataclass(frozen=True)
class Request:
    """What came, in order of arrival from 1."""

    number: int
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def event_id(self) -> str:
        """The event's id."""
        return self.headers["webhook-id"]


Behaviour = Callable[[BaseHTTPRequestHandler, Request], None]


def answer(status: int, **headers: str) -> Behaviour:
    """Answer every request alike; `_` in a header's name stands for `-`."""

    def behave(handler: BaseHTTPRequestHandler, _request: Request) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return behave


def each(*behaviours: Behaviour) -> Behaviour:
    """The first for the first request, and so on; the last for all that follow."""

    def behave(handler: BaseHTTPRequestHandler, request: Request) -> None:
        behaviours[min(request.number, len(behaviours)) - 1](handler, request)

    return behave


class Receiver:
    """Serves while it is open; keeps what it was sent."""

    def __init__(self, behave: Behaviour, *, tls: bool = False) -> None:
        self._behave = behave
        self._arrived: queue.SimpleQueue[Request] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self.count = 0
        self.server_names: list[str | None] = []
        self.closing = threading.Event()  # for behaviours that hold on
        self._server = _server(self)
        self._scheme = "https" if tls else "http"
        if tls:
            self._server.socket = self._context().wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])

    def url(self, path: str = "/hook", host: str = "127.0.0.1") -> str:
        """A callback URL that leads here."""
        return f"{self._scheme}://{host}:{self.port}{path}"

    def wait(self, number: int = 1) -> list[Request]:
        """The next requests; fails where they do not come."""
        return [self._arrived.get(timeout=20) for _ in range(number)]

    def take(self, handler: BaseHTTPRequestHandler) -> None:
        """Note one request, then behave."""
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in handler.headers.items()}
        with self._lock:
            self.count += 1
            request = Request(self.count, handler.path, headers, body)
        self._arrived.put(request)
        self._behave(handler, request)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)

    def _context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(TLS / "receiver.pem")
        context.sni_callback = lambda _s, name, _c: self.server_names.append(name)
        return context


def _server(receiver: Receiver) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            receiver.take(self)

        def log_message(self, *args: Any) -> None:
            """Silent."""

    class Server(ThreadingHTTPServer):
        daemon_threads = False
        request_queue_size = 128

        def handle_error(self, *args: Any) -> None:
            """A sender that leaves is no news."""

    return Server(("127.0.0.1", 0), Handler)
