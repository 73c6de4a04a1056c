"""Listens, keeps count of connections, and drains: asyncio, with blocking work on threads."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Executor
from pathlib import Path

from service import log
from service.lmtp import metrics, replies
from service.lmtp.connection import Bounds, Connection
from service.lmtp.replies import Reply
from service.lmtp.session import Session, Transaction

_log = log.get(__name__)

_BACKLOG = 100
_UNIX = "unix:"

Deliver = Callable[[Transaction], tuple[Reply, ...]]


class Server:
    """Serves until told to stop, then lets every transaction end that had begun.

    Args:
        new_session: makes the session of a connection.
        deliver: makes a transaction's replies; blocks, never raises.
        threads: what `deliver` runs on.
        bounds: of this process.

    """

    def __init__(
        self,
        new_session: Callable[[], Session],
        deliver: Deliver,
        threads: Executor,
        bounds: Bounds,
    ) -> None:
        self._new_session = new_session
        self._deliver = deliver
        self._threads = threads
        self._bounds = bounds
        self._open: dict[asyncio.Task[None], Connection] = {}

    async def serve(self, listen: str, stop: asyncio.Event, ready: Callable[[], None]) -> None:
        """Listen on `host:port` or `unix:/path`, call `ready`, serve until `stop` is set.

        Raises:
            OSError: it cannot listen there.

        """
        listener = await self._listen(listen)
        ready()
        await stop.wait()
        listener.close()
        if listen.startswith(_UNIX):
            Path(listen.removeprefix(_UNIX)).unlink(missing_ok=True)
        for connection in self._open.values():
            connection.stop()
        if self._open:
            # a little longer than each allows itself, and a last commit on a thread
            await asyncio.wait(self._open, timeout=self._bounds.drain + 5)

    async def _listen(self, listen: str) -> asyncio.Server:
        if listen.startswith(_UNIX):
            path = Path(listen.removeprefix(_UNIX))
            server = await asyncio.start_unix_server(self._accept, path, backlog=_BACKLOG)
            path.chmod(0o666)  # who may come near is for the directory to say
            return server
        host, _, port = listen.rpartition(":")
        return await asyncio.start_server(
            self._accept, host.strip("[]"), int(port), backlog=_BACKLOG
        )

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        connection = Connection(reader, writer, self._bounds)
        full = len(self._open) >= self._bounds.connections
        self._open[task] = connection
        metrics.CONNECTIONS.set(len(self._open))
        try:
            if full:
                metrics.REFUSED.inc()
                await connection.say(replies.TOO_MANY_CONNECTIONS)
            else:
                await connection.talk(self._new_session(), self._answer)
        except (OSError, TimeoutError) as error:
            _log.info("lmtp_client_gone", error=type(error).__name__)
        finally:
            writer.close()
            del self._open[task]
            metrics.CONNECTIONS.set(len(self._open))

    async def _answer(self, transaction: Transaction) -> tuple[Reply, ...]:
        started = time.perf_counter()
        loop = asyncio.get_running_loop()
        made = await loop.run_in_executor(self._threads, self._deliver, transaction)
        _tell(transaction, made, time.perf_counter() - started)
        return made


def _tell(transaction: Transaction, made: tuple[Reply, ...], seconds: float) -> None:
    metrics.SECONDS.observe(seconds)
    codes = Counter(str(reply.code) for reply in made)
    for code, count in codes.items():
        metrics.REPLIES.labels(code).inc(count)
    _log.info(
        "lmtp",
        recipients=len(made),
        replies=dict(codes),
        size=len(transaction.content) if isinstance(transaction.content, bytes) else None,
        seconds=round(seconds, 4),
    )
    _log.debug(
        "lmtp_envelope",
        sender=transaction.sender,
        recipients=[recipient.address for recipient in transaction.recipients],
    )
