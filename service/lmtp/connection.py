"""One client on one socket: moves bytes between it and its session, and knows when to stop."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from service.lmtp import replies
from service.lmtp.replies import Reply
from service.lmtp.session import Session, Transaction

_CHUNK_BYTES = 65_536

Answer = Callable[[Transaction], Awaitable[tuple[Reply, ...]]]


@dataclass(frozen=True, slots=True)
class Bounds:
    """Of one process; times in seconds. `drain` is how long a transaction may take to end."""

    connections: int
    idle: float
    drain: float = 25.0


class Connection:
    """Talks until the client leaves, is told to, or `stop` is called."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, bounds: Bounds
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._bounds = bounds
        self._busy = False
        self._ends: float | None = None  # loop time at which a drain gives up
        self._timer: asyncio.Timeout | None = None

    async def talk(self, session: Session, answer: Answer) -> None:
        """From the greeting to the last reply. `answer` makes a transaction's replies."""
        await self.say(session.greeting())
        while not self._writer.is_closing():
            self._busy = session.busy
            if self._ends is not None and not self._busy:
                await self.say(replies.STOPPING)
                return
            output = session.step()
            if output is None:
                await self._more(session)
            elif isinstance(output, Transaction):
                await self.say(*await answer(output))
            else:
                await self.say(output)

    def stop(self) -> None:
        """Say goodbye: at once, or after the transaction that is under way."""
        loop = asyncio.get_running_loop()
        self._ends = loop.time() + self._bounds.drain
        if self._timer is not None:
            self._timer.reschedule(self._ends if self._busy else loop.time())

    async def say(self, *said: Reply) -> None:
        """Send replies; close after one that ends the conversation."""
        self._writer.write(b"".join(reply.encode() for reply in said))
        async with asyncio.timeout(self._bounds.idle):
            await self._writer.drain()
        if said[-1].closes:
            self._writer.close()

    async def _more(self, session: Session) -> None:
        """Wait for bytes, or for the end of patience."""
        deadline = asyncio.get_running_loop().time() + self._bounds.idle
        try:
            async with asyncio.timeout_at(min(deadline, self._ends or deadline)) as self._timer:
                chunk = await self._reader.read(_CHUNK_BYTES)
        except TimeoutError:
            await self.say(replies.IDLE if self._ends is None else replies.STOPPING)
            return
        finally:
            self._timer = None
        if chunk:
            session.receive(chunk)
        else:
            self._writer.close()
