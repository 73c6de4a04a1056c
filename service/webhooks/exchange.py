"""One POST over one connection, under one deadline for all of it."""

import socket
import ssl
import threading
from collections.abc import Callable, Mapping

from urllib3.connection import HTTPConnection, HTTPSConnection

from service.domain.callbacks import Target
from service.webhooks.types import Answer, Trouble, Undelivered

_BODY_READ_BYTES = 16_384  # so that a usual receiver sees its answer taken; the content is ignored

Dial = Callable[[str, int], socket.socket]


class PlainConnection(HTTPConnection):
    """HTTP over the socket that `dial` opens."""

    def __init__(self, dial: Dial, target: Target, timeout: float) -> None:
        super().__init__(target.host, target.port, timeout=timeout)
        self._dial = dial

    def _new_conn(self) -> socket.socket:
        return self._dial(self.host, self.port)


class SecureConnection(HTTPSConnection):
    """TLS names and verifies the host of the URL, not the address that was dialled."""

    def __init__(self, dial: Dial, target: Target, timeout: float, tls: ssl.SSLContext) -> None:
        super().__init__(target.host, target.port, timeout=timeout, ssl_context=tls)
        self._dial = dial

    def _new_conn(self) -> socket.socket:
        return self._dial(self.host, self.port)


class Exchange:
    """One request and its answer, on a thread of its own that can be abandoned.

    Socket timeouts bound one read each, and name resolution has none: only a second thread can
    hold a deadline. Shutting the socket down ends the abandoned one.
    """

    def __init__(self, connection: PlainConnection | SecureConnection, seconds: float) -> None:
        self._connection = connection
        self._seconds = seconds
        self._abandoned = threading.Event()
        self._socket: socket.socket | None = None
        self._answer: Answer | None = None
        self._error: Exception | None = None

    def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Do it within the deadline; a body that is still coming then does not matter."""
        thread = threading.Thread(
            target=self._run, args=(path, body, headers), name="webhook-exchange", daemon=True
        )
        thread.start()
        thread.join(self._seconds)
        late = thread.is_alive()
        # read before abandoning: what the abandoned thread makes of a torn answer does not count
        answer, error = self._answer, self._error
        if late:
            self._abandon()
        if answer is not None:
            return answer
        raise _undelivered(TimeoutError() if late or error is None else error)

    def _run(self, path: str, body: bytes, headers: Mapping[str, str]) -> None:
        try:
            self._talk(path, body, headers)
        except Exception as error:  # noqa: BLE001  # handed to the waiting thread
            self._error = error
        finally:
            self._connection.close()

    def _talk(self, path: str, body: bytes, headers: Mapping[str, str]) -> None:
        connection = self._connection
        connection.connect()
        self._socket = connection.sock
        # set before the flag is read: either the flag is seen here, or `_abandon` sees the socket
        if self._abandoned.is_set():
            return
        connection.timeout = self._seconds
        connection.request("POST", path, body, headers, preload_content=False)
        with connection.getresponse() as response:
            self._answer = Answer(response.status, response.headers.get("retry-after"))
            response.read(_BODY_READ_BYTES, decode_content=False)

    def _abandon(self) -> None:
        self._abandoned.set()
        if self._socket is not None:
            try:
                self._socket.shutdown(socket.SHUT_RDWR)
            except OSError:
                return  # it ended by itself meanwhile


def _undelivered(error: Exception) -> Undelivered:
    match error:
        case Undelivered():
            return error
        case TimeoutError():
            return Undelivered(Trouble.TIMEOUT, "no answer in time")
        case ssl.SSLError():
            return Undelivered(Trouble.TLS, getattr(error, "verify_message", None) or str(error))
        case socket.gaierror():
            return Undelivered(Trouble.DNS, error.strerror or "the name was not found")
    # whatever a stranger's server makes http.client or urllib3 raise is the stranger's fault
    return Undelivered(Trouble.CONNECTION, type(error).__name__)
