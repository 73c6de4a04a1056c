"""The service with everything on, from HTTP to the stored decision."""

import base64
import time
from collections.abc import Sequence

import orjson
import psycopg

from bench import cpu
from bench.corpus import Mail
from bench.load import Post, Sender, percentile
from bench.stack import Stack, until
from bench.throughput.metering import measure
from bench.throughput.types import CONNECTIONS, Round

_WARM = 32
_QUIET = 100  # requests, one after another, for the idle median

_ANY_WAITING = "SELECT EXISTS (SELECT 1 FROM waiting)"
_WAITED = """
SELECT extract(epoch FROM d.decided_at - e.received_at)::float8 AS seconds,
       d.confidence IS NOT NULL AS was_read, extract(epoch FROM d.decided_at)::float8 AS at
FROM decisions d JOIN emails e ON e.id = d.email_id WHERE e.received_at >= to_timestamp(%s)
"""


class Ours:
    """Batches of `size`; size 0 posts each mail by itself, raw, as a gateway does."""

    def __init__(self, model: str, size: int, connections: int = CONNECTIONS) -> None:
        self.name = f"ours, batches of {size}" if size else "ours, one a request"
        self._model = model
        self._size = size
        self._connections = connections

    def prepare(self) -> None:
        """Nothing."""

    def round(self, mails: Sequence[Mail], mark: str) -> Round:
        """A new service on empty tables."""
        with Stack(MODEL_PATH=self._model) as stack:
            ready = {n: m.ready() for n, m in stack.members.items() if n.startswith("worker")}
            key = stack.key()
            self._post(stack, key, mails[:_WARM], f"{mark}-warm", 4)
            extra = {"worker_ready_seconds": max(ready.values(), default=0.0)}
            sender = self._sender(stack, key, mails, mark, self._connections)
            began = time.time()

            def work() -> None:
                sender.send()
                _await_all(stack)

            span = measure(stack.roots(), work)
            decided, extra["share_read"], last = _decided(stack, began, len(mails))
            wall = last - began
            if not self._size:
                rate = len(mails) / wall / 2
                extra |= self._half_load(stack, key, mails, mark, rate)
            extra |= _memory(stack)
        return Round(len(mails), wall, span.cpu, sender.seconds, decided, extra)

    def _half_load(
        self, stack: Stack, key: str, mails: Sequence[Mail], mark: str, rate: float
    ) -> dict[str, float]:
        """How fast answers come when nothing else happens, and at half of what it can do."""
        quiet = self._post(stack, key, mails[:_QUIET], f"{mark}-quiet", 1)
        sender = self._sender(stack, key, mails, f"{mark}-half", CONNECTIONS)
        sender.send(rate)
        _await_all(stack)
        return {
            "idle_median_seconds": percentile(quiet.seconds, 0.5),
            "half_load_p99_seconds": percentile(sender.seconds, 0.99),
        }

    def _post(
        self, stack: Stack, key: str, mails: Sequence[Mail], mark: str, connections: int
    ) -> Sender:
        sender = self._sender(stack, key, mails, mark, connections)
        # one at a time and a moment apart: what a lone gateway sees
        sender.send(20 if connections == 1 else None)
        _await_all(stack)
        return sender

    def _sender(
        self, stack: Stack, key: str, mails: Sequence[Mail], mark: str, connections: int
    ) -> Sender:
        return Sender(stack.port, self._posts(mails, mark, key), connections)

    def _posts(self, mails: Sequence[Mail], mark: str, key: str) -> list[Post]:
        raws = [mail.marked(f"{mark}-{number}") for number, mail in enumerate(mails)]
        if not self._size:
            return [Post("/v1/emails", raw, "message/rfc822", key) for raw in raws]
        return [
            Post("/v1/batches", _batch(raws[start : start + self._size]), key=key)
            for start in range(0, len(raws), self._size)
        ]


def _batch(raws: Sequence[bytes]) -> bytes:
    return orjson.dumps({"emails": [{"raw": base64.b64encode(raw).decode()} for raw in raws]})


def _await_all(stack: Stack) -> None:
    with psycopg.connect(stack.servers.database_url, autocommit=True) as connection:
        until(lambda: not _waits(connection), "all decisions", 1800, 0.1)


def _waits(connection: "psycopg.Connection[tuple[bool]]") -> bool:
    row = connection.execute(_ANY_WAITING).fetchone()
    return bool(row and row[0])


def _decided(stack: Stack, since: float, mails: int) -> tuple[list[float], float, float]:
    """How long each waited for its decision, the share that the model answered, the last's time."""
    with psycopg.connect(stack.servers.database_url) as connection:
        rows = connection.execute(_WAITED, [since]).fetchall()
    if len(rows) != mails:
        raise RuntimeError(f"{mails} mails were posted, {len(rows)} decided")
    waited, read, at = zip(*rows, strict=True)
    return list(waited), sum(read) / mails, max(at)


def _memory(stack: Stack) -> dict[str, float]:
    roots = stack.roots()
    return {
        f"{part}_peak_bytes": float(max(map(cpu.memory, roots[part])))
        for part in ("api", "worker", "sweep", "webhooks")
    }
