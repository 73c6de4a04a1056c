"""Where the webhooks go: notes every event id, and can be told to be slow."""

import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

import orjson


@dataclass
class Told:
    """Every event id by mail, how often each came, and how many came while answers were slow."""

    events: dict[str, set[str]] = field(default_factory=dict)
    deliveries: Counter[str] = field(default_factory=Counter)
    delayed: int = 0


class Receiver:
    """Open within its `with` block."""

    def __init__(self) -> None:
        self.delay_seconds = 0.0
        self.told = Told()
        self._lock = threading.Lock()
        self._server = _server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,))

    @property
    def host(self) -> str:
        """Host and port, as a key's list of callback hosts has them."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    @property
    def url(self) -> str:
        """A callback that leads here."""
        return f"http://{self.host}/hook"

    def note(self, event_id: str, body: bytes) -> None:
        """One delivery."""
        email_id = orjson.loads(body)["data"]["id"]
        with self._lock:
            self.told.events.setdefault(email_id, set()).add(event_id)
            self.told.deliveries[event_id] += 1
            self.told.delayed += self.delay_seconds > 0

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


def _server(receiver: Receiver) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            """Note it, then answer, late if so told."""
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.note(self.headers["webhook-id"], body)
            time.sleep(receiver.delay_seconds)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Silent."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

        def handle_error(self, *args: Any) -> None:
            """A sender that was killed is no news."""

    return Server(("127.0.0.1", 0), Handler)
