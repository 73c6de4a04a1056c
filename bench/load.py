"""A load generator: connections that are kept, requests sent as fast or as regularly as asked."""

import http.client
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Post:
    """One request."""

    path: str
    body: bytes
    content_type: str = "application/json"
    key: str | None = None

    def headers(self) -> dict[str, str]:
        """As sent."""
        key = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        return {"Content-Type": self.content_type, **key}


class _Line:
    """One connection, opened again when the server closed it."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def close(self) -> None:
        """End it."""
        self._connection.close()

    def send(self, post: Post) -> tuple[int, bytes]:
        """Status and body of the answer."""
        for last in (False, True):
            try:
                self._connection.request("POST", post.path, post.body, post.headers())
                answer = self._connection.getresponse()
                return answer.status, answer.read()
            except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
                self._connection.close()
                if last:
                    raise
        raise AssertionError("unreachable")


class Sender:
    """Sends each request once, over some connections; seconds and answers in order."""

    def __init__(self, port: int, posts: Sequence[Post], connections: int) -> None:
        self._port = port
        self._posts = posts
        self._connections = min(connections, len(posts))
        self._next = iter(range(len(posts)))
        self._lock = threading.Lock()
        self._begun = 0.0
        self._due: Sequence[float] | None = None
        self.seconds = [0.0] * len(posts)
        self.bodies: list[bytes] = [b""] * len(posts)
        self.failures: list[str] = []

    def send(self, rate: float | None = None) -> None:
        """Send all: without pause, or `rate` a second whether or not the answers have come.

        Raises:
            RuntimeError: an answer was not 2xx.

        """
        self.send_at(None if rate is None else [n / rate for n in range(len(self._posts))])

    def send_at(self, due: Sequence[float] | None) -> None:
        """Send each request so many seconds from now; its seconds count from then.

        Raises:
            RuntimeError: an answer was not 2xx.

        """
        self._due = due
        self._begun = time.perf_counter()
        threads = [threading.Thread(target=self._work) for _ in range(self._connections)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self.failures:
            raise RuntimeError(f"{len(self.failures)} requests failed: {self.failures[0]}")

    def _work(self) -> None:
        with closing(_Line(self._port)) as line:
            self._send_all(line)

    def _send_all(self, line: _Line) -> None:
        while (number := self._take()) is not None:
            due = self._await_turn(number)
            try:
                status, body = line.send(self._posts[number])
            except OSError as error:
                self.failures.append(repr(error))
                return
            self.seconds[number] = time.perf_counter() - due
            self.bodies[number] = body
            if not 200 <= status < 300:
                self.failures.append(f"{status} {body[:300]!r}")

    def _take(self) -> int | None:
        with self._lock:
            return next(self._next, None)

    def _await_turn(self, number: int) -> float:
        if self._due is None:
            return time.perf_counter()
        due = self._begun + self._due[number]
        time.sleep(max(0.0, due - time.perf_counter()))
        return due


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of the values do not exceed; 0 where there are none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
